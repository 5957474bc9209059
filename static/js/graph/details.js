// The line below the picture that tells about the selected node.
import { KINDS } from "./style.js";
import { opener } from "./table.js";
import { make, say } from "./words.js";

export function draw(box, store, picture, id, sprite) {
  box.hidden = !id;
  if (!id) return box.replaceChildren();
  const data = store.nodes.get(id);
  const title = make("strong", { class: "graph-details-name" }, make("bdi", {}, data.label));
  const kind = `${data.kind_label}${data.type_label && data.type_label !== data.kind_label ? ` · ${data.type_label}` : ""}`;
  const facts = make("span", { class: `graph-kind graph-kind-${data.kind}` }, kind);
  const uri = make("code", { class: "graph-details-uri", title: data.uri }, data.uri);
  const buttons = ["upstream", "downstream"].map((side) => opener(data, side, store, picture, true)).filter(Boolean);
  box.replaceChildren(
    make("span", { class: `graph-shape graph-shape-${data.kind}` }, icon(KINDS[data.kind]?.icon || "box", sprite)),
    make("div", { class: "graph-details-text" }, title, " ", facts, uri),
    make("div", { class: "graph-buttons" }, ...buttons, ...links(data, store, sprite)),
  );
}

function links(data, store, sprite) {
  const open = make("a", { class: "btn btn-sm", href: data.url, target: "_blank", rel: "noopener" }, say("open"), " ");
  open.append(icon("external-link", sprite), make("span", { class: "visually-hidden" }, ` ${say("newTab")}`));
  if (data.id === store.root) return [open];
  return [make("a", { class: "btn btn-sm", href: data.lineage_url }, say("reroot")), open];
}

function icon(name, sprite) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#i-${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
