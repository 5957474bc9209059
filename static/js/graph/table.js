// The table of the picture's nodes and edges; templates/lineage/graph_row.html draws the same without script.
import { leftOver, moreOf, stepOf } from "./picture.js";
import { renew } from "./renew.js";
import { SHORT } from "./state.js";
import { capital, make, middle, say } from "./words.js";

export function draw(body, store, picture) {
  const order = [...picture.levels.keys()].sort((a, b) => picture.levels.get(a) - picture.levels.get(b));
  const ties = tiesOf(order, store, picture);
  const left = leftOver(store, picture);
  const facts = (id) => ({
    data: store.nodes.get(id),
    level: levelLabel(picture.levels.get(id), id === store.root),
    ties: ties.get(id).map((edge) => tieFacts(edge, id, store)),
    openers: openers(id, store, picture, left),
    open: picture.steps.some((step) => step.node === id && step.edges.length),
  });
  const labels = [...body.parentElement.tHead.rows[0].cells].map((cell) => cell.textContent);
  renew(body, new Map(order.map((id) => [id, facts(id)])), (each) => row(each, labels), (row) => row.dataset.node);
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

// A narrow screen shows each cell under its label, not in a column.
function row({ data, level, ties, openers, open }, [, , kind, type, place, connected]) {
  const link = make("a", { href: data.url, target: "_blank", rel: "noopener", title: data.uri }, middle(data.label));
  link.append(make("span", { class: "visually-hidden" }, ` ${say("newTab")}`));
  return make(
    "tr",
    { "data-node": data.id },
    make("th", { scope: "row" }, link),
    make("td", {}, make("div", { class: "graph-buttons" }, ...buttons(data, openers, open))),
    make("td", { "data-label": kind }, make("span", { class: `graph-kind graph-kind-${data.kind}` }, data.kind_label)),
    make("td", { "data-label": type }, data.type_label),
    make("td", { "data-label": place }, level),
    make("td", { "data-label": connected }, ...(ties.length ? [make("ul", { class: "graph-ties" }, ...ties.map(tie))] : [])),
  );
}

function tieFacts({ id, source, target, type, part, via, url, last_run: run }, node, store) {
  const name = store.nodes.get(source === node ? target : source).label;
  const [into, out] = part ? ["partOf", "holds"] : ["from", "to"];
  const text = source === target ? say("itself") : say(target === node ? into : out, { name });
  return { id, text, past: via && say("via", { name: via }), type, url, run };
}

function tie({ id, text, past, type, url, run }) {
  const item = make("li", { "data-edge": id }, make("span", {}, middle(text)), " ");
  if (past) item.append(make("span", { class: "graph-via" }, middle(past)));
  else if (url) item.append(make("a", { class: "graph-tie", href: url, title: say("edgeRuns"), "data-select": id }, type));
  if (run) item.append(" ", make("a", { href: run }, say("lastRun")));
  return item;
}

function levelLabel(level, isRoot) {
  if (level === 0) return say(isRoot ? "start" : "same");
  return say(level < 0 ? "upstreamLevel" : "downstreamLevel", { count: Math.abs(level) });
}

function buttons(data, openers, open) {
  const found = openers.map((facts) => opener(facts));
  if (open) {
    const name = say("collapseOf", { name: data.label });
    const attributes = { class: "btn btn-sm btn-ghost-secondary", name: "close", value: data.node_id, "aria-label": name };
    found.push(make("button", attributes, say("collapse")));
  }
  const href = document.getElementById("lineage-graph").dataset.panel.replace("/0/", `/${data.node_id}/`);
  const attributes = { class: "btn btn-sm btn-ghost-secondary", href, "data-select": data.id };
  found.push(make("a", { ...attributes, "aria-label": say("detailsOf", { name: data.label }) }, say("details")));
  return found;
}

// What opens a node further: the facts of up to two buttons.
export function openers(id, store, picture, left) {
  return ["upstream", "downstream"].map((direction) => openerFacts(store.nodes.get(id), direction, store, picture, left)).filter(Boolean);
}

// Null where nothing is left in this direction.
function openerFacts({ id, node_id: number, label: name }, direction, store, picture, left) {
  if (!["both", direction].includes(store.direction)) return null;
  const value = `${SHORT[direction]}:${number}`;
  const step = stepOf(picture, id, direction);
  const side = capital(direction);
  if (step?.more) return { value, text: say("more", moreOf(step)), name: say(`more${side}Of`, { ...moreOf(step), name }), left: "" };
  if (step || !left(id, direction)) return null;
  return { value, text: say(`expand${side}`), name: say(`expand${side}Of`, { name }), left: left(id, direction) };
}

export function opener({ value, text, name, left }, short = false) {
  const button = make("button", { class: "btn btn-sm", name: "open", value, "aria-label": short ? null : name }, text);
  if (left) button.append(make("span", { class: "graph-left", "aria-hidden": "true" }, left));
  return button;
}
