// A dialog whose state is in the URL: the server renders it open at ?related=1, a plain page can follow
// the link to it; here it opens in place.
//   <a data-dialog="ID" href="?related=1">…</a>   <dialog id="ID" data-param="related">…</dialog>
function url(dialog, open) {
  const address = new URL(location.href);
  if (open) address.searchParams.set(dialog.dataset.param, "1");
  else address.searchParams.delete(dialog.dataset.param);
  return address;
}

function show(dialog) {
  dialog.removeAttribute("open");
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (!dialog?.showModal) return;
    event.preventDefault();
    history.replaceState(history.state, "", url(dialog, true));
    show(dialog);
  }
  const closer = event.target.closest("[data-dialog-close]");
  const dialog = closer ? closer.closest("dialog") : event.target;
  if (closer || (dialog instanceof HTMLDialogElement && dialog.dataset.param)) {
    event.preventDefault();
    dialog.close();
  }
});

for (const dialog of document.querySelectorAll("dialog[data-param]")) {
  dialog.addEventListener("close", () => history.replaceState(history.state, "", url(dialog, false)));
  if (dialog.hasAttribute("open")) show(dialog);
}
