// The panel beside the picture: the chosen node's or edge's head at once, its facts as the server draws them.
import { Failure, text } from "./fetch.js";
import { leftOver } from "./picture.js";
import { KINDS } from "./style.js";
import { opener, openers } from "./table.js";
import { make, middle, say } from "./words.js";

const WAIT = 120; // ms: whoever walks through the picture by arrow keys reads only what they stop at
const known = new Map();
let timer = 0;

// `find` gives the addresses: {nodes: "/graph/nodes/0/", sprite}.
export function draw(panel, store, picture, id, find) {
  panel.hidden = !id;
  panel.parentElement.classList.toggle("graph-with-panel", Boolean(id));
  if (!id) {
    clearTimeout(timer);
    panel.dataset.of = "";
    return;
  }
  const node = store.nodes.get(id);
  const head = panel.querySelector(".graph-panel-head");
  head.replaceChildren(...(node ? nodeHead(node, store, picture, find) : edgeHead(store.edges.get(id), store)));
  if (panel.dataset.of !== id) fill(panel, id, node ? find.nodes.replace("/0/", `/${node.node_id}/`) : store.edges.get(id).url);
}

function nodeHead(data, store, picture, find) {
  const kind = [data.kind_label, ...(data.type_label && data.type_label !== data.kind_label ? [data.type_label] : [])].join(" · ");
  const buttons = openers(data.id, store, picture, leftOver(store, picture)).map((facts) => opener(facts, true));
  return [
    make("span", { class: `graph-shape graph-shape-${data.kind}` }, icon(KINDS[data.kind]?.icon || "box", find.sprite)),
    make("div", { class: "graph-panel-name" }, make("strong", { title: data.label }, make("bdi", {}, data.label)), make("span", { class: "graph-kind" }, kind)),
    make("div", { class: "graph-buttons" }, ...links(data, store, find.sprite), ...buttons),
  ];
}

function edgeHead(edge, store) {
  const name = say("edge", { source: middle(store.nodes.get(edge.source).label, 40), target: middle(store.nodes.get(edge.target).label, 40) });
  return [make("div", { class: "graph-panel-name" }, make("strong", {}, make("bdi", {}, name)), make("span", { class: "graph-kind" }, edge.type))];
}

function links(data, store, sprite) {
  const open = make("a", { class: "btn btn-sm", href: data.url, target: "_blank", rel: "noopener" }, say("open"), " ");
  open.append(icon("external-link", sprite), make("span", { class: "visually-hidden" }, ` ${say("newTab")}`));
  if (data.id === store.root) return [open];
  return [open, make("a", { class: "btn btn-sm", href: data.lineage_url }, say("reroot"))];
}

// Only the last one asked for is shown.
function fill(panel, id, url) {
  panel.dataset.of = id;
  panel.scrollTop = 0;
  clearTimeout(timer);
  if (known.has(id)) return put(panel, known.get(id));
  put(panel, "");
  panel.setAttribute("aria-busy", "true");
  timer = setTimeout(() => read(panel, id, url), WAIT);
}

async function read(panel, id, url) {
  try {
    known.set(id, await text(url));
    if (panel.dataset.of === id) put(panel, known.get(id));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (panel.dataset.of !== id) return;
    put(panel, "");
    panel.dataset.of = ""; // choosing it again asks again
    const reason = say(error.reason, { status: error.status });
    panel.querySelector(".graph-panel-body").append(make("p", { class: "graph-panel-failed" }, say("noFacts", { reason })));
  }
}

// The server's own HTML: names are escaped there.
function put(panel, html) {
  const body = panel.querySelector(".graph-panel-body");
  const parsed = new DOMParser().parseFromString(html, "text/html");
  body.replaceChildren(...parsed.body.childNodes);
  for (const button of body.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
  panel.setAttribute("aria-busy", "false");
}

export function icon(name, sprite) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#i-${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
