// The Lineage tab's state, which the address holds, and what changes it. Everything drawn follows from it.
import * as exporting from "./export.js";
import * as find from "./find.js";
import { fold } from "./hide.js";
import { place } from "./layout.js";
import * as overlay from "./overlay.js";
import { hang } from "./parts.js";
import * as panel from "./panel.js";
import { pathTo } from "./paths.js";
import { makeStore, replay } from "./picture.js";
import * as state from "./state.js";
import { described, tell } from "./status.js";
import * as tidy from "./tidy.js";
import * as table from "./table.js";
import * as view from "./view.js";
import { say } from "./words.js";

const $ = (selector) => document.querySelector(selector);
export const container = $("#lineage-graph");
const form = $("#lineage-form");
const data = JSON.parse($("#lineage-data").textContent);
export const first = { steps: data.steps, selected: data.selected };
const addresses = { nodes: container.dataset.panel, sprite: container.dataset.sprite };
const store = makeStore(data);
const { deep, tidy: tidied, hidden, technical } = state.read();
const seen = (steps, shown) => hang(store, fold(store, replay(store, steps), shown.hidden), shown);
const picture = seen(data.steps, { hidden, technical });
export const session = { store, steps: data.steps, deep, selected: data.selected, picture, tidy: tidied, hidden, technical, shut: null, cy: null };

const drawn = (id) => session.picture.levels.has(id) || session.picture.edges.has(id);

// `focus` stays on its pixel; `glide` lets the nodes move to their new places before the reader's eyes; with `whole`
// all of the picture comes into sight instead.
export function draw(focus = null, { glide = false, whole = false } = {}) {
  const { cy } = session;
  const start = performance.now();
  const before = new Set(session.picture.levels.keys());
  const picture = (session.picture = seen(session.steps, session));
  session.steps = picture.steps.map(({ direction, node, shown }) => ({ direction, node, shown }));
  if (!drawn(session.selected)) session.selected = null;
  const fresh = focus ? [...picture.levels.keys()].filter((id) => !before.has(id)) : [];
  cy.stop(true, true);
  $(".graph-hints").replaceChildren();
  const places = arrange(picture, focus, fresh, glide);
  overlay.draw($(".graph-overlay"), store, picture, places);
  tabulate();
  form.elements.x.value = state.write(session.steps);
  for (const button of document.querySelectorAll("button[name=depth]")) button.setAttribute("aria-pressed", String(button.value === session.deep));
  $("#lineage-count").textContent = say("summary", { nodes: picture.levels.size, edges: picture.edges.size });
  const many = picture.levels.size > state.MANY;
  const first = many && $("#lineage-many").hidden;
  $("#lineage-many").hidden = !many;
  mark();
  find.refresh($("#lineage-find"), $("#lineage-hits"), session);
  if (whole) overlay.hint($(".graph-hints"), cy, fresh, view.fit(cy, true, ready));
  else if (fresh.length) overlay.hint($(".graph-hints"), cy, fresh, view.widen(cy, focus, fresh, ready));
  else if (!glide) ready();
  performance.measure("lineage-draw", { start, detail: picture.levels.size });
  // What is to be said aloud, once, when the picture grows beyond what can be read.
  const crowded = first ? ` ${$("#lineage-many span").firstChild.textContent.trim()}` : "";
  return { crowded, fresh: fresh.length, gone: [...before].filter((id) => !picture.levels.has(id)).length };
}

// The table follows the picture a frame later: its many rows would keep the picture waiting.
let following = Promise.resolve();
function tabulate() {
  following = frame().then(() => {
    table.draw($("#lineage-table tbody"), store, session.picture);
    markRows();
  });
}

const frame = () => new Promise((done) => (document.hidden ? done() : requestAnimationFrame(() => setTimeout(done))));

// Resolves when the table holds what the picture does.
export const tabulated = () => following;

function arrange(picture, focus, fresh, glide) {
  const { cy } = session;
  const before = glide ? view.positions(cy) : null;
  let places = place(picture);
  view.show(cy, store, picture, places, focus, fresh);
  if (session.tidy && tidy.able()) {
    places = tidy.tidied(cy, store.root, places);
    view.show(cy, store, picture, places, focus || store.root, fresh);
  }
  const arrive = () => {
    look();
    ready();
  };
  if (glide) view.glide(cy, before, arrive);
  return places;
}

// The first sight of a picture, and what of it is not in the window.
export function look() {
  const { cy, picture } = session;
  overlay.hint($(".graph-hints"), cy, [...picture.levels.keys()], view.firstSight(cy, store.root), "rest");
}

// Writes the picture to a file of one of export.js's kinds.
export async function save(kind) {
  const name = store.nodes.get(store.root).label.replace(/[^\w.-]+/g, "-").slice(0, 60);
  exporting.save(await exporting.makers[kind](session), `lineage-of-${name}.${kind}`);
  tell(say("saved", { kind: kind.toUpperCase() }));
}

// Counts the drawings that have come to rest: what drives the page from outside waits for it.
async function ready() {
  await tabulated();
  container.dataset.ready = Number(container.dataset.ready) + 1;
}

function mark() {
  const { cy, selected, picture } = session;
  const aside = $("#lineage-details");
  const was = aside.hidden;
  panel.draw(aside, store, picture, selected === session.shut ? null : selected, addresses);
  if (was !== aside.hidden) cy.resize();
  view.mark(cy, selected, pathTo(store, picture, selected));
}

function markRows() {
  const { selected } = session;
  for (const row of document.querySelectorAll("#lineage-table [data-node], #lineage-table [data-edge]")) {
    if ((row.dataset.node || row.dataset.edge) === selected) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

// Chooses a node or an edge by its id, or nothing, and opens its details.
export function select(id) {
  session.selected = id;
  session.shut = null;
  mark();
  markRows();
  state.replace(session);
  if (!id) return;
  view.reveal(session.cy, id);
  tell(described(session, id));
}

// Closes the details; what they are of stays chosen, so that the keyboard goes on from there.
export function shut() {
  session.shut = session.selected;
  mark();
  tell(described(session, session.selected));
}
