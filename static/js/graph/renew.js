// Brings the children of an element to those that are wanted, and leaves alone what is the same: nothing is made,
// laid out or painted but what is new.
const made = new WeakMap(); // by element: the facts it shows, as JSON

// `wanted` is a Map of facts (plain data) by key, in order; `build` makes an element of facts; `key` tells an element's.
export function renew(parent, wanted, build, key) {
  const known = new Map([...parent.children].map((child) => [key(child), child]));
  let at = parent.firstElementChild;
  for (const [name, facts] of wanted) {
    const old = known.get(name);
    const kept = current(old, facts, build);
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

// The old element where it shows these facts already (the server's own rows do, and are compared once), else a new one.
function current(old, facts, build) {
  const told = JSON.stringify(facts);
  if (old && made.get(old) === told) return old;
  const fresh = build(facts);
  const kept = old?.isEqualNode(fresh) ? old : fresh;
  made.set(kept, told);
  return kept;
}
