// What every page does with JavaScript; each thing works without it, too.
import "./copy.js";
import "./live.js";
import "./modal.js";
import "./trouble.js";

// On a narrow screen the navigation and the tabs go sideways.
for (const link of document.querySelectorAll(":is(.console-nav, .tabs) [aria-current]")) {
  link.scrollIntoView({ block: "nearest", inline: "center" });
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-form]") || !event.submitter) return;
  event.preventDefault();
  window.setTheme(event.submitter.value);
  pressTheme();
});
// What htmx brings back has the choice of another moment.
document.addEventListener("htmx:historyRestore", pressTheme);
function pressTheme() {
  for (const button of document.querySelectorAll("[data-theme-form] [name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === document.documentElement.dataset.theme));
  }
}

// Choosing sends the form, without the fields that were left empty: addresses stay short.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.matches("select, input[type=checkbox]")) {
    if (event.target.name === "cloud" && form.elements.project) form.elements.project.value = "";
    form.requestSubmit();
  }
});
document.addEventListener("submit", (event) => {
  if (event.target.method !== "get") return;
  const empty = [...event.target.elements].filter((field) => field.name && !field.value);
  for (const field of empty) field.disabled = true;
  setTimeout(() => empty.forEach((field) => (field.disabled = false)));
});
document.addEventListener("htmx:configRequest", (event) => {
  const sent = event.detail.formData;
  if (event.detail.verb === "get") for (const [name, value] of [...sent]) if (value === "") sent.delete(name);
});
// What the browser or htmx brings back has the fields of another moment: filters are as the address says.
function fillFilters() {
  const query = new URLSearchParams(location.search);
  for (const form of document.querySelectorAll("form[data-autosubmit]")) {
    form.reset();
    if (!form.hasAttribute("hx-push-url")) continue;
    for (const field of form.querySelectorAll("input:not([type=hidden]), select")) {
      const value = query.get(field.name) ?? "";
      if (field.type === "checkbox") field.checked = value === field.value;
      else field.value = value;
    }
  }
}
window.addEventListener("pageshow", fillFilters);
document.addEventListener("htmx:historyRestore", fillFilters);

// "/" goes to the search box of the page, Ctrl-K or Cmd-K to the search over everything, Escape closes a menu.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable], [role=application]");
  const command = event.ctrlKey || event.metaKey;
  if (event.key === "/" && !typing && !command && !event.altKey) toSearch(event, "[data-search]");
  if (event.key.toLowerCase() === "k" && command && !event.altKey && !event.shiftKey) toSearch(event, ".console-search [data-search]", true);
  if (event.key === "?" && !typing && !command) document.querySelector(".console-help")?.click();
  if (event.key === "Escape") closeMenus(null, true);
});
function toSearch(event, selector, everywhere = false) {
  const box = document.querySelector(selector);
  if (!box && !everywhere) return;
  event.preventDefault();
  if (!box) return location.assign(document.documentElement.dataset.searchPage);
  box.focus();
  box.select();
}
document.addEventListener("click", (event) => closeMenus(event.target));

function closeMenus(keep, focus = false) {
  for (const menu of document.querySelectorAll("details.console-menu[open]")) {
    if (keep && menu.contains(keep)) continue;
    menu.open = false;
    if (focus) menu.querySelector("summary").focus();
  }
}
