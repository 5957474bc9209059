// What is said aloud, what went wrong, and what is being waited for.
import { SHORT } from "./state.js";
import { say } from "./words.js";

const $ = (selector) => document.querySelector(selector);
let again = null;

export function tell(text) {
  $("#lineage-status").textContent = text;
}

export function fail(text, retry = null) {
  const box = $(".graph-error");
  box.hidden = !text;
  box.querySelector("span").textContent = text;
  box.querySelector("button").hidden = !retry;
  again = retry;
}

export const retry = () => again?.();

// Without a step the whole picture is being read.
export function busy(container, step, on) {
  container.parentElement.classList.toggle("graph-busy", on);
  container.setAttribute("aria-busy", String(on));
  if (!step) return;
  const selector = `[data-open="${step.direction}:${step.node}"], [value="${SHORT[step.direction]}:${step.node.slice(1)}"]`;
  for (const button of document.querySelectorAll(selector)) button.disabled = on;
}

// A node or an edge in words.
export function described({ cy, store }, id) {
  const node = store.nodes.get(id);
  if (!node) {
    const { source, target, type } = store.edges.get(id);
    return `${say("edge", { source: store.nodes.get(source).label, target: store.nodes.get(target).label })}, ${type}.`;
  }
  const shown = { upstream: cy.getElementById(id).incomers("edge").not(".part").sources().length, downstream: cy.getElementById(id).outgoers("edge").not(".part").targets().length };
  return say("spoken", { name: node.label, type: node.type_label, kind: node.kind_label, ...shown });
}
