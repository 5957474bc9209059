// The page's words (lineage/graph_table.py), and a name cut in the middle as the server cuts it.
const words = JSON.parse(document.getElementById("lineage-words").textContent);

export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
}

export function middle(text, length = 56) {
  const letters = Array.from(text);
  if (letters.length <= length) return text;
  const head = Math.floor((length - 1) / 2);
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (length - 1 - head)).join("")}`;
}

// An element with attributes and children; texts are never read as HTML.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export const capital = (word) => word[0].toUpperCase() + word.slice(1);
