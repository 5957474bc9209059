// The Lineage tab's state, which the address holds, and what changes it. Everything drawn follows from it.
import { load } from "./expand.js";
import { Failure, json } from "./fetch.js";
import * as exporting from "./export.js";
import * as find from "./find.js";
import { place } from "./layout.js";
import * as overlay from "./overlay.js";
import * as panel from "./panel.js";
import { pathTo } from "./paths.js";
import { known, learn, makeStore, replay } from "./picture.js";
import * as state from "./state.js";
import { busy, described, fail, tell } from "./status.js";
import * as tidy from "./tidy.js";
import * as table from "./table.js";
import * as view from "./view.js";
import { say } from "./words.js";

const $ = (selector) => document.querySelector(selector);
export const container = $("#lineage-graph");
const form = $("#lineage-form");
const data = JSON.parse($("#lineage-data").textContent);
const first = { steps: data.steps, selected: data.selected };
const addresses = { nodes: container.dataset.panel, sprite: container.dataset.sprite };
const store = makeStore(data);
export const session = { store, steps: data.steps, selected: data.selected, picture: replay(store, data.steps), tidy: state.read().tidy, cy: null };

const drawn = (id) => session.picture.levels.has(id) || session.picture.edges.has(id);

// `focus` stays on its pixel; `glide` lets the nodes move to their new places before the reader's eyes.
export function draw(focus = null, glide = false) {
  const { cy } = session;
  const start = performance.now();
  const before = new Set(session.picture.levels.keys());
  const picture = (session.picture = replay(store, session.steps));
  session.steps = picture.steps.map(({ direction, node, shown }) => ({ direction, node, shown }));
  if (!drawn(session.selected)) session.selected = null;
  const fresh = focus ? [...picture.levels.keys()].filter((id) => !before.has(id)) : [];
  cy.stop(true, true);
  $(".graph-hints").replaceChildren();
  const places = arrange(picture, focus, fresh, glide);
  overlay.draw($(".graph-overlay"), store, picture, places);
  table.draw($("#lineage-table tbody"), store, picture, session.selected);
  form.elements.x.value = state.write(session.steps);
  $("#lineage-count").textContent = say("summary", { nodes: picture.levels.size, edges: picture.edges.size });
  $("#lineage-many").hidden = picture.levels.size <= state.MANY;
  mark();
  find.refresh($("#lineage-find"), $("#lineage-hits"), session);
  if (fresh.length) overlay.hint($(".graph-hints"), cy, fresh, view.widen(cy, focus, fresh, ready));
  else if (!glide) ready();
  performance.measure("lineage-draw", { start, detail: picture.levels.size });
  return { fresh: fresh.length, gone: [...before].filter((id) => !picture.levels.has(id)).length };
}

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
    view.firstSight(cy, store.root);
    ready();
  };
  if (glide) view.glide(cy, before, arrive);
  return places;
}

// "Tidy" lays the picture out anew; opening or closing a node goes back to its columns.
export function tidyUp() {
  session.tidy = true;
  draw(null, true);
  state.push(session);
  tell(say("tidied"));
}

// Writes the picture to a file of one of export.js's kinds.
export async function save(kind) {
  const name = store.nodes.get(store.root).label.replace(/[^\w.-]+/g, "-").slice(0, 60);
  exporting.save(await exporting.makers[kind](session), `lineage-of-${name}.${kind}`);
  tell(say("saved", { kind: kind.toUpperCase() }));
}

// Counts the drawings that have come to rest: what drives the page from outside waits for it.
function ready() {
  container.dataset.ready = Number(container.dataset.ready) + 1;
}

function mark() {
  const { cy, selected, picture } = session;
  const aside = $("#lineage-details");
  const was = aside.hidden;
  panel.draw(aside, store, picture, selected, addresses);
  if (was !== aside.hidden) cy.resize();
  view.mark(cy, selected, pathTo(store, picture, selected));
  for (const row of document.querySelectorAll("#lineage-table [data-node], #lineage-table [data-edge]")) {
    if ((row.dataset.node || row.dataset.edge) === selected) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

// Chooses a node or an edge by its id, or nothing.
export function select(id) {
  session.selected = id;
  mark();
  state.replace(session);
  if (!id) return;
  view.reveal(session.cy, id);
  tell(described(session, id));
}

export async function open(id, direction) {
  const wanted = state.opened(session.steps, id, direction);
  const name = store.nodes.get(id).label;
  if (session.picture.levels.size >= state.MOST) return fail(say("full", { most: state.MOST }));
  if (!(await read(wanted.at(-1), name, () => open(id, direction)))) return;
  // Another click may have been answered in the meantime: the step goes after whatever is there now.
  session.steps = state.opened(session.steps, id, direction);
  session.tidy = false;
  const { fresh } = draw(id);
  state.push(session);
  if (session.picture.full) fail(say("full", { most: state.MOST }));
  tell(fresh ? say("expanded", { count: fresh, name }) : say("nothingNew", { name }));
}

// Shows that something is being read; false where it could not be.
async function read(step, name, retry) {
  fail("");
  tell(say("loading", { name }));
  busy(container, step, true);
  try {
    await load(store, step, container.dataset.neighbours);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    fail(say("failed", { name, reason: say(error.reason, { status: error.status }) }), retry);
    return false;
  } finally {
    busy(container, step, false);
  }
}

export function close(id, direction) {
  session.steps = state.closed(session.steps, id, direction);
  session.tidy = false;
  const { gone } = draw(id);
  state.push(session);
  fail("");
  tell(say("collapsed", { name: store.nodes.get(id).label, count: gone }));
}

// Reads a whole picture as the server draws it, `query` laid over the address; null where it could not be.
async function readAll(query, retry) {
  const name = store.nodes.get(store.root).label;
  const url = new URL(location.href);
  for (const [key, value] of Object.entries({ ...query, json: "1" })) url.searchParams.set(key, value);
  fail("");
  tell(say("loading", { name }));
  busy(container, null, true);
  try {
    const whole = await json(url);
    learn(store, whole);
    return whole;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    fail(say("failed", { name, reason: say(error.reason, { status: error.status }) }), retry);
    return null;
  } finally {
    busy(container, null, false);
  }
}

// Opens all within 1, 2 or 3 steps of the root, or "all"; what would go beyond the cap stays closed, and is said.
export async function deepen(depth) {
  const whole = await readAll({ depth }, () => deepen(depth));
  if (!whole) return;
  session.steps = whole.steps;
  session.tidy = false;
  draw(store.root);
  state.push(session);
  const { size } = session.picture.levels;
  if (whole.full) fail(say("cut", { most: state.MOST, count: size }));
  tell(say(whole.full ? "cut" : "summary", { most: state.MOST, count: size, nodes: size, edges: session.picture.edges.size }));
}

// Back and Forward: what is not known any more is read again, and a node that is gone is left out.
export async function restore() {
  const said = state.read();
  const wanted = said.steps || first.steps;
  if (!wanted.every((step) => known(store, step)) && !(await readAll({}, restore))) return;
  session.steps = wanted;
  session.tidy = said.tidy;
  session.selected = said.steps || said.selected ? said.selected : first.selected;
  draw();
  tell("");
}
