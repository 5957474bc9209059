// The picture by keyboard: arrows go along edges and within a column, and what is reached is told.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The nearest node in the direction of the arrow: along an edge if there is one, else by place.
function neighbour(cy, node, [dx, dy]) {
  const here = node.position();
  const ahead = (other) => {
    const there = other.position();
    return dx ? (there.x - here.x) * dx > 1 : there.x === here.x && (there.y - here.y) * dy > 1;
  };
  const linked = dx ? node.neighborhood("node").filter(ahead) : cy.collection();
  const all = linked.nonempty() ? linked : cy.nodes().filter(ahead);
  const far = (other) => Math.hypot((other.position("x") - here.x) * (dx ? 2 : 1), other.position("y") - here.y);
  return all.nonempty() ? all.toArray().reduce((best, other) => (far(other) < far(best) ? other : best)) : null;
}

// `act` has select(id), open(id, direction), close(id), fit(), zoom(factor), enter(id), escape().
export function listen(container, cy, act) {
  container.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = cy.$("node:selected")[0] || cy.$("node.root")[0];
    if (!node || !run(event.key, node, cy, act)) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function run(key, node, cy, act) {
  if (key in STEPS) {
    const next = node.selected() ? neighbour(cy, node, STEPS[key]) : node;
    if (next) act.select(next.id(), true);
    return true;
  }
  const keys = {
    Enter: () => (node.selected() ? act.enter(node.id()) : act.select(node.id(), true)),
    Escape: act.escape,
    u: () => act.open(node.id(), "upstream"),
    d: () => act.open(node.id(), "downstream"),
    c: () => act.close(node.id()),
    0: () => act.fit(),
    "+": () => act.zoom(1.25),
    "-": () => act.zoom(0.8),
  };
  if (!(key in keys)) return false;
  keys[key]();
  return true;
}
