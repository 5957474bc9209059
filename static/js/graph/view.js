// Cytoscape's picture of a replayed list of steps. Only real nodes and edges are elements of it.
import { curve, detours } from "./curves.js";
import { first, sight, whole } from "./sight.js";
import { makeStyle } from "./style.js";

// The zoom below which words are hard to read.
const READABLE = 0.7;
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function makeGraph(container) {
  cytoscape.warnings(false);
  const cy = cytoscape({
    container,
    style: makeStyle(),
    layout: { name: "preset" },
    minZoom: 0.15,
    maxZoom: 2,
    autoungrabify: true,
    boxSelectionEnabled: false,
    selectionType: "single",
  });
  document.addEventListener("theme:change", () => cy.style(makeStyle()));
  leaveTheWheel(container.parentElement);
  return cy;
}

// The wheel scrolls the page; with Ctrl or ⌘ (and with two fingers) it zooms the picture and not the page,
// also while Cytoscape takes no notice of it, just after the page was scrolled.
function leaveTheWheel(frame) {
  const pass = (event) => {
    if (event.ctrlKey || event.metaKey) event.preventDefault();
    else event.stopPropagation();
  };
  frame.addEventListener("wheel", pass, { capture: true, passive: false });
}

const rest = new WeakMap(); // by Cytoscape's instance: the places of "Show 8 more"

// Brings the picture to the given nodes, edges and places. `focus` stays on its pixel.
export function show(cy, store, picture, places, focus, fresh) {
  const held = focus && cy.getElementById(focus);
  rest.set(cy, places.more.filter(({ node }) => picture.levels.has(node)));
  const before = held?.nonempty() ? { ...held.renderedPosition() } : null;
  cy.batch(() => {
    cy.elements().filter((element) => !wanted(picture, element)).remove();
    const nodes = [...places.nodes].filter(([id]) => picture.levels.has(id)).map(([id, position]) => ({ data: store.nodes.get(id), position, classes: [] }));
    const known = [...picture.edges].map((id) => store.edges.get(id));
    const around = goAround(known, picture, places);
    const edges = known.map((data) => edgeOf(data, places, around));
    cy.add([...put(cy, nodes, "nodes"), ...put(cy, edges, "edges")]);
    unmark(cy, "fresh");
    const root = cy.getElementById(store.root);
    if (!root.hasClass("root")) root.addClass("root");
    for (const id of fresh) cy.getElementById(id).addClass("fresh");
  });
  if (before && held.nonempty()) hold(cy, held, before);
}

const wanted = (picture, element) => picture.levels.has(element.id()) || picture.edges.has(element.id());

// Cytoscape computes the style of an element anew, and all that follows from it, whenever a class is taken away or data
// are set, even the same: so only of those that have it, and only what is other than before.
function unmark(cy, classes) {
  for (const name of classes.split(" ")) cy.elements(`.${name}`).removeClass(name);
}

const facts = new Map(); // by an element's id: what it was last given, as JSON

// Changes what is there; returns what is to be added.
function put(cy, wanted, group) {
  const added = [];
  for (const { data, position, classes } of wanted) {
    const told = JSON.stringify([data, classes]);
    const known = cy.getElementById(data.id);
    if (known.empty()) added.push({ group, data: { ...data }, position: position && { ...position }, classes });
    else if (facts.get(data.id) !== told) known.data(data).classes(classes);
    if (position && known.nonempty() && !at(known, position)) known.position(position);
    facts.set(data.id, told);
  }
  return added;
}

const at = (node, { x, y }) => node.position("x") === x && node.position("y") === y;

// The curves of the edges that lead to the left, by id.
function goAround(edges, picture, { nodes, more }) {
  const ends = edges.map(({ id, source, target }) => ({ id, source: nodes.get(source), target: nodes.get(target) }));
  const left = ends.filter(({ source, target }) => target.x < source.x);
  const taken = [...[...nodes].filter(([id]) => picture.levels.has(id)).map(([, place]) => place), ...more];
  return detours(left, taken);
}

