// "Tidy": the whole picture laid out anew by dagre, at the reader's wish only. The root stays where it is.
import { COLUMN, ROW, SIZE } from "./layout.js";

export const able = () => Boolean(window.cytoscapeDagre);

// Takes the places of sticky columns and returns others, in the same form.
export function tidied(cy, root, places) {
  const spots = places.more.filter(({ node }) => cy.getElementById(node).nonempty()).map((spot, index) => ({ ...spot, id: `more:${index}` }));
  cy.startBatch();
  const own = cy.add(spots.flatMap(({ id, node, direction }) => [
    { group: "nodes", data: { id, label: "", kind_label: "" } },
    { group: "edges", data: direction === "upstream" ? { source: id, target: node } : { source: node, target: id } },
  ]));
  const options = { name: "dagre", rankDir: "LR", ranker: "tight-tree", nodeSep: ROW - SIZE.height, rankSep: COLUMN - SIZE.width };
  const before = cy.nodes().map((node) => [node, { ...node.position() }]);
  cy.endBatch();
  cy.elements().layout({ ...options, fit: false, animate: false }).run();
  const origin = { ...cy.getElementById(root).position() };
  const at = (id) => {
    const { x, y } = cy.getElementById(id).position();
    return { x: Math.round(x - origin.x), y: Math.round(y - origin.y) };
  };
  const found = {
    nodes: new Map([...places.nodes.keys()].map((id) => [id, cy.getElementById(id).nonempty() ? at(id) : places.nodes.get(id)])),
    more: spots.map((spot) => ({ ...spot, ...at(spot.id) })),
  };
  for (const [node, position] of before) node.position(position);
  own.remove();
  return found;
}
