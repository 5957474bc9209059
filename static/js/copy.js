// Buttons that copy: the text in data-copy, or that of the element which data-copy-from names.
// They are hidden without JavaScript, since they can do nothing there.

// Looked up each time: Back may have replaced the page.
function tell(copied) {
  const status = document.getElementById("copied");
  status.textContent = copied ? status.dataset.text : "";
}

function reveal(root) {
  for (const button of root.querySelectorAll("[data-copy][hidden], [data-copy-from][hidden]")) button.hidden = false;
}

// The clipboard API is there on https and localhost only.
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  event.preventDefault();
  const from = button.dataset.copyFrom;
  const text = from ? document.getElementById(from).textContent : button.dataset.copy;
  try {
    await write(text);
    button.classList.add("copied");
    tell(true);
    setTimeout(() => {
      button.classList.remove("copied");
      tell(false);
    }, 1500);
  } catch {
    button.classList.add("not-copied");
  }
});
document.addEventListener("htmx:load", (event) => reveal(event.target.parentElement || document));
reveal(document);