function edgeOf(data, { nodes }, around) {
  const [source, target] = [nodes.get(data.source), nodes.get(data.target)];
  const loop = data.source === data.target;
  const classes = [...(loop ? ["loop"] : []), ...(data.via ? ["via"] : []), ...(data.part ? ["part"] : target.x <= source.x ? ["back"] : [])];
  return { data: { ...data, ...(loop ? {} : around.get(data.id) || curve(source, target, data.part)) }, classes };
}

function hold(cy, node, before) {
  const after = node.renderedPosition();
  if (after.x !== before.x || after.y !== before.y) cy.panBy({ x: before.x - after.x, y: before.y - after.y });
}

// Brings all of the picture into sight. Returns where it ends; calls `done` when it is there.
export function fit(cy, animate = false, done = () => {}) {
  const { zoom, pan } = sight(cy, whole(cy, rest.get(cy)));
  if (animate && !still()) cy.animate({ zoom, pan }, { duration: 200, complete: done });
  else {
    cy.viewport({ zoom, pan });
    done();
  }
  return { zoom, pan };
}

// Brings what is seen first into the window. Returns where it is.
export function firstSight(cy, root) {
  const found = first(cy, root, rest.get(cy));
  cy.viewport(found);
  return found;
}

export function zoomBy(cy, factor) {
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

// Zooms out around `focus`, which stays on its pixel, until the new nodes are in sight or words get small.
// Returns where it ends; calls `done` when it is there.
export function widen(cy, focus, fresh, done) {
  const pivot = cy.getElementById(focus).renderedPosition();
  const size = { x: cy.width(), y: cy.height() };
  let factor = 1;
  for (const id of fresh) {
    const box = cy.getElementById(id).renderedBoundingBox();
    for (const [axis, low, high] of [["x", box.x1 - 40, box.x2 + 40], ["y", box.y1 - 16, box.y2 + 16]]) {
      if (high > size[axis] && high > pivot[axis]) factor = Math.min(factor, (size[axis] - pivot[axis]) / (high - pivot[axis]));
      if (low < 0 && low < pivot[axis]) factor = Math.min(factor, pivot[axis] / (pivot[axis] - low));
    }
  }
  const zoom = Math.max(Math.min(cy.zoom(), READABLE), cy.zoom() * Math.max(factor, 0.01));
  const pan = {
    x: pivot.x - (pivot.x - cy.pan("x")) * (zoom / cy.zoom()),
    y: pivot.y - (pivot.y - cy.pan("y")) * (zoom / cy.zoom()),
  };
  if (zoom === cy.zoom() || still()) {
    cy.viewport({ zoom, pan });
    done();
  } else cy.animate({ zoom, pan }, { duration: 220, complete: done });
  return { zoom, pan };
}

// Marks the chosen node or edge, a node's edges, and the way from the root to it.
export function mark(cy, id, path) {
  cy.batch(() => {
    cy.$(":selected").unselect();
    unmark(cy, "near path");
    if (id) cy.getElementById(id).select().connectedEdges().addClass("near");
    for (const each of [...path.nodes, ...path.edges]) cy.getElementById(each).addClass("path");
  });
}

export const positions = (cy) => new Map(cy.nodes().map((node) => [node.id(), { ...node.position() }]));

// Lets nodes move from where they were to where they are; at once where motion is not wanted.
export function glide(cy, before, done) {
  const moving = cy.nodes().filter((node) => before.has(node.id()));
  if (still() || moving.empty()) return setTimeout(done);
  const ends = moving.map((node) => {
    const position = { ...node.position() };
    node.position(before.get(node.id()));
    return node.animation({ position, duration: 320, easing: "ease-in-out" }).play().promise();
  });
  return Promise.all(ends).then(done);
}

export function centre(cy, id) {
  if (still()) cy.center(cy.getElementById(id));
  else cy.stop().animate({ center: { eles: cy.getElementById(id) } }, { duration: 160 });
}

// Pans only if the node cannot be seen, and no further than it must. An edge was pointed at.
export function reveal(cy, id) {
  const node = cy.getElementById(id);
  if (!node.isNode()) return;
  const box = node.renderedBoundingBox();
  const over = (low, high, size) => (low < 36 ? 36 - low : high > size - 36 ? size - 36 - high : 0);
  cy.panBy({ x: over(box.x1, box.x2, cy.width()), y: over(box.y1, box.y2, cy.height()) });
}
