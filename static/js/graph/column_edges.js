// Lines from column to column: of the column that is chosen in the panel, each step of its way, between the names that
// stand under the nodes. A drawing alone: the panel has the same steps as a list.
import { SIZE } from "./layout.js";
import { follow } from "./overlay.js";
import { fit } from "./style.js";
import { make } from "./words.js";

const NAME = 16; // height of a name's box
const NAMES = 4; // in a node; the rest are in its label
const TIP = 6;
const LOOKS = ["fill", "stroke", "stroke-width", "font-family", "font-size"];

// The place for the drawing, over the nodes and moving with them.
export function layer(container, cy) {
  const place = make("div", { class: "graph-column-layer", "aria-hidden": "true" });
  container.parentElement.querySelector(".graph-overlay").after(place);
  follow(place, cy);
  return place;
}

// Draws the steps, [{from: {node, column}, to: {node, column}, text}], between nodes that are drawn. A column named ""
// is the whole resource.
export function draw(place, cy, steps) {
  const drawn = steps.filter(({ from, to }) => [from, to].every(({ node }) => cy.getElementById(`n${node}`).nonempty()));
  const names = namesOf(drawn);
  const at = (end) => spot(cy.getElementById(`n${end.node}`).position(), [...(names.get(end.node) || [])].indexOf(end.column));
  const boxes = [...names].flatMap(([node, columns]) => [...columns].slice(0, NAMES).map((column) => box(at({ node, column }), column)));
  const lines = drawn.map(({ from, to, text }) => line(at(from), at(to), text));
  place.replaceChildren(...(drawn.length ? [shape("svg", {}, ...lines, ...boxes)] : []));
}

// What is drawn now, by itself, for files: {svg: a group as XML, box: {x1, y1, x2, y2}}; null where nothing is.
export function copied() {
  const svg = document.querySelector(".graph-column-layer svg");
  if (!svg) return null;
  const group = shape("g", {}, ...svg.cloneNode(true).children);
  const [from, to] = [svg, group].map((each) => [...each.querySelectorAll("[class]")]);
  to.forEach((element, index) => {
    const css = getComputedStyle(from[index]);
    for (const name of LOOKS) element.setAttribute(name, css.getPropertyValue(name));
  });
  const { x, y, width, height } = svg.getBBox();
  return { svg: new XMLSerializer().serializeToString(group), box: { x1: x, y1: y, x2: x + width, y2: y + height } };
}

function namesOf(steps) {
  const names = new Map();
  for (const { node, column } of steps.flatMap(({ from, to }) => [from, to])) {
    if (!names.has(node)) names.set(node, new Set());
    if (column) names.get(node).add(column);
  }
  return names;
}

// The middle of a name's box; of the node itself where it has none.
function spot({ x, y }, index) {
  if (index < 0) return { x, y };
  return { x, y: y + SIZE.height / 2 + NAME * (Math.min(index, NAMES - 1) + 0.5) };
}

function box({ x, y }, column) {
  const left = x - SIZE.width / 2;
  const frame = { x: left, y: y - NAME / 2, width: SIZE.width, height: NAME, rx: 4, class: "graph-column-box" };
  const text = shape("text", { x: left + 8, y: y + 4, class: "graph-column-text" }, fit(column));
  return shape("g", { class: "graph-column-name" }, shape("title", {}, column), shape("rect", frame), text);
}

function line(from, to, text) {
  const [start, end] = [from.x + SIZE.width / 2, to.x - SIZE.width / 2 - TIP];
  const bend = Math.max(40, Math.abs(end - start) / 2);
  const curve = `M${start},${from.y} C${start + bend},${from.y} ${end - bend},${to.y} ${end},${to.y}`;
  const tip = `M${end + TIP},${to.y} l${-TIP},${-TIP / 2} v${TIP}z`;
  const paths = [shape("path", { d: curve, class: "graph-column-line" }), shape("path", { d: tip, class: "graph-column-tip" })];
  return shape("g", { class: "graph-column-step" }, shape("title", {}, text), ...paths);
}

function shape(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
