// What the window shows of the picture. The root stands at 0, 0.
import { SIZE } from "./layout.js";

const LEGIBLE = 0.6; // the zoom below which words cannot be read
const TUCK = 18; // what a root that needs no button at its outer side may come nearer to the edge

// The zoom and pan that bring a box into sight, with room at its sides for the buttons of nodes and for those that zoom.
// What is too high for the window is shown level with the root.
export function sight(cy, { x1, y1, x2, y2 }, least = 0.15) {
  const side = Math.min(45, cy.width() * 0.075);
  const zoom = Math.max(least, Math.min(1, (cy.width() - 2 * side) / (x2 - x1), (cy.height() - 40) / (y2 - y1)));
  const middle = (y2 - y1) * zoom > cy.height() ? 0 : (y1 + y2) / 2;
  return { zoom, pan: { x: cy.width() / 2 - ((x1 + x2) / 2) * zoom, y: cy.height() / 2 - middle * zoom } };
}

// All of the picture; `spots` are the places of "Show 8 more".
export function whole(cy, spots) {
  const { x1, y1, x2, y2 } = cy.elements().boundingBox();
  const more = boxOf(spots);
  return { x1: Math.min(x1, more.x1), y1: Math.min(y1, more.y1), x2: Math.max(x2, more.x2), y2: Math.max(y2, more.y2) };
}

// What is seen first: all where words stay legible, else the root with its neighbours, else with those downstream.
export function first(cy, root, spots) {
  const near = [...cy.getElementById(root).neighborhood("node").map((node) => node.position()), ...spots.filter(({ node }) => node === root)];
  const ahead = near.filter(({ x }) => x > 0);
  const around = (places) => boxOf([{ x: 0, y: 0 }, ...places]);
  const sights = [whole(cy, spots), around(near)].map((box) => sight(cy, box));
  const one = around(ahead.length ? ahead : near);
  return sights.find(({ zoom }) => zoom >= LEGIBLE) || sight(cy, { ...one, x1: one.x1 + TUCK }, LEGIBLE);
}

function boxOf(places) {
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  const [width, height] = [SIZE.width / 2, SIZE.height / 2];
  return { x1: Math.min(...xs) - width, y1: Math.min(...ys) - height, x2: Math.max(...xs) + width, y2: Math.max(...ys) + height };
}
