// Columns in the graph: the panel lists those of the chosen node; one that is pressed shows what it is made of and goes
// into, inside the nodes that are drawn, from column to column and along the workloads between them.
import * as lines from "./column_edges.js";
import { Failure, json } from "./fetch.js";
import { tell } from "./status.js";
import { make, say } from "./words.js";

const WAIT = 200; // ms after the last letter
const SHOWN = 50;
const STEPS = 30; // in words
let ways = null; // {columns: Map of node to Set of names, nodes: Set of all on the way, steps: from column to column}
let chosen = null; // the column that is pressed
let timer = 0;
let layer = null;
let frame = 0;

export function listen(aside, container, session) {
  layer = lines.layer(container, session.cy);
  session.cy.on("position", "node", () => ways && later(session.cy));
  aside.addEventListener("toggle", (event) => event.target.matches("[data-columns]") && event.target.open && list(event.target), true);
  aside.addEventListener("input", (event) => {
    const box = event.target.closest("[data-columns]");
    if (!box) return;
    clearTimeout(timer);
    timer = setTimeout(() => list(box), WAIT);
  });
  aside.addEventListener("click", (event) => {
    const button = event.target.closest("[data-column]");
    if (button) press(button, session.cy);
  });
  // Another node's panel is another list; a picture drawn anew has new nodes to mark.
  new MutationObserver(() => clear(session.cy)).observe(aside, { attributeFilter: ["data-of"] });
  new MutationObserver(() => mark(session.cy)).observe(container, { attributeFilter: ["data-ready"] });
}

async function list(box) {
  const query = box.querySelector("input").value;
  const place = box.querySelector("ul");
  const found = await asked(box, `${box.dataset.list}?${new URLSearchParams({ q: query, limit: SHOWN })}`);
  if (!found || query !== box.querySelector("input").value) return;
  place.replaceChildren(...found.results.map(entry));
  if (chosen) return; // what is told is of it
  const rest = found.count - found.results.length;
  told(box, found.count ? (rest > 0 ? box.dataset.rest.replace("{count}", rest) : "") : box.dataset.none);
}

function entry({ name, type, upstream, downstream }) {
  const button = make("button", { type: "button", class: "btn btn-sm", "data-column": name, "aria-pressed": String(name === chosen) }, make("bdi", {}, name));
  return make("li", {}, button, make("span", { class: "meta" }, type), make("span", { class: "meta" }, `← ${upstream} → ${downstream}`));
}

async function asked(box, url) {
  try {
    return await json(url);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    told(box, say("noFacts", { reason: say(error.reason, { status: error.status }) }));
    return null;
  }
}

function told(box, text) {
  box.querySelector("[data-told]").textContent = text;
}

async function press(button, cy) {
  const box = button.closest("[data-columns]");
  const on = button.getAttribute("aria-pressed") === "true";
  for (const each of box.querySelectorAll("[data-column]")) each.setAttribute("aria-pressed", "false");
  clear(cy);
  told(box, "");
  box.querySelector("[data-steps]").replaceChildren();
  if (on) return;
  button.setAttribute("aria-pressed", "true");
  const name = (chosen = button.dataset.column);
  const url = (direction) => `${box.dataset.lineage}?${new URLSearchParams({ column: name, direction })}`;
  const sides = await Promise.all(["upstream", "downstream"].map((side) => asked(box, url(side))));
  if (sides.includes(null) || chosen !== name) return;
  ways = gathered(Number(box.dataset.columns), name, sides.flatMap(({ direction, results }) => results.map((row) => ({ ...row, upstream: direction === "upstream" }))));
  mark(cy);
  const drawn = [...ways.columns.keys()].filter((id) => cy.getElementById(`n${id}`).nonempty());
  const text = box.dataset.found.replace("{count}", ways.count).replace("{drawn}", drawn.length).replace("{all}", ways.columns.size);
  told(box, text);
  box.querySelector("[data-steps]").replaceChildren(...ways.steps.slice(0, STEPS).map(({ text }) => make("li", {}, make("bdi", {}, text))));
  tell(text);
}

function gathered(node, name, rows) {
  const columns = new Map([[node, new Set([name])]]);
  const nodes = new Set([node]);
  const steps = new Map();
  for (const row of rows) {
    nodes.add(row.id);
    if (!columns.has(row.id)) columns.set(row.id, new Set());
    if (row.column) columns.get(row.id).add(row.column);
    for (const way of row.ways) {
      if (way.workload) nodes.add(way.workload.id);
      const step = stepOf(row, way);
      steps.set(step.text, step);
    }
  }
  return { columns, nodes, steps: [...steps.values()], count: rows.length };
}

// A row is reached from `way.from`: against the flow where it is upstream.
function stepOf(row, way) {
  const ends = [way.from, row].map(({ id, dataset, column }) => ({ node: id, column, text: [dataset, column].filter(Boolean).join(" · ") }));
  const [from, to] = row.upstream ? ends.reverse() : ends;
  return { from, to, text: `${from.text} → ${to.text}${way.workload ? ` (${way.workload.name})` : ""}` };
}

function mark(cy) {
  if (!ways) return;
  const on = (id) => ways.nodes.has(Number(id.slice(1)));
  cy.batch(() => {
    for (const node of cy.nodes()) {
      const names = ways.columns.get(Number(node.id().slice(1)));
      node.toggleClass("column", on(node.id())).toggleClass("aside", !on(node.id()));
      if (names) node.data("columns", [...names].join(", "));
    }
    for (const edge of cy.edges()) {
      const way = on(edge.data("source")) && on(edge.data("target"));
      edge.toggleClass("column", way).toggleClass("aside", !way);
    }
  });
  later(cy);
}

// Nodes move many at a time: the lines follow once a frame.
function later(cy) {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => lines.draw(layer, cy, ways ? ways.steps : []));
}

function clear(cy) {
  chosen = null;
  if (!ways) return;
  ways = null;
  cy.batch(() => {
    cy.elements().removeClass("column aside");
    cy.nodes().removeData("columns");
  });
  later(cy);
}
