// The picture as SVG: shapes, words and curves as Cytoscape draws them.
import { SIZE } from "./layout.js";
import { BOLD, KINDS, fit } from "./style.js";

const MARGIN = 24;
// What no XML may hold.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
const escape = (text) => String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

// `over` is what column_edges.js draws over the nodes, or null.
export function svg(cy, background, over) {
  const parts = [...cy.edges().map(edge), ...cy.nodes().map(node), ...(over ? [over.svg] : [])];
  const { x1, y1, x2, y2 } = around(cy.elements().boundingBox(), over);
  return page({ x1: x1 - MARGIN, y1: y1 - MARGIN, x2: x2 + MARGIN, y2: y2 + MARGIN }, parts, background);
}

// The box that holds both.
export const around = (box, over) => ({
  x1: Math.min(box.x1, over?.box.x1 ?? box.x1),
  y1: Math.min(box.y1, over?.box.y1 ?? box.y1),
  x2: Math.max(box.x2, over?.box.x2 ?? box.x2),
  y2: Math.max(box.y2, over?.box.y2 ?? box.y2),
});

export function page({ x1, y1, x2, y2 }, parts, background = "none") {
  const [x, y, width, height] = [x1, y1, x2 - x1, y2 - y1].map(Math.round);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x} ${y} ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">
<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${background}"/>
${parts.join("\n").replace(CONTROL, "")}
</svg>
`;
}

const faded = (element) => (element.hasClass("aside") ? ' opacity="0.35"' : "");

function node(element) {
  const { x, y } = element.position();
  const { label, kind, type_label: type, kind_label: kindLabel } = element.data();
  const colours = `fill="${element.style("background-color")}" stroke="${element.style("border-color")}" stroke-width="1.5"`;
  const [left, top] = [x - SIZE.width / 2, y - SIZE.height / 2];
  const weight = element.hasClass("root") ? BOLD : 400;
  const text = `<tspan x="${left + 40}" y="${y - 4}">${escape(fit(label, weight))}</tspan><tspan x="${left + 40}" y="${y + 13}">${escape(fit(type || kindLabel, weight))}</tspan>`;
  return `<g id="${element.id()}"${faded(element)}><title>${escape(element.data("uri"))}</title>${shape(KINDS[kind]?.shape, left, top, colours)}<text fill="${element.style("color")}" font-weight="${weight}">${text}</text></g>`;
}

function shape(name, left, top, colours) {
  const { width: w, height: h } = SIZE;
  const points = {
    "cut-rectangle": [[8, 0], [w - 8, 0], [w, 8], [w, h - 8], [w - 8, h], [8, h], [0, h - 8], [0, 8]],
    polygon: [[7, 0], [w - 7, 0], [w, h / 2], [w - 7, h], [7, h], [0, h / 2]],
  }[name];
  if (!points) return `<rect x="${left}" y="${top}" width="${w}" height="${h}" rx="8" ${colours}/>`;
  return `<polygon points="${points.map(([x, y]) => `${left + x},${top + y}`).join(" ")}" ${colours}/>`;
}

function edge(element) {
  const points = [element.sourceEndpoint(), ...(element.controlPoints() || []), element.targetEndpoint()];
  const at = ({ x, y }) => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
  const colour = element.style("line-color");
  const dash = { dashed: ' stroke-dasharray="6 4"', dotted: ' stroke-dasharray="1.5 3"' }[element.style("line-style")] || "";
  return `<g id="${element.id()}"${faded(element)}><path d="M${at(points[0])} ${bends(points, at)}" fill="none" stroke="${colour}" stroke-width="1.6"${dash}/>${element.hasClass("part") ? "" : arrow(points.at(-2), points.at(-1), colour)}</g>`;
}

// Quadratic curves from one control point to the next, joined half-way between them.
function bends(points, at) {
  if (points.length === 2) return `L${at(points[1])}`;
  const half = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const inner = points.slice(1, -1);
  const end = (index) => (index === inner.length - 1 ? points.at(-1) : half(inner[index], inner[index + 1]));
  return inner.map((point, index) => `Q${at(point)} ${at(end(index))}`).join(" ");
}

function arrow(before, tip, colour) {
  const turn = (Math.atan2(tip.y - before.y, tip.x - before.x) * 180) / Math.PI;
  return `<path d="M0,0 -9,-4.5 -9,4.5z" fill="${colour}" transform="translate(${tip.x} ${tip.y}) rotate(${turn})"/>`;
}
