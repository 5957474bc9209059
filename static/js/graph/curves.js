// The curve of an edge: it leaves a node at its right and enters the next at its left, level at both ends.
// One that leads back (to the same column or to the left) arcs over the nodes. Pure.
import { SIZE } from "./layout.js";

const half = SIZE.width / 2;

// Takes the places of both ends; returns Cytoscape's weights and distances of two control points along the
// straight line between the endpoints, and the endpoints.
export function curve(source, target, part = false) {
  if (part && source.x === target.x) return sideways(source, target, -1);
  if (target.x > source.x) {
    const a = { x: source.x + half, y: source.y };
    const b = { x: target.x - half, y: target.y };
    const bend = Math.max(30, (b.x - a.x) * 0.5);
    return { ...through(a, b, [{ x: a.x + bend, y: a.y }, { x: b.x - bend, y: b.y }]), from: "50% 0%", to: "-50% 0%" };
  }
  const a = { x: source.x, y: source.y - SIZE.height / 2 };
  const b = { x: target.x, y: target.y - SIZE.height / 2 };
  if (a.x === b.x) return sideways(source, target);
  const top = Math.min(a.y, b.y) - 40 - Math.min(60, (a.x - b.x) / 12);
  return { ...through(a, b, [{ x: a.x, y: top }, { x: b.x, y: top }]), from: "0% -50%", to: "0% -50%" };
}

// Between two nodes of one column: out and in at the right, or (-1) at the left.
function sideways(source, target, side = 1) {
  const a = { x: source.x + side * half, y: source.y };
  const b = { x: target.x + side * half, y: target.y };
  const end = `${side * 50}% 0%`;
  return { ...through(a, b, [{ x: a.x + side * 36, y: a.y }, { x: b.x + side * 36, y: b.y }]), from: end, to: end };
}

// Points as (share of the way, distance to its side), as Cytoscape wants them.
function through(a, b, points) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = Math.hypot(dx, dy) || 1;
  const along = (p) => ((p.x - a.x) * dx + (p.y - a.y) * dy) / (length * length);
  const aside = (p) => ((p.x - a.x) * -dy + (p.y - a.y) * dx) / length;
  return { weights: points.map(along), distances: points.map((p) => Math.round(aside(p) * 100) / 100) };
}
