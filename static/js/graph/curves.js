// The curve of an edge: it leaves a node at its right and enters the next at its left, level at both ends.
// One that leads to the same column stays beside it; one that leads to the left goes around all nodes on its way. Pure.
import { SIZE } from "./layout.js";

const half = SIZE.width / 2;
const CLEAR = SIZE.height / 2 + 20; // from the middle of a node to the first lane over or under it
const LANE = 9; // from one lane to the next
const GUTTER = 18; // from a node's side to the first lane beside it; with three more less than what is between columns
const BEND = 14;

// Takes the places of both ends; returns Cytoscape's weights and distances of two control points along the
// straight line between the endpoints, and the endpoints.
export function curve(source, target, part = false) {
  if (source.x === target.x) return sideways(source, target, part ? -1 : 1);
  const { a, b } = ends(source, target);
  const bend = Math.max(30, (b.x - a.x) * 0.5);
  return forward(a, b, [{ x: a.x + bend, y: a.y }, { x: b.x - bend, y: b.y }]);
}

// The curves of all edges that lead to the left, by id: of [{id, source, target}] with the places of both ends. Each
// runs over or under whatever stands (`taken`: places) in the columns that it passes, in a lane of its own.
export function detours(edges, taken) {
  const lanes = [];
  const shortFirst = [...edges].sort((one, other) => width(one) - width(other));
  return new Map(shortFirst.map(({ id, source, target }, index) => {
    const { a, b } = ends(source, target);
    const aside = GUTTER + (index % 4) * LANE;
    const [left, right] = [b.x - aside, a.x + aside];
    const heights = taken.filter(({ x }) => left < x && x < right).map(({ y }) => y);
    const over = free(lanes, left, right, Math.min(...heights) - CLEAR, -LANE);
    const under = free(lanes, left, right, Math.max(...heights) + CLEAR, LANE);
    const y = a.y + b.y - 2 * over <= 2 * under - a.y - b.y ? over : under;
    lanes.push({ left, right, y });
    const corners = [{ x: right, y: a.y }, { x: right, y }, { x: left, y }, { x: left, y: b.y }];
    return [id, forward(a, b, rounded([a, ...corners, b]))];
  }));
}

const width = ({ source, target }) => source.x - target.x;

// The first lane from `y` on, `step` by `step`, that no other edge takes between left and right, nor just beside:
// two that meet would look like one.
function free(lanes, left, right, y, step) {
  const near = (lane) => lane.left < right + SIZE.width && left < lane.right + SIZE.width && Math.abs(lane.y - y) < LANE;
  while (lanes.some(near)) y += step;
  return y;
}

// Control points that keep to the way and round its corners.
function rounded(way) {
  return way.slice(1, -1).flatMap((corner, index) => [toward(corner, way[index]), corner, toward(corner, way[index + 2])]);
}

function toward(from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const share = Math.min(BEND / length, 0.5);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

const ends = (source, target) => ({ a: { x: source.x + half, y: source.y }, b: { x: target.x - half, y: target.y } });

const forward = (a, b, points) => ({ ...through(a, b, points), from: "50% 0%", to: "-50% 0%" });

// Between two nodes of one column: out and in at the right, or (-1) at the left.
function sideways(source, target, side) {
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
