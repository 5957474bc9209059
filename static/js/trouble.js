// Says why a part of the page could not be fetched, and leaves the page as it was.
const box = document.getElementById("trouble");

export function say(name) {
  box.hidden = !name;
  if (!name) return;
  box.querySelector("span").textContent = box.dataset[name];
  box.querySelector("a").hidden = name !== "signedOut";
}

box.querySelector("button").addEventListener("click", () => say(null));
document.addEventListener("htmx:sendError", () => say("offline"));
document.addEventListener("htmx:timeout", () => say("offline"));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  say({ 401: "signedOut", 403: "signedOut", 404: "gone" }[xhr.status] || "error");
});
// A session that has ended leads to the sign-in page, which is no part of this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (new URL(xhr.responseURL || location.href).pathname === new URL(box.querySelector("a").href).pathname) {
    event.detail.shouldSwap = false;
    say("signedOut");
  } else if (xhr.status < 400) say(null);
});
