// Reads a level of the graph from the server and adds it to what is known.
import { merge } from "./picture.js";
import { pairOf } from "./state.js";

const PAGE = 50;

// `reason` is the name of a message in lineage-words.
export class Failure extends Error {
  constructor(reason, status) {
    super(reason);
    this.reason = reason;
    this.status = status;
  }
}

// Reads until the step's neighbours are all there or there are no more.
export async function load(store, step, url) {
  for (;;) {
    const level = store.levels.get(pairOf(step));
    const have = level ? level.edges.length : 0;
    if (level && (have >= step.shown || !level.cursor)) return;
    const query = { direction: step.direction, limit: Math.min(PAGE, step.shown - have) };
    if (level) query.after = level.cursor;
    add(store, step, level, await ask(`${url.replace("/0/", `/${step.node.slice(1)}/`)}?${new URLSearchParams(query)}`));
  }
}

// An edge that is known from another page of the same level appears once.
function add(store, step, level, { elements, more }) {
  merge(store, elements);
  const own = step.direction === "upstream" ? "target" : "source";
  const edges = new Set(level?.edges);
  for (const { data } of elements.edges) if (data[own] === step.node) edges.add(data.id);
  store.levels.set(pairOf(step), { edges: [...edges], ...more[step.direction] });
}

async function ask(url) {
  let response;
  try {
    response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  } catch {
    throw new Failure("offline");
  }
  if (response.ok) return response.json();
  const reasons = { 401: "signedOut", 403: "signedOut", 404: "gone" };
  throw new Failure(reasons[response.status] || "error", response.status);
}
