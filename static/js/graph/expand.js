// Reads a level of the graph from the server and adds it to what is known.
import { json } from "./fetch.js";
import { merge } from "./picture.js";
import { learn } from "./parts.js";
import { pairOf } from "./state.js";

const PAGE = 50;
const KEPT = ["as_of", "run", "version", "technical"];

const pending = new Map(); // by step: who asks for what is being read already waits for the same answer

export function load(store, step, url) {
  const key = `${pairOf(step)}:${step.shown}`;
  if (!pending.has(key)) pending.set(key, read(store, step, url).finally(() => pending.delete(key)));
  return pending.get(key);
}

// Reads until the step's neighbours are all there or there are no more.
async function read(store, step, url) {
  for (;;) {
    const level = store.levels.get(pairOf(step));
    const have = level ? level.edges.length : 0;
    if (level && (have >= step.shown || !level.cursor)) return;
    const query = { direction: step.direction, limit: Math.min(PAGE, step.shown - have) };
    if (level) query.after = level.cursor;
    Object.assign(query, kept());
    add(store, step, level, await json(`${url.replace("/0/", `/${step.node.slice(1)}/`)}?${new URLSearchParams(query)}`));
  }
}

// The moment, run or version that the page is narrowed to, and whether technical jobs are asked for.
function kept() {
  return Object.fromEntries([...new URLSearchParams(location.search)].filter(([name]) => KEPT.includes(name)));
}

// An edge that is known from another page of the same level appears once.
function add(store, step, level, { elements, more, technical }) {
  merge(store, elements);
  learn(store, technical);
  const own = step.direction === "upstream" ? "target" : "source";
  const edges = new Set(level?.edges);
  for (const { data } of elements.edges) if (data[own] === step.node) edges.add(data.id);
  store.levels.set(pairOf(step), { edges: [...edges], ...more[step.direction] });
}
