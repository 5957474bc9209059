// How a node hangs together with the root: all directed ways between them, else the shortest there is. Pure.
import { otherEnd } from "./picture.js";

// {nodes, edges}: Sets of ids, empty where there is no way; the root and the node are among the nodes.
export function pathTo(store, picture, id) {
  if (id === picture.root || !picture.levels.has(id)) return { nodes: new Set(), edges: new Set() };
  const ties = tiesOf(store, picture);
  for (const [from, to] of [[picture.root, id], [id, picture.root]]) {
    const reach = walk(from, ties, "source");
    if (!reach.has(to)) continue;
    const back = walk(to, ties, "target");
    const nodes = new Set([...reach.keys()].filter((each) => back.has(each)));
    const inside = ({ source, target }) => source !== target && nodes.has(source) && nodes.has(target);
    return { nodes, edges: new Set([...picture.edges].filter((edge) => inside(store.edges.get(edge)))) };
  }
  return shortest(picture.root, id, walk(picture.root, ties), store);
}

function tiesOf(store, picture) {
  const ties = new Map([...picture.levels.keys()].map((id) => [id, []]));
  for (const id of picture.edges) {
    const edge = store.edges.get(id);
    ties.get(edge.source)?.push(edge);
    if (edge.target !== edge.source) ties.get(edge.target)?.push(edge);
  }
  return ties;
}

// What can be reached, and over which edge; `end` is the end to walk from, none for either.
function walk(from, ties, end = null) {
  const reached = new Map([[from, null]]);
  for (const id of reached.keys()) {
    for (const edge of ties.get(id)) {
      if (end && edge[end] !== id) continue;
      const next = otherEnd(edge, id);
      if (!reached.has(next)) reached.set(next, edge.id);
    }
  }
  return reached;
}

function shortest(root, id, reached, store) {
  const nodes = new Set();
  const edges = new Set();
  for (let here = reached.has(id) ? id : null; here; ) {
    nodes.add(here);
    const over = reached.get(here);
    if (!over) break;
    edges.add(over);
    here = otherEnd(store.edges.get(over), here);
  }
  return { nodes, edges };
}
