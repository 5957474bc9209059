// Technical jobs: what drawn jobs are a part of, and those of their parts that read and write nothing. Pure.
// lineage/technical.py does the same for the table without script.
import { MOST } from "./state.js";

// Adds what the server tells of them; the order of their numbers is the order in which they are met.
export function learn(store, { nodes = [], edges = [] } = {}) {
  for (const { data } of nodes) store.nodes.set(data.id, { ...store.nodes.get(data.id), ...data });
  for (const { data } of edges) {
    store.edges.set(data.id, data);
    store.parts.set(data.id, data);
  }
  const number = (id) => Number(id.slice(1));
  const order = ([, a], [, b]) => number(a.source) - number(b.source) || number(a.target) - number(b.target);
  store.parts = new Map([...store.parts].sort(order));
}

// The picture that hide.js gives, and the technical jobs that hang on what it shows. `laid` are steps for layout.js.
export function hang(store, picture, { hidden, technical }) {
  if (!technical || hidden.has("workload")) return picture;
  const levels = new Map(picture.levels);
  const edges = new Set(picture.edges);
  const laid = [...picture.steps];
  for (let before = -1; before < levels.size; ) {
    before = levels.size;
    for (const edge of store.parts.values()) {
      const step = edges.has(edge.id) ? null : joins(edge, levels, store);
      if (!step) continue;
      edges.add(edge.id);
      if (step.added.length) laid.push(step);
      for (const id of step.added) levels.set(id, levels.get(step.node));
    }
  }
  return { ...picture, levels, edges, laid };
}

// The step that brings the end that is missing, if any is; null where the edge is not to be drawn.
function joins({ source, target }, levels, store) {
  const [parent, child] = [levels.has(source), levels.has(target)];
  if (parent && child) return { added: [] };
  if ((!parent && !child) || levels.size >= MOST) return null;
  if (parent && source !== store.root && !store.nodes.get(target)?.technical) return null;
  if (!store.nodes.has(child ? source : target)) return null;
  return { node: child ? target : source, direction: child ? "above" : "below", added: [child ? source : target], more: false };
}
