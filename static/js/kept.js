// What is typed into a form outlives a session that ended meanwhile: it is put back when the form is there again.
import { say } from "./trouble.js";

const KEY = "kept-form";
const forms = document.querySelectorAll("form.fields[method=post]");
const kinds = "textarea, select, input:not([type=hidden], [type=password], [type=file])";
const fields = (form) => [...form.querySelectorAll(kinds)].filter((field) => field.name);
const value = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);

for (const [index, form] of forms.entries()) {
  form.addEventListener("submit", () => {
    if (form.querySelector("[type=password]")) return;
    sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, index, values: fields(form).map(value) }));
  });
}

function restore({ index, values }) {
  const found = forms[index] ? fields(forms[index]) : [];
  if (found.length !== values.length) return;
  const lost = found.filter((field, number) => value(field) !== values[number]);
  for (const [number, field] of found.entries()) {
    if (typeof values[number] === "boolean") field.checked = values[number];
    else field.value = values[number];
  }
  if (lost.length) say("kept");
}

// Back at the form: its session had ended. On the way there: the sign-in page. Anywhere else: it was saved.
const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
const signIn = new URL(document.querySelector("#trouble a").href).pathname;
if (kept && location.pathname !== signIn) {
  if (kept.path === location.pathname) restore(kept);
  if (!document.querySelector("[data-keep-forms]")) sessionStorage.removeItem(KEY);
}
