// The state of the graph in the address: ?x=up:7:8,down:7:8&sel=9. lineage/graph_state.py reads the same.
export const STEP = 8;
export const MOST = 300;
export const MANY = 150;
export const SHORT = { upstream: "up", downstream: "down" };

export const pairOf = (step) => `${step.direction}:${step.node}`;
const number = (id) => id.slice(1);

export function write(steps) {
  return steps.map((step) => `${SHORT[step.direction]}:${number(step.node)}:${step.shown}`).join(",") || "none";
}

export function parse(text) {
  const directions = { up: "upstream", down: "downstream" };
  const words = text.split(",").filter((word) => /^(up|down):\d+:\d+$/.test(word));
  return words.map((word) => {
    const [short, node, shown] = word.split(":");
    return { direction: directions[short], node: `n${node}`, shown: Math.min(Number(shown), MOST) };
  });
}

export function opened(steps, node, direction) {
  const own = steps.filter((step) => step.node === node && step.direction === direction);
  const shown = Math.max(0, ...own.map((step) => step.shown)) + STEP;
  return [...steps, { direction, node, shown: Math.min(shown, MOST) }];
}

// Without a direction both sides are closed.
export function closed(steps, node, direction) {
  return steps.filter((step) => step.node !== node || (direction && step.direction !== direction));
}

// Takes {steps, deep, selected, tidy, hidden, technical}; other parameters of the address stay.
export function address({ steps, deep, selected, tidy, hidden, technical }) {
  const url = new URL(location.href);
  for (const name of ["x", "deep", "sel", "tidy", "hide", "technical"]) url.searchParams.delete(name);
  const rest = url.searchParams.toString();
  const own = [`x=${write(steps)}`, ...(deep ? [`deep=${encodeURIComponent(deep)}`] : []), ...(selected ? [`sel=${number(selected)}`] : []), ...(tidy ? ["tidy=1"] : []), ...(hidden.size ? [`hide=${[...hidden].join(",")}`] : []), ...(technical ? ["technical=1"] : [])];
  return `${url.pathname}?${[...(rest ? [rest] : []), ...own].join("&")}`;
}

// "9" is the node n9, "5-Produced-9" the edge e5-Produced-9.
const idOf = (text) => (/^\d+$/.test(text) ? `n${text}` : `e${text}`);

export function push(session) {
  history.pushState({ graph: true }, "", address(session));
}

export function replace(session) {
  history.replaceState({ graph: true }, "", address(session));
}

// What the address says now; `steps` is null where it says nothing: the view that the page began with.
// `deep` is the depth that was asked for last, "" once nodes were opened or closed by hand.
export function read() {
  const query = new URLSearchParams(location.search);
  const selected = query.get("sel");
  const steps = query.has("x") ? parse(query.get("x")) : null;
  const hidden = new Set((query.get("hide") || "").split(",").filter(Boolean));
  const deep = query.get("deep") ?? (steps ? "" : "1");
  return { steps, deep, selected: selected ? idOf(selected) : null, tidy: query.has("tidy"), hidden, technical: query.has("technical") };
}
