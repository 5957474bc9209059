// Search among what is drawn: hits are marked, arrow keys go from one to the next, Enter chooses.
import { tell } from "./status.js";
import { centre } from "./view.js";
import { say } from "./words.js";

let hits = [];
let current = -1;

// `act` has select(id) and leave().
export function listen(box, count, session, act) {
  box.addEventListener("input", () => look(box.value, count, session));
  box.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) go(steps[event.key], count, session);
    else if (event.key === "Enter" && current >= 0) act.select(hits[current]);
    else if (event.key === "Escape") {
      box.value = "";
      look("", count, session);
      act.leave();
    } else if (event.key !== "Enter") return;
    event.preventDefault();
  });
}

function look(text, count, session) {
  seek(text, session);
  count.textContent = text.trim() ? say("hits", { count: hits.length }) : "";
  if (hits.length) go(1, count, session);
  else tell(count.textContent);
}

function seek(text, session) {
  const wanted = text.trim().toLocaleLowerCase();
  const { cy, store, picture } = session;
  const places = new Map(cy.nodes().map((node) => [node.id(), node.position()]));
  const matches = ({ label, uri, type_label }) => [label, uri, type_label].some((each) => each.toLocaleLowerCase().includes(wanted));
  hits = wanted ? [...places.keys()].filter((id) => picture.levels.has(id) && matches(store.nodes.get(id))) : [];
  hits.sort((a, b) => places.get(a).x - places.get(b).x || places.get(a).y - places.get(b).y);
  current = -1;
  cy.batch(() => {
    cy.nodes().removeClass("found current");
    for (const id of hits) cy.getElementById(id).addClass("found");
  });
}

function go(step, count, { cy, store }) {
  if (!hits.length) return;
  current = (current + step + hits.length) % hits.length;
  const id = hits[current];
  cy.nodes().removeClass("current");
  cy.getElementById(id).addClass("current");
  count.textContent = say("hit", { number: current + 1, count: hits.length });
  tell(`${store.nodes.get(id).label}, ${count.textContent}`);
  centre(cy, id);
}

// After a drawing: the same search, and nothing moves.
export function refresh(box, count, session) {
  if (!box.value.trim()) return;
  seek(box.value, session);
  count.textContent = say("hits", { count: hits.length });
}
