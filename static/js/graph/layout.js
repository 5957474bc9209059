// Sticky columns: where the nodes of a picture stand. Pure; the same steps give the same places.
//
// A node stands in the column beside the node that it was opened from, and never leaves it. New neighbours
// go in as one block, level with that node; what is there already moves only as far as it must to make room
// (least squares; next to the old the new weighs nothing), and never changes its order.
export const COLUMN = 256;
export const ROW = 66;
export const SIZE = { width: 196, height: 48 };
const OLD = 1e6;
const ASIDE = { above: -1, below: 1 };

// Takes {root, steps: [{node, direction, added, more}]}; returns {nodes: Map id -> {x, y},
// more: [{node, direction, x, y}]}, the places of "Show 8 more".
export function place(picture) {
  const root = { id: picture.root, y: 0, weight: OLD, anchor: null };
  const columns = new Map([[0, [root]]]);
  const items = new Map([[picture.root, { level: 0, item: root }]]);
  const more = new Map();
  for (const step of picture.laid || picture.steps) (step.direction in ASIDE ? aside : add)(step, columns, items, more);
  const nodes = new Map();
  for (const [id, { level, item }] of items) nodes.set(id, { x: level * COLUMN, y: item.y });
  return { nodes, more: [...more.values()].map(({ step, level, item }) => spot(step, level, item)) };
}

function spot(step, level, item) {
  return { node: step.node, direction: step.direction, x: level * COLUMN, y: item.y };
}

// A technical job stands directly above or below the one that it hangs on.
function aside({ node, direction, added }, columns, items) {
  const { item: focus, level } = items.get(node);
  const column = columns.get(level);
  const fresh = added.map((id) => ({ id, anchor: focus.anchor, y: focus.y + ASIDE[direction] * ROW, weight: 1 }));
  column.splice(column.indexOf(focus) + (direction === "below" ? 1 : 0), 0, ...fresh);
  settle(column);
  for (const item of fresh) {
    item.weight = OLD;
    items.set(item.id, { level, item });
  }
}

function add(step, columns, items, more) {
  const focus = items.get(step.node);
  const level = focus.level + (step.direction === "downstream" ? 1 : -1);
  const column = columns.get(level) || [];
  columns.set(level, column);
  const pair = `${step.direction}:${step.node}`;
  if (more.has(pair)) column.splice(column.indexOf(more.get(pair).item), 1);
  more.delete(pair);
  const block = step.added.map((id) => ({ id, pair, anchor: focus.item, weight: 1 }));
  const rest = step.more ? { id: `more:${pair}`, pair, anchor: focus.item, weight: 1 } : null;
  const last = column.findLastIndex((item) => item.pair === pair);
  const start = last >= 0 ? column[last].y + ROW : focus.item.y - ((block.length - (rest ? 0 : 1)) / 2) * ROW;
  const fresh = rest ? [...block, rest] : block;
  fresh.forEach((item, index) => (item.y = start + index * ROW));
  column.splice(last >= 0 ? last + 1 : indexFor(column, focus.item), 0, ...fresh);
  settle(column);
  for (const item of fresh) item.weight = OLD;
  for (const item of block) items.set(item.id, { level, item });
  if (rest) more.set(pair, { step, level, item: rest });
}

// Behind every item that stands beside a node no lower than the focus: edges of two blocks do not cross.
function indexFor(column, focus) {
  return column.findLastIndex((item) => (item.anchor ? item.anchor.y : item.y) <= focus.y) + 1;
}

// Isotonic regression (pool adjacent violators): the smallest moves that leave no overlap.
function settle(column) {
  const blocks = [];
  column.forEach((item, index) => {
    let block = { sum: (item.y - index * ROW) * item.weight, weight: item.weight, count: 1 };
    while (blocks.length && blocks.at(-1).sum / blocks.at(-1).weight >= block.sum / block.weight) {
      const above = blocks.pop();
      block = { sum: above.sum + block.sum, weight: above.weight + block.weight, count: above.count + block.count };
    }
    blocks.push(block);
  });
  let index = 0;
  for (const block of blocks) {
    for (let n = 0; n < block.count; n += 1, index += 1) {
      const y = block.sum / block.weight + index * ROW;
      // What stands right already is left as it is, to the last bit.
      if (Math.abs(y - column[index].y) > 1e-6) column[index].y = Math.round(y * 100) / 100;
    }
  }
}
