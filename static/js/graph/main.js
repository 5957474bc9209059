// The Lineage tab: its state is the list of steps in the address; everything drawn follows from it.
import * as details from "./details.js";
import { Failure, load } from "./expand.js";
import * as keys from "./keys.js";
import { place } from "./layout.js";
import * as overlay from "./overlay.js";
import { makeStore, replay } from "./picture.js";
import * as state from "./state.js";
import { loadIcons } from "./style.js";
import * as table from "./table.js";
import * as view from "./view.js";
import { say } from "./words.js";

const $ = (selector) => document.querySelector(selector);
const container = $("#lineage-graph");
const form = $("#lineage-twin form");
const data = JSON.parse($("#lineage-data").textContent);
const start = { steps: data.steps, selected: data.selected };
const store = makeStore(data);
let steps = data.steps;
let selected = data.selected;
let picture = replay(store, steps);
let cy = null;
let again = null;

function draw(focus = null) {
  const before = new Set(picture.levels.keys());
  picture = replay(store, steps);
  steps = picture.steps.map(({ direction, node, shown }) => ({ direction, node, shown }));
  if (!picture.levels.has(selected)) selected = null;
  const fresh = focus ? [...picture.levels.keys()].filter((id) => !before.has(id)) : [];
  const places = place(picture);
  cy.stop(true, true);
  $(".graph-hints").replaceChildren();
  view.show(cy, store, picture, places, focus, fresh);
  overlay.draw($(".graph-overlay"), store, picture, places);
  table.draw($("#lineage-table tbody"), store, picture, selected);
  form.elements.x.value = state.write(steps);
  $("#lineage-count").textContent = say("summary", { nodes: picture.levels.size, edges: picture.edges.size });
  mark();
  if (fresh.length) overlay.hint($(".graph-hints"), cy, fresh, view.widen(cy, focus, fresh, ready));
  else ready();
  return { fresh: fresh.length, gone: [...before].filter((id) => !picture.levels.has(id)).length };
}

// Counts the drawings that have come to rest: what drives the page from outside waits for it.
function ready() {
  container.dataset.ready = Number(container.dataset.ready) + 1;
}

function mark() {
  view.mark(cy, selected);
  details.draw($("#lineage-details"), store, picture, selected, container.dataset.sprite);
  for (const row of document.querySelectorAll("#lineage-table tr[data-node]")) {
    if (row.dataset.node === selected) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function select(id, told = false) {
  selected = id;
  mark();
  state.replace(steps, selected);
  if (!id || !told) return;
  view.reveal(cy, id);
  const node = store.nodes.get(id);
  const shown = { upstream: cy.getElementById(id).incomers("node").length, downstream: cy.getElementById(id).outgoers("node").length };
  tell(say("spoken", { name: node.label, type: node.type_label, kind: node.kind_label, ...shown }));
}

async function open(id, direction) {
  const wanted = state.opened(steps, id, direction);
  const name = store.nodes.get(id).label;
  if (picture.levels.size >= state.MOST) return fail(say("full", { most: state.MOST }));
  if (!(await read(wanted.at(-1), name, () => open(id, direction)))) return;
  // Another click may have been answered in the meantime: the step goes after whatever is there now.
  steps = state.opened(steps, id, direction);
  const { fresh } = draw(id);
  state.push(steps, selected);
  if (picture.full) fail(say("full", { most: state.MOST }));
  tell(fresh ? say("expanded", { count: fresh, name }) : say("nothingNew", { name }));
}

// Shows that something is being read; false where it could not be.
async function read(step, name, retry) {
  fail("");
  tell(say("loading", { name }));
  busy(step, true);
  try {
    await load(store, step, container.dataset.neighbours);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    fail(say("failed", { name, reason: say(error.reason, { status: error.status }) }), retry);
    return false;
  } finally {
    busy(step, false);
  }
}

function busy(step, on) {
  container.parentElement.classList.toggle("graph-busy", on);
  container.setAttribute("aria-busy", String(on));
  const selector = `[data-open="${step.direction}:${step.node}"], [value="${step.direction === "upstream" ? "up" : "down"}:${step.node.slice(1)}"]`;
  for (const button of document.querySelectorAll(selector)) button.disabled = on;
}

function close(id, direction) {
  steps = state.closed(steps, id, direction);
  const { gone } = draw(id);
  state.push(steps, selected);
  fail("");
  tell(say("collapsed", { name: store.nodes.get(id).label, count: gone }));
}

// Back and Forward: what is not known any more is read again, and a node that is gone is left out.
async function restore() {
  const said = state.read();
  const wanted = said.steps || start.steps;
  for (const step of wanted) {
    if (store.nodes.has(step.node) && !(await read(step, store.nodes.get(step.node).label, restore))) return;
  }
  steps = wanted;
  selected = said.steps || said.selected ? said.selected : start.selected;
  draw();
  tell("");
}

function tell(text) {
  $("#lineage-status").textContent = text;
}

function fail(text, retry = null) {
  const box = $(".graph-error");
  box.hidden = !text;
  box.querySelector("span").textContent = text;
  box.querySelector("button").hidden = !retry;
  again = retry;
}

const tools = {
  in: () => view.zoomBy(cy, 1.25),
  out: () => view.zoomBy(cy, 0.8),
  fit: () => view.fit(cy, true),
  retry: () => again?.(),
};

function press(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const [direction, id] = (button.dataset.open || button.dataset.close || "").split(":");
  const [side, number] = button.value.split(":");
  if (button.dataset.graph) tools[button.dataset.graph]();
  else if (button.dataset.open) open(id, direction);
  else if (button.dataset.close) close(id, direction);
  else if (button.name === "open") keepFocus(button, () => open(`n${number}`, side === "up" ? "upstream" : "downstream"));
  else if (button.name === "close") keepFocus(button, () => close(`n${button.value}`));
  else return;
  event.preventDefault();
}

// The rows are drawn anew: the keyboard goes on at the same row.
async function keepFocus(button, act) {
  const row = button.closest("tr")?.dataset.node;
  const value = button.value;
  await act();
  const found = row && $(`#lineage-table tr[data-node="${row}"]`);
  if (found) (found.querySelector(`button[value="${CSS.escape(value)}"]`) || found.querySelector("button, a")).focus({ preventScroll: true });
}

async function begin() {
  if (!window.cytoscape) return; // the table and its form work by themselves
  $("#lineage-picture").hidden = false;
  await loadIcons(container.dataset.sprite);
  cy = window.lineageGraph = view.makeGraph(container);
  overlay.follow($(".graph-overlay"), cy);
  cy.on("tap", (event) => select(event.target === cy || event.target.isEdge() ? null : event.target.id()));
  keys.listen(container, cy, { select, open, close, ...tools, zoom: (by) => view.zoomBy(cy, by), enter: () => window.open(store.nodes.get(selected).url, "_blank", "noopener") });
  document.addEventListener("click", press);
  window.addEventListener("popstate", restore);
  draw();
  view.firstSight(cy, store.root);
}

begin();
