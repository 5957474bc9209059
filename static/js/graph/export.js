// The picture as a file: all of it, whatever the window shows. What is exported is what the table holds.
import { copied } from "./column_edges.js";
import { around, page, svg } from "./svg.js";
import { say } from "./words.js";

// A spreadsheet takes a cell that starts so for a formula.
const FORMULA = /^[=+\-@\t\r]/;
const COLUMNS = ["level", "id", "name", "uri", "namespace", "kind", "type", "connection", "from", "to", "last_run_at", "url"];

export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const background = () => getComputedStyle(document.documentElement).getPropertyValue("--graph-surface").trim();

export const makers = {
  png: ({ cy }) => asPng(cy, copied()),
  svg: ({ cy }) => new Blob([svg(cy, background(), copied())], { type: "image/svg+xml" }),
  json: (session) => new Blob([JSON.stringify(asJson(session), null, 2)], { type: "application/json" }),
  csv: (session) => new Blob(["\ufeff", asCsv(session)], { type: "text/csv;charset=utf-8" }),
};

// Cytoscape's picture, and over it the lines from column to column where there are any.
async function asPng(cy, over) {
  const own = await cy.png({ output: "blob-promise", full: true, scale: 2, maxWidth: 8000, maxHeight: 8000, bg: background() });
  if (!over) return own;
  const [below, box] = [await createImageBitmap(own), cy.elements().boundingBox()];
  const [whole, scale] = [around(box, over), below.width / box.w];
  const lines = new Image();
  lines.src = `data:image/svg+xml,${encodeURIComponent(page(whole, [over.svg]))}`;
  await lines.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [whole.x2 - whole.x1, whole.y2 - whole.y1].map((length) => Math.round(length * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = background();
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(below, (box.x1 - whole.x1) * scale, (box.y1 - whole.y1) * scale);
  pen.drawImage(lines, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

// {root, nodes, edges}: nodes with their level, as Cytoscape elements.
function asJson({ store, picture }) {
  const nodes = [...picture.levels].map(([id, level]) => ({ data: { ...store.nodes.get(id), level } }));
  return { root: store.root, nodes, edges: [...picture.edges].map((id) => ({ data: store.edges.get(id) })) };
}

// A row for each node, and one for each edge.
function asCsv({ store, picture }) {
  const whole = (url) => (url ? new URL(url, location.href).href : "");
  const nodes = [...picture.levels].map(([id, level]) => {
    const data = store.nodes.get(id);
    return [String(level), data.node_id, data.label, data.uri, data.namespace, data.kind, data.type_label, "", "", "", "", whole(data.url)];
  });
  const edges = [...picture.edges].map((id) => {
    const { source, target, via, last_run_at: at, url } = store.edges.get(id);
    const type = via ? say("via", { name: via }) : store.edges.get(id).type;
    const ends = [source, target].map((end) => store.nodes.get(end).label);
    return ["", "", "", "", "", "", "", type, ...ends, at || "", whole(url)];
  });
  return [COLUMNS, ...nodes, ...edges].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

// The level of what is upstream is a number below zero, and no formula.
function cell(value) {
  const text = String(value ?? "");
  const safe = FORMULA.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
