// "3 new events, refresh": asks every ten seconds while the page is looked at, and changes nothing by itself.

// Looked up each time: Back may have replaced the page.
const find = () => document.querySelector("[data-live]");
const EVERY = 10_000;
let since = "";
let timer = 0;

async function ask() {
  const query = new URLSearchParams(location.search);
  const asked = new URLSearchParams({ ...(since === "" ? {} : { since }), ...(query.get("cloud") ? { cloud: query.get("cloud") } : {}) });
  let answer;
  try {
    const response = await fetch(`${find().dataset.live}?${asked}`, { redirect: "manual", cache: "no-cache", credentials: "same-origin" });
    if (!response.ok) return response.status >= 500; // signed out, or switched off: nothing more to ask
    answer = await response.json();
  } catch {
    return true; // no network: later, perhaps
  }
  since = answer.since;
  if (answer.count) show(answer.text);
  return true;
}

// Told aloud once; the number goes on in silence.
function show(text) {
  const badge = find();
  const link = badge.querySelector("a");
  const status = badge.querySelector("[role=status]");
  link.textContent = text;
  if (badge.classList.contains("live-on")) return;
  badge.classList.add("live-on");
  link.hidden = false;
  status.textContent = text;
}

async function go() {
  clearTimeout(timer);
  if (!document.hidden && (await ask())) timer = setTimeout(go, EVERY);
}

if (find()) {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-live] a")) return;
    event.preventDefault();
    location.reload();
  });
  document.addEventListener("visibilitychange", go);
  go();
}
