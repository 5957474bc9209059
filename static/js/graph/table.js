// The table of the picture's nodes and edges; templates/lineage/graph_row.html draws the same without script.
import { leftOver, moreOf, otherEnd, stepOf } from "./picture.js";
import { renew } from "./renew.js";
import { SHORT } from "./state.js";
import { capital, make, middle, say } from "./words.js";

export function draw(body, store, picture, selected) {
  const order = [...picture.levels.keys()].sort((a, b) => picture.levels.get(a) - picture.levels.get(b));
  const ties = tiesOf(order, store, picture);
  renew(body, order.map((id) => row(id, store, picture, ties.get(id), selected)), (row) => row.dataset.node);
}

// Each edge once: at whichever of its ends comes later in the table.
function tiesOf(order, store, picture) {
  const place = new Map(order.map((id, index) => [id, index]));
  const ties = new Map(order.map((id) => [id, []]));
  for (const id of picture.edges) {
    const edge = store.edges.get(id);
    ties.get(place.get(edge.source) >= place.get(edge.target) ? edge.source : edge.target).push(edge);
  }
  return ties;
}

function row(id, store, picture, ties, selected) {
  const data = store.nodes.get(id);
  const link = make("a", { href: data.url, target: "_blank", rel: "noopener", title: data.uri }, middle(data.label));
  link.append(make("span", { class: "visually-hidden" }, ` ${say("newTab")}`));
  const list = make("ul", { class: "graph-ties" }, ...ties.map((edge) => tie(edge, id, store)));
  return make(
    "tr",
    { "data-node": id, "aria-current": id === selected ? "true" : null },
    make("th", { scope: "row" }, link),
    make("td", {}, make("div", { class: "graph-buttons" }, ...buttons(data, store, picture))),
    make("td", {}, make("span", { class: `graph-kind graph-kind-${data.kind}` }, data.kind_label)),
    make("td", {}, data.type_label),
    make("td", {}, levelLabel(picture.levels.get(id), id === store.root)),
    make("td", {}, ...(ties.length ? [list] : [])),
  );
}

function tie(edge, id, store) {
  const name = store.nodes.get(otherEnd(edge, id)).label;
  const text = edge.source === edge.target ? say("itself") : say(edge.target === id ? "from" : "to", { name });
  const item = make("li", { "data-edge": edge.id }, make("span", {}, middle(text)), " ");
  if (edge.via) item.append(make("span", { class: "graph-via" }, middle(say("via", { name: edge.via }))));
  else item.append(make("a", { class: "graph-tie", href: edge.url, title: say("edgeRuns"), "data-select": edge.id }, edge.type));
  if (edge.last_run) item.append(" ", make("a", { href: edge.last_run }, say("lastRun")));
  return item;
}

export function levelLabel(level, isRoot) {
  if (level === 0) return say(isRoot ? "start" : "same");
  return say(level < 0 ? "upstreamLevel" : "downstreamLevel", { count: Math.abs(level) });
}

function buttons(data, store, picture) {
  const found = ["upstream", "downstream"].map((side) => opener(data, side, store, picture)).filter(Boolean);
  if (picture.steps.some((step) => step.node === data.id && step.edges.length)) {
    const name = say("collapseOf", { name: data.label });
    const attributes = { class: "btn btn-sm btn-ghost-secondary", name: "close", value: data.node_id, "aria-label": name };
    found.push(make("button", attributes, say("collapse")));
  }
  const href = document.getElementById("lineage-graph").dataset.panel.replace("/0/", `/${data.node_id}/`);
  const attributes = { class: "btn btn-sm btn-ghost-secondary", href, "data-select": data.id };
  found.push(make("a", { ...attributes, "aria-label": say("detailsOf", { name: data.label }) }, say("details")));
  return found;
}

// The button that opens a node further in one direction; null where nothing is left there.
export function opener(data, direction, store, picture, short = false) {
  if (!["both", direction].includes(store.direction)) return null;
  const value = `${SHORT[direction]}:${data.node_id}`;
  const attributes = { class: "btn btn-sm", name: "open", value };
  const step = stepOf(picture, data.id, direction);
  const side = capital(direction);
  if (step?.more) {
    const counts = moreOf(step);
    const name = say(`more${side}Of`, { ...counts, name: data.label });
    return make("button", { ...attributes, "aria-label": short ? null : name }, say("more", counts));
  }
  const left = leftOver(store, picture, data.id, direction);
  if (step || !left) return null;
  const name = say(`expand${side}Of`, { name: data.label });
  const count = make("span", { class: "graph-left", "aria-hidden": "true" }, left);
  return make("button", { ...attributes, "aria-label": short ? null : name }, say(`expand${side}`), count);
}
