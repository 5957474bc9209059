// Kinds that the reader hides: what they stand between stays tied, by dotted edges past them. Pure, but for `read`.
// lineage/graph_hide.py does the same for the table without script.
import { otherEnd } from "./picture.js";
import { pairOf, STEP } from "./state.js";

const ROUNDS = 4;

const isHidden = (store, hidden, id) => id !== store.root && hidden.has(store.nodes.get(id).kind);

// The picture without nodes of these kinds; `whole` are all its edges, the hidden ones', too.
export function fold(store, picture, hidden) {
  const whole = picture.edges;
  const away = (id) => isHidden(store, hidden, id);
  if (![...picture.levels.keys()].some(away)) return { ...picture, whole };
  const levels = new Map([...picture.levels].filter(([id]) => !away(id)));
  const ends = [...whole].map((id) => store.edges.get(id));
  const edges = new Set(ends.filter(({ source, target }) => !away(source) && !away(target)).map(({ id }) => id));
  for (const edge of bridges(store, ends, away)) {
    store.edges.set(edge.id, edge);
    edges.add(edge.id);
  }
  return { ...picture, levels, edges, whole };
}

function* bridges(store, ends, away) {
  const out = new Map();
  for (const edge of ends) out.set(edge.source, [...(out.get(edge.source) || []), edge.target]);
  for (const source of out.keys()) {
    if (away(source)) continue;
    const past = new Map(out.get(source).filter(away).map((id) => [id, store.nodes.get(id).label]));
    const done = new Set();
    for (const [id, via] of past) {
      for (const target of out.get(id) || []) {
        if (away(target)) past.has(target) || past.set(target, via);
        else if (!done.has(target)) yield bridge(source, target, via, done);
      }
    }
  }
}

function bridge(source, target, via, done) {
  done.add(target);
  return { id: `v${source.slice(1)}-${target.slice(1)}`, source, target, type: "", via, url: null, last_run: null };
}

// Steps that open hidden nodes the way they were reached, so that what is behind them is seen.
function missing(store, picture, hidden) {
  const known = new Set(picture.steps.map(pairOf));
  const found = new Map();
  for (const step of picture.steps) {
    for (const id of step.edges) {
      const next = { direction: step.direction, node: otherEnd(store.edges.get(id), step.node), shown: STEP };
      if (isHidden(store, hidden, next.node) && !known.has(pairOf(next))) found.set(pairOf(next), next);
    }
  }
  return [...found.values()];
}

// The steps, and those that lead through what is hidden; `read` fetches what a step needs.
export async function through(store, steps, hidden, replay, read) {
  for (let round = 0; round < ROUNDS && hidden.size; round += 1) {
    const more = missing(store, replay(store, steps), hidden);
    if (!more.length) break;
    for (const step of more) if (!(await read(step))) return steps;
    steps = [...steps, ...more];
  }
  return steps;
}
