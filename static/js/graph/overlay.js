// Small buttons on the picture: "+3" and "−" at the sides of a node, the dashed "Show 8 more of 22", and hints
// to what was added out of sight. For the pointer only: the table has the same for keyboard and screen reader.
import { ROW, SIZE } from "./layout.js";
import { leftOver, moreOf, stepOf } from "./picture.js";
import { renew } from "./renew.js";
import { still } from "./view.js";
import { capital, make, say } from "./words.js";

export function draw(overlay, store, picture, places) {
  const left = leftOver(store, picture);
  const found = new Map();
  const add = (facts, { x, y }) => facts && found.set(facts.open || facts.close, { ...facts, x, y });
  for (const id of picture.levels.keys()) {
    for (const direction of ["upstream", "downstream"]) add(handle(id, direction, store, picture, left), beside(places.nodes.get(id), direction));
  }
  for (const spot of places.more.filter(({ node }) => picture.levels.has(node))) {
    const step = stepOf(picture, spot.node, spot.direction);
    add({ text: say("more", moreOf(step)), kind: "graph-more", open: `${spot.direction}:${spot.node}` }, spot);
  }
  renew(overlay, found, build, (button) => button.dataset.open || button.dataset.close);
}

function handle(id, direction, store, picture, left) {
  if (!["both", direction].includes(store.direction)) return null;
  const name = store.nodes.get(id).label;
  const kind = `graph-handle graph-handle-${direction}`;
  const step = stepOf(picture, id, direction);
  if (!step) return left(id, direction) && { text: left(id, direction), title: say(`expand${capital(direction)}Of`, { name }), kind, open: `${direction}:${id}` };
  return step.edges.length ? { text: "−", title: say("collapseOf", { name }), kind: `${kind} graph-close`, close: `${direction}:${id}` } : null;
}

const beside = ({ x, y }, direction) => ({ x: x + (direction === "upstream" ? -1 : 1) * (SIZE.width / 2), y });

function build({ text, title = null, kind, open = null, close = null, x, y }) {
  const button = make("button", { type: "button", tabindex: "-1", class: kind, title, "data-open": open, "data-close": close }, text);
  // Properties set from script are no inline styles to the Content-Security-Policy.
  button.style.left = `${x}px`;
  button.style.top = `${y}px`;
  return button;
}

// Keeps the buttons where the nodes are drawn.
export function follow(overlay, cy) {
  const move = () => {
    const { x, y } = cy.pan();
    overlay.style.transform = `translate(${x}px, ${y}px) scale(${cy.zoom()})`;
    overlay.style.setProperty("--graph-zoom", cy.zoom());
  };
  cy.on("pan zoom resize", move);
  move();
}

// Says where nodes are that the window does not show, now or at the end of a zoom; a click goes there. `words` is
// "hint" for new ones, "rest" for those that were there from the start.
export function hint(hints, cy, ids, { zoom, pan }, words = "hint") {
  const frame = { x1: 0, y1: 0, x2: cy.width(), y2: cy.height() };
  const sides = { Left: [], Right: [], Up: [], Down: [] };
  for (const id of ids) {
    const node = cy.getElementById(id);
    const [x, y] = [node.position("x") * zoom + pan.x, node.position("y") * zoom + pan.y];
    const reach = { x: (SIZE.width / 3) * zoom, y: (ROW / 4) * zoom };
    if (x + reach.x > frame.x2) sides.Right.push(node);
    else if (x - reach.x < frame.x1) sides.Left.push(node);
    else if (y + reach.y > frame.y2) sides.Down.push(node);
    else if (y - reach.y < frame.y1) sides.Up.push(node);
  }
  const found = Object.entries(sides).filter(([, nodes]) => nodes.length);
  hints.replaceChildren(...found.map(([side, nodes]) => hintButton(side, say(words + side, { count: nodes.length }), nodes, cy, hints)));
}

function hintButton(side, text, nodes, cy, hints) {
  const button = make("button", { type: "button", class: `btn btn-sm graph-hint graph-hint${side}` }, text);
  button.addEventListener("click", () => {
    const box = cy.collection(nodes).boundingBox();
    const middle = { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 };
    const pan = { x: cy.width() / 2 - middle.x * cy.zoom(), y: cy.height() / 2 - middle.y * cy.zoom() };
    if (still()) cy.pan(pan);
    else cy.animate({ pan }, { duration: 250 });
    hints.replaceChildren();
    document.getElementById("lineage-graph").focus({ preventScroll: true });
  });
  return button;
}
