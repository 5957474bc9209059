// What has been read of the graph, and the part of it that a list of steps shows. No DOM.
import * as parts from "./parts.js";
import { MOST, pairOf } from "./state.js";

// Maps by id; `levels` by "direction:node": the edges read so far, in order, and how to go on.
export function makeStore(data) {
  const store = { root: data.root, direction: data.direction, nodes: new Map(), edges: new Map(), levels: new Map(), parts: new Map() };
  learn(store, data);
  return store;
}

// Adds what the server tells of a whole picture.
export function learn(store, data) {
  merge(store, data);
  parts.learn(store, data.technical);
  for (const { direction, node, edges, count, capped, cursor } of data.steps) {
    const known = store.levels.get(pairOf({ direction, node }));
    if (!known || known.edges.length <= edges.length) {
      store.levels.set(pairOf({ direction, node }), { edges, count, capped, cursor });
    }
  }
}

// Whether all that the step shows has been read.
export function known(store, step) {
  const level = store.levels.get(pairOf(step));
  return Boolean(level) && (level.edges.length >= step.shown || !level.cursor);
}

// Adds nodes and edges; one that is known keeps its place and takes the newer facts.
export function merge(store, { nodes, edges }) {
  for (const { data } of nodes) {
    const known = store.nodes.get(data.id);
    store.nodes.set(data.id, { ...known, ...data });
  }
  for (const { data } of edges) store.edges.set(data.id, data);
}

export const otherEnd = (edge, id) => (edge.source === id ? edge.target : edge.source);

// Takes the steps in order; one whose node appears later only waits for it, and one whose node appears
// never falls out: so collapsing keeps whatever another expansion still leads to.
export function replay(store, steps) {
  const picture = { root: store.root, levels: new Map([[store.root, 0]]), edges: new Set(), steps: [], last: new Map(), full: false };
  const waiting = steps.filter((step) => ["both", step.direction].includes(store.direction));
  for (;;) {
    const next = waiting.findIndex((step) => picture.levels.has(step.node));
    if (next < 0) return picture;
    const [step] = waiting.splice(next, 1);
    const level = store.levels.get(pairOf(step));
    if (level) take(store, picture, step, level);
  }
}

function take(store, picture, step, level) {
  const side = step.direction === "downstream" ? 1 : -1;
  const edges = [];
  const added = [];
  for (const id of level.edges.slice(0, step.shown)) {
    const edge = store.edges.get(id);
    const other = otherEnd(edge, step.node);
    if (!picture.levels.has(other)) {
      if (picture.levels.size >= MOST) {
        picture.full = true;
        break;
      }
      picture.levels.set(other, picture.levels.get(step.node) + side);
      added.push(other);
    }
    picture.edges.add(id);
    edges.push(id);
  }
  const more = edges.length < level.edges.length || Boolean(level.cursor);
  const taken = { ...step, edges, added, more, count: level.count, capped: level.capped };
  picture.steps.push(taken);
  picture.last.set(pairOf(step), taken);
}

// Returns (id, direction) -> how many neighbours of the node are not in the picture, as "+3" or "+91+"; "" where none.
export function leftOver(store, picture) {
  const drawn = { upstream: new Map(), downstream: new Map() };
  const count = (ends, id) => ends.set(id, (ends.get(id) || 0) + 1);
  for (const edge of picture.whole) {
    const { source, target } = store.edges.get(edge);
    count(drawn.upstream, target);
    count(drawn.downstream, source);
  }
  return (id, direction) => {
    const known = store.nodes.get(id)[direction] || 0;
    const left = known - (drawn[direction].get(id) || 0);
    return left > 0 ? `+${left}${known >= 99 ? "+" : ""}` : "";
  };
}

// The last step that opens this side of the node, if any.
export function stepOf(picture, id, direction) {
  return picture.last.get(pairOf({ node: id, direction }));
}

export function moreOf(step) {
  const left = Math.max(1, step.count - step.edges.length);
  return { more: Math.min(8, left), total: `${step.count.toLocaleString("en-US")}${step.capped ? "+" : ""}` };
}
