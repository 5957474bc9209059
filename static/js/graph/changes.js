// What the reader does to the picture: opens and closes nodes, hides kinds, lays it out anew, goes back.
import { load } from "./expand.js";
import { Failure, json } from "./fetch.js";
import { through } from "./hide.js";
import { known, learn, replay } from "./picture.js";
import { container, draw, first, session } from "./session.js";
import * as state from "./state.js";
import { busy, fail, tell } from "./status.js";
import { say } from "./words.js";

const { store } = session;
const PATIENCE = 150; // ms

// "Tidy" lays the picture out anew; opening or closing a node goes back to its columns.
export function tidyUp() {
  session.tidy = true;
  draw(null, { glide: true });
  state.push(session);
  tell(say("tidied"));
}

const opening = new Set(); // a second click in haste opens nothing more

export async function open(id, direction) {
  const wanted = state.opened(session.steps, id, direction);
  const pair = state.pairOf(wanted.at(-1));
  if (opening.has(pair)) return;
  opening.add(pair);
  try {
    await opened(id, direction, wanted.at(-1));
  } finally {
    opening.delete(pair);
  }
}

async function opened(id, direction, step) {
  const name = store.nodes.get(id).label;
  if (session.picture.levels.size >= state.MOST) return fail(say("full", { most: state.MOST }));
  if (!(await read(step, name, () => open(id, direction)))) return;
  // Another click may have been answered in the meantime: the step goes after whatever is there now.
  session.steps = await past(state.opened(session.steps, id, direction), name);
  session.deep = "";
  session.tidy = false;
  const { fresh, crowded } = draw(id);
  state.push(session);
  if (session.picture.full) fail(say("full", { most: state.MOST }));
  tell((fresh ? say("expanded", { count: fresh, name }) : say("nothingNew", { name })) + crowded);
}

// Reads what is about to be opened, so that it is there at the click; what goes wrong is told then.
export function prepare(id, direction) {
  const step = state.opened(session.steps, id, direction).at(-1);
  if (!known(store, step)) load(store, step, container.dataset.neighbours).catch(() => {});
}

// The steps, and those that lead on through hidden nodes.
const past = (steps, name) => through(store, steps, session.hidden, replay, (step) => read(step, name, null));

// Hides a kind or shows it again; what stays does not move.
export async function turn(kind) {
  if (kind === "technical") return turnTechnical();
  session.hidden = new Set(session.hidden);
  if (!session.hidden.delete(kind)) session.hidden.add(kind);
  showKinds();
  session.steps = await past(session.steps, store.nodes.get(store.root).label);
  draw();
  state.push(session);
  tell(say("summary", { nodes: session.picture.levels.size, edges: session.picture.edges.size }));
}

// Shows the technical jobs or hides them again; the root stays where it is.
async function turnTechnical() {
  const on = !session.technical;
  if (on && !(await readAll({ technical: "1" }, turnTechnical))) return;
  session.technical = on;
  showKinds();
  const { fresh } = draw(store.root);
  state.push(session);
  tell(on ? say("technicalShown", { count: fresh }) : say("technicalHidden"));
}

function showKinds() {
  for (const button of document.querySelectorAll("button[name=turn]")) {
    const on = button.value === "technical" ? session.technical : !session.hidden.has(button.value);
    button.setAttribute("aria-pressed", String(on));
  }
  document.getElementById("lineage-hide").value = [...session.hidden].join(",");
}

// False where it could not be read. That something is being waited for is shown and said when it takes a while: most
// answers are there before it could be seen, and showing it would only keep them waiting.
async function read(step, name, retry) {
  fail("");
  const slow = setTimeout(() => {
    tell(say("loading", { name }));
    busy(container, step, true);
  }, PATIENCE);
  try {
    await load(store, step, container.dataset.neighbours);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    fail(say("failed", { name, reason: say(error.reason, { status: error.status }) }), retry);
    return false;
  } finally {
    clearTimeout(slow);
    busy(container, step, false);
  }
}

export function close(id, direction) {
  session.steps = state.closed(session.steps, id, direction);
  session.deep = "";
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
  session.deep = depth;
  session.tidy = false;
  const { crowded } = draw(store.root, { whole: true });
  state.push(session);
  const { size } = session.picture.levels;
  if (whole.full) fail(say("cut", { most: state.MOST, count: size }));
  tell(say(whole.full ? "cut" : "summary", { most: state.MOST, count: size, nodes: size, edges: session.picture.edges.size }) + crowded);
}

// Back and Forward: what is not known any more is read again, and a node that is gone is left out.
export async function restore() {
  const said = state.read();
  const wanted = said.steps || first.steps;
  const unknown = said.technical || !wanted.every((step) => known(store, step));
  if (unknown && !(await readAll({}, restore))) return;
  session.steps = wanted;
  session.deep = said.deep;
  session.tidy = said.tidy;
  session.hidden = said.hidden;
  session.technical = said.technical;
  showKinds();
  session.selected = said.steps || said.selected ? said.selected : first.selected;
  draw();
  tell("");
}
