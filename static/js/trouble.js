// Says why a part of the page could not be fetched, and leaves the page as it was.

// Looked up each time: Back may have replaced the page.
const find = () => document.getElementById("trouble");

function say(name) {
  const box = find();
  box.hidden = !name;
  if (!name) return;
  box.querySelector("span").textContent = box.dataset[name];
  box.querySelector("a").hidden = name !== "signedOut";
}

document.addEventListener("click", (event) => event.target.closest("#trouble button") && say(null));
// What is brought back tells of the trouble of another moment.
document.addEventListener("htmx:historyRestore", () => say(null));
document.addEventListener("htmx:sendError", () => say("offline"));
document.addEventListener("htmx:timeout", () => say("offline"));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  say({ 401: "signedOut", 403: "signedOut", 404: "gone" }[xhr.status] || "error");
});
// A session that has ended leads to the sign-in page, which is no part of this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (new URL(xhr.responseURL || location.href).pathname === new URL(find().querySelector("a").href).pathname) {
    event.detail.shouldSwap = false;
    say("signedOut");
  } else if (xhr.status < 400) say(null);
});
