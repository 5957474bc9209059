// How the picture looks, from the CSS custom properties of static/css/graph.css and the icons of the sprite.
import { SIZE } from "./layout.js";

const SLIM = "-0.93 -1 0.93 -1 1 0 0.93 1 -0.93 1 -1 0";
// Shape, icon and colour tell the kinds apart. `polygon` takes the points of a slim hexagon: the round ones
// of Cytoscape leave no room for words at this width.
export const KINDS = {
  dataset: { shape: "round-rectangle", icon: "database" },
  model: { shape: "polygon", points: SLIM, icon: "cube" },
  artifact: { shape: "bottom-round-rectangle", icon: "package" },
  workload: { shape: "cut-rectangle", icon: "server-cog" },
  endpoint: { shape: "polygon", points: "-1 -1 0.9 -1 1 0 0.9 1 -1 1", icon: "world" },
  context: { shape: "polygon", points: SLIM, icon: "box" },
  experiment: { shape: "polygon", points: SLIM, icon: "box" },
  action: { shape: "cut-rectangle", icon: "player-play" },
};
const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif';
const ROOM = SIZE.width - 58;
export const BOLD = 600;

let sprite = null;
export async function loadIcons(url) {
  try {
    const text = await (await fetch(url)).text();
    sprite = new DOMParser().parseFromString(text, "image/svg+xml");
  } catch {
    sprite = null; // the picture is the same without icons
  }
}

function icon(name, colour) {
  const symbol = sprite?.getElementById(`i-${name}`);
  if (!symbol) return "none";
  const attributes = `fill="none" stroke="${colour}" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="0 0 24 24" ${attributes}>${symbol.innerHTML}</svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}

const pen = document.createElement("canvas").getContext("2d");
const cuts = new Map();
// The text cut in the middle to the width of a node: the end of a name is what tells it apart.
export function fit(text, weight = 400) {
  const key = `${weight} ${text}`;
  if (cuts.has(key)) return cuts.get(key);
  pen.font = `${weight} 12px ${FONT}`;
  const letters = Array.from(text.replace(/\s+/g, " ")).slice(0, 2000);
  let cut = letters.join("");
  let low = 1;
  let high = letters.length;
  if (pen.measureText(cut).width > ROOM) {
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (pen.measureText(shorten(letters, middle)).width <= ROOM) low = middle;
      else high = middle - 1;
    }
    cut = shorten(letters, low);
  }
  cuts.set(key, cut);
  return cut;
}

function shorten(letters, length) {
  const head = Math.floor((length - 1) / 2);
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (length - 1 - head)).join("")}`;
}

const label = (weight) => (node) => [node.data("label"), node.data("columns") || node.data("type_label") || node.data("kind_label")].map((text) => fit(text, weight)).join("\n");

export function makeStyle() {
  const css = getComputedStyle(document.documentElement);
  const value = (name) => css.getPropertyValue(`--graph-${name}`).trim();
  return [
    { selector: "node", style: nodeStyle(value) },
    ...Object.entries(KINDS).map(([kind, look]) => ({ selector: `node[kind = "${kind}"]`, style: kindStyle(kind, look, value) })),
    { selector: "node[?technical]", style: { "border-style": "dashed" } },
    { selector: "node.root", style: { "border-width": 3, "font-weight": BOLD, label: label(BOLD) } },
    { selector: "node:selected", style: { "outline-width": 3, "outline-color": value("focus"), "outline-offset": 2 } },
    { selector: "node.fresh", style: { "underlay-color": value("focus"), "underlay-opacity": 0.14, "underlay-padding": 6 } },
    { selector: "edge", style: edgeStyle(value) },
    { selector: "edge.back", style: { "line-style": "dashed", "line-dash-pattern": [6, 4] } },
    { selector: "edge.via", style: { "line-style": "dashed", "line-dash-pattern": [2, 4], events: "no" } },
    { selector: "edge.part", style: { "line-style": "dotted", "target-arrow-shape": "none", "source-arrow-shape": "diamond", "source-arrow-color": value("edge"), events: "no" } },
    { selector: "edge.loop", style: loopStyle() },
    { selector: "edge:selected", style: { "line-color": value("focus"), "target-arrow-color": value("focus"), width: 4 } },
    { selector: "node.found", style: { "underlay-color": value("found"), "underlay-opacity": 0.5, "underlay-padding": 7 } },
    { selector: "node.current", style: { "underlay-opacity": 0.95, "underlay-padding": 9 } },
    { selector: ".aside", style: { opacity: 0.35 } },
    { selector: "node.column", style: { "border-width": 2.5, "underlay-color": value("focus"), "underlay-opacity": 0.14, "underlay-padding": 5 } },
    { selector: "edge.column", style: { "line-color": value("focus"), "target-arrow-color": value("focus"), width: 3.4 } },
    { selector: "node.path", style: { "border-width": 2.5 } },
    { selector: "edge.near", style: { "line-color": value("focus"), "target-arrow-color": value("focus"), width: 2.2 } },
    { selector: "edge.path", style: { "line-color": value("focus"), "target-arrow-color": value("focus"), width: 3.4 } },
  ];
}

function nodeStyle(value) {
  return {
    ...SIZE,
    shape: "round-rectangle",
    "corner-radius": 8,
    "background-color": value("surface"),
    "border-width": 1.5,
    "border-color": value("line"),
    color: value("text"),
    label: label(),
    "font-family": FONT,
    "font-size": 12,
    "line-height": 1.3,
    "text-wrap": "wrap",
    "text-max-width": SIZE.width,
    "text-justification": "left",
    "text-valign": "center",
    "text-halign": "right",
    "text-margin-x": 40 - SIZE.width,
    "min-zoomed-font-size": 5,
    "overlay-opacity": 0,
  };
}

function kindStyle(kind, look, value) {
  const colour = value(kind) || value("line");
  return {
    shape: look.shape,
    ...(look.points ? { "shape-polygon-points": look.points } : {}),
    "border-color": colour,
    "background-color": value(`${kind}-fill`) || value("surface"),
    "background-image": icon(look.icon, colour),
    "background-width": 18,
    "background-height": 18,
    "background-position-x": 14,
    "background-position-y": "50%",
    "background-clip": "none",
  };
}

function edgeStyle(value) {
  return {
    width: 1.6,
    "line-color": value("edge"),
    "target-arrow-color": value("edge"),
    "target-arrow-shape": "triangle",
    "arrow-scale": 0.9,
    "curve-style": "unbundled-bezier",
    "edge-distances": "endpoints",
    "source-endpoint": (edge) => edge.data("from") || "50% 0%",
    "target-endpoint": (edge) => edge.data("to") || "-50% 0%",
    "control-point-weights": (edge) => edge.data("weights") || [0.5],
    "control-point-distances": (edge) => edge.data("distances") || [0],
    "overlay-opacity": 0,
  };
}

function loopStyle() {
  return {
    "curve-style": "bezier",
    "source-endpoint": "outside-to-node",
    "target-endpoint": "outside-to-node",
    "loop-direction": "0deg",
    "loop-sweep": "50deg",
    "control-point-step-size": 60,
  };
}
