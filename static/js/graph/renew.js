// Brings the children of an element to those of a list, and leaves alone what is the same: a browser lays out and
// paints only what is new. `key` tells which old one a fresh one stands for.
export function renew(parent, fresh, key) {
  const known = new Map([...parent.children].map((child) => [key(child), child]));
  let at = parent.firstElementChild;
  for (const child of fresh) {
    const old = known.get(key(child));
    const kept = old?.isEqualNode(child) ? old : child;
    if (old && old !== kept) {
      if (old === at) at = kept;
      old.replaceWith(kept);
    }
    if (kept === at) at = at.nextElementSibling;
    else parent.insertBefore(kept, at);
  }
  while (at) {
    const next = at.nextElementSibling;
    at.remove();
    at = next;
  }
}
