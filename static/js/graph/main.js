// The Lineage tab: who listens to what.
import * as columns from "./columns.js";
import * as find from "./find.js";
import * as keys from "./keys.js";
import * as overlay from "./overlay.js";
import { close, deepen, open, prepare, restore, tidyUp, turn } from "./changes.js";
import { container, draw, look, save, select, session, shut, tabulated } from "./session.js";
import { retry } from "./status.js";
import { loadIcons } from "./style.js";
import * as view from "./view.js";

const $ = (selector) => document.querySelector(selector);
const aside = $("#lineage-details");
let from = null; // what the panel was entered from, in the table

const tools = {
  in: () => view.zoomBy(session.cy, 1.25),
  out: () => view.zoomBy(session.cy, 0.8),
  fit: () => {
    view.fit(session.cy, true);
    $(".graph-hints").replaceChildren();
  },
  shut: () => leavePanel(),
  tidy: tidyUp,
  screen: () => (document.fullscreenElement ? document.exitFullscreen() : $("#lineage-picture").requestFullscreen()),
  retry,
};

function press(event) {
  clearTimeout(rest);
  const link = event.target.closest("[data-select]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    select(link.dataset.select);
    if (!event.detail) enterPanel(link.dataset.select);
    else if (link.closest("#lineage-table")) aside.scrollIntoView({ block: "nearest", behavior: view.still() ? "auto" : "smooth" });
    return;
  }
  const button = event.target.closest("button");
  if (button && act(button)) event.preventDefault();
}

function act(button) {
  const [direction, id] = (button.dataset.open || button.dataset.close || "").split(":");
  const [side, number] = button.value.split(":");
  if (button.dataset.save) save(button.dataset.save);
  else if (button.name === "depth") deepen(button.value);
  else if (button.name === "turn") turn(button.value);
  else if (button.dataset.graph) tools[button.dataset.graph]();
  else if (button.dataset.open) open(id, direction);
  else if (button.dataset.close) close(id, direction);
  else if (button.name === "open") keepFocus(button, () => open(`n${number}`, side === "up" ? "upstream" : "downstream"));
  else if (button.name === "close") keepFocus(button, () => close(`n${button.value}`));
  else return false;
  return true;
}

// Whoever rests on a button that opens a node is about to press it.
const REST = 60; // ms
let rest = 0;

function prepareFor(event) {
  clearTimeout(rest);
  const button = event.target.closest("button[data-open], button[name=open]");
  if (!button) return;
  const [side, number] = button.value.split(":");
  const [direction, id] = button.dataset.open?.split(":") || [side === "up" ? "upstream" : "downstream", `n${number}`];
  rest = setTimeout(() => prepare(id, direction), REST);
}

// What is drawn anew loses the keyboard: it goes on at the same row, or at the panel.
async function keepFocus(button, act) {
  const row = button.closest("tr")?.dataset.node;
  const inPanel = aside.contains(button);
  const value = button.value;
  await act();
  await tabulated();
  const found = row ? $(`#lineage-table tr[data-node="${row}"]`) : inPanel && aside;
  if (found) (found.querySelector(`button[value="${CSS.escape(value)}"]`) || found.querySelector("a, button")).focus({ preventScroll: true });
  clearTimeout(rest); // nobody has chosen to rest here
}

// Who came by keyboard goes on in the panel, and from it back to where they came from.
function enterPanel(id) {
  from = id;
  aside.querySelector("a, button").focus();
}

function leavePanel() {
  const link = from && $(`#lineage-table [data-select="${CSS.escape(from)}"]`);
  from = null;
  shut();
  (link || container).focus({ preventScroll: !link });
}

function listen(cy) {
  cy.on("dragpan pinchzoom scrollzoom", () => $(".graph-hints").replaceChildren());
  cy.on("tap", (event) => {
    container.focus({ preventScroll: true, focusVisible: false });
    select(event.target === cy ? null : event.target.id());
  });
  const enter = (id) => {
    from = null;
    select(id);
    aside.querySelector("a, button").focus();
  };
  const escape = () => (aside.hidden ? select(null) : shut());
  keys.listen(container, cy, { select, open, close, ...tools, zoom: (by) => view.zoomBy(cy, by), enter, escape });
  aside.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leavePanel();
  });
  const box = $("#lineage-find");
  find.listen(box, $("#lineage-hits"), session, { select, leave: () => container.focus({ preventScroll: true }) });
  container.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    box.focus();
  });
  document.addEventListener("fullscreenchange", () => {
    $("[data-graph=screen]").setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
    cy.resize();
  });
  // Before copy.js sees the click.
  const link = $("#lineage-link");
  link.addEventListener("click", () => (link.dataset.copy = location.href));
  document.addEventListener("click", press);
  document.addEventListener("pointerover", prepareFor);
  document.addEventListener("focusin", prepareFor);
  window.addEventListener("popstate", restore);
}

// On a narrow screen the picture comes first, and the legend at wish.
function foldLegend() {
  const narrow = matchMedia("(max-width: 40rem)");
  const fold = () => ($(".graph-legend").open = !narrow.matches);
  narrow.addEventListener("change", fold);
  fold();
}

async function begin() {
  if (!window.cytoscape) return; // the table and its form work by themselves
  $("#lineage-picture").hidden = false;
  await loadIcons(container.dataset.sprite);
  const cy = (session.cy = window.lineageGraph = view.makeGraph(container));
  overlay.follow($(".graph-overlay"), cy);
  foldLegend();
  listen(cy);
  columns.listen(aside, container, session);
  draw();
  look();
}

begin();
