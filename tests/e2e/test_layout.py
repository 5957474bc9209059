"""static/js/graph/{layout,picture,curves,state}.js by themselves, in the browser that runs them."""

from itertools import pairwise

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

# One step: the node, a direction, what it adds, whether there is more.
PLACE = """async steps => {
  const { place } = await import('/static/js/graph/layout.js');
  const { nodes, more } = place({ root: 'r', steps: steps.map(([node, direction, added, more]) =>
    ({ node, direction, added, more })) });
  return { nodes: Object.fromEntries(nodes), more };
}"""
UP, DOWN = "upstream", "downstream"
ROW, COLUMN = 66, 256


@pytest.fixture
def modules(browser, live_server):
    """A page that can import the modules."""
    page = browser.new_page()
    page.goto(f"{live_server.url}/static/js/graph/layout.js")
    yield page
    page.close()


@pytest.fixture
def place(modules):
    return lambda *steps: modules.evaluate(PLACE, list(steps))


def names(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def no_overlap(nodes: dict) -> None:
    for column in {node["x"] for node in nodes.values()}:
        heights = sorted(node["y"] for node in nodes.values() if node["x"] == column)
        assert all(low - high >= ROW - 0.02 for high, low in pairwise(heights))


def order(nodes: dict, x: float) -> list[str]:
    return sorted((id for id in nodes if nodes[id]["x"] == x), key=lambda id: nodes[id]["y"])


def test_neighbours_stand_beside_their_node_level_with_it(place):
    nodes = place(["r", UP, ["u"], False], ["r", DOWN, ["a", "b"], False])["nodes"]
    assert nodes == {
        "r": {"x": 0, "y": 0},
        "u": {"x": -COLUMN, "y": 0},
        "a": {"x": COLUMN, "y": -ROW / 2},
        "b": {"x": COLUMN, "y": ROW / 2},
    }


def test_downstream_of_an_upstream_node_stands_at_its_right(place):
    nodes = place(["r", UP, ["u"], False], ["u", DOWN, ["sister"], False], ["sister", DOWN, ["child"], False])["nodes"]
    assert (nodes["sister"]["x"], nodes["child"]["x"]) == (0, COLUMN)
    assert nodes["sister"]["y"] > nodes["r"]["y"]


def test_the_opened_node_never_moves(place):
    steps = [["r", DOWN, names("a", 8), True], ["a2", DOWN, names("b", 8), False], ["a5", DOWN, names("c", 8), True]]
    steps += [["b3", UP, names("d", 5), False], ["r", DOWN, names("e", 8), True], ["c1", DOWN, names("f", 3), False]]
    for count in range(1, len(steps)):
        focus = steps[count][0]
        before, after = place(*steps[:count])["nodes"], place(*steps[: count + 1])["nodes"]
        assert after[focus] == before[focus]
        no_overlap(after)


def test_the_others_move_only_in_the_column_that_needs_room_and_keep_their_order(place):
    steps = [["r", DOWN, names("a", 4), False], ["a0", DOWN, names("b", 3), False], ["a3", DOWN, names("c", 3), False]]
    before, after = place(*steps[:2])["nodes"], place(*steps)["nodes"]
    assert {id for id in before if before[id] != after[id]} <= set(names("b", 3))
    assert order(after, 2 * COLUMN) == [*names("b", 3), *names("c", 3)]


def test_what_is_there_stays_and_the_new_makes_room(place):
    steps = [["r", DOWN, names("a", 4), False], ["a1", DOWN, names("b", 3), False], ["a2", DOWN, names("c", 3), False]]
    before, after = place(*steps[:2])["nodes"], place(*steps)["nodes"]
    assert {id: after[id] == pytest.approx(before[id], abs=0.1) for id in before} == dict.fromkeys(before, True)
    assert after["c0"]["y"] == pytest.approx(after["b2"]["y"] + ROW, abs=0.1)


def test_blocks_stand_in_the_order_of_what_they_were_opened_from(place):
    steps = [["r", DOWN, names("a", 3), False], ["a2", DOWN, names("z", 4), False], ["a0", DOWN, names("x", 4), False]]
    nodes = place(*steps, ["a1", DOWN, names("y", 4), False])["nodes"]
    assert order(nodes, 2 * COLUMN) == [*names("x", 4), *names("y", 4), *names("z", 4)]


def test_eight_more_come_after_the_eight_that_are_there(place):
    first = place(["r", DOWN, names("a", 8), True])
    [spot] = first["more"]
    assert (spot["x"], spot["y"]) == (COLUMN, first["nodes"]["a7"]["y"] + ROW)
    second = place(["r", DOWN, names("a", 8), True], ["r", DOWN, names("b", 8), False])
    assert second["more"] == []
    assert order(second["nodes"], COLUMN) == [*names("a", 8), *names("b", 8)]
    assert all(second["nodes"][id] == first["nodes"][id] for id in first["nodes"])


def test_the_same_steps_give_the_same_places(place):
    steps = [["r", DOWN, names("a", 8), True], ["a6", DOWN, names("b", 8), True], ["a1", DOWN, names("c", 8), True]]
    assert place(*steps) == place(*steps)


def test_three_hundred_nodes_are_placed_within_a_frame(modules):
    steps = [["r", DOWN, names("a", 20), False]]
    steps += [[f"a{n}", DOWN, names(f"b{n}-", 14), False] for n in range(20)]
    took = modules.evaluate(
        f"async steps => {{ const start = performance.now(); await ({PLACE})(steps);"
        " return performance.now() - start; }",
        steps,
    )
    assert took < 100


REPLAY = """async ([data, steps]) => {
  const { makeStore, replay } = await import('/static/js/graph/picture.js');
  const { write } = await import('/static/js/graph/state.js');
  const wrap = data => ({ data });
  const store = makeStore({ root: 'n1', direction: 'both', steps: data.steps,
    nodes: data.nodes.map(id => wrap({ id })),
    edges: data.edges.map(([source, target]) => wrap({ id: source + target, source, target })) });
  const picture = replay(store, steps || data.steps);
  return { levels: Object.fromEntries(picture.levels), edges: [...picture.edges].sort(), x: write(picture.steps) };
}"""


def step(node: str, direction: str, *edges: str) -> dict:
    return {"node": node, "direction": direction, "shown": 8, "edges": edges, "count": len(edges), "cursor": None}


def replay(modules, edges, steps, taken=None) -> dict:
    nodes = sorted({id for edge in edges for id in edge})
    return modules.evaluate(REPLAY, [{"nodes": nodes, "edges": edges, "steps": steps}, taken])


def test_a_self_loop_and_a_cycle_are_taken_once(modules):
    edges = [["n1", "n1"], ["n1", "n2"], ["n2", "n1"]]
    steps = [step("n1", UP, "n1n1", "n2n1"), step("n1", DOWN, "n1n1", "n1n2"), step("n2", DOWN, "n2n1")]
    picture = replay(modules, edges, steps)
    assert picture["levels"] == {"n1": 0, "n2": -1}
    assert picture["edges"] == ["n1n1", "n1n2", "n2n1"]


def test_a_diamond_is_taken_once(modules):
    edges = [["n1", "n2"], ["n1", "n3"], ["n2", "n4"], ["n3", "n4"]]
    steps = [step("n1", DOWN, "n1n2", "n1n3"), step("n2", DOWN, "n2n4"), step("n3", DOWN, "n3n4")]
    assert replay(modules, edges, steps)["levels"] == {"n1": 0, "n2": 1, "n3": 1, "n4": 2}


def test_closing_keeps_what_another_step_still_leads_to_with_its_own_steps(modules):
    edges = [["n1", "n2"], ["n1", "n3"], ["n2", "n4"], ["n3", "n4"], ["n4", "n5"]]
    steps = [
        step("n1", DOWN, "n1n2", "n1n3"),
        step("n2", DOWN, "n2n4"),
        step("n4", DOWN, "n4n5"),
        step("n3", DOWN, "n3n4"),
    ]
    without = [each for each in steps if each["node"] != "n2"]
    picture = replay(modules, edges, steps, without)
    assert picture["levels"] == {"n1": 0, "n2": 1, "n3": 1, "n4": 2, "n5": 3}
    assert picture["x"] == "down:1:8,down:3:8,down:4:8"


def test_a_node_nothing_leads_to_falls_out_with_its_steps(modules):
    edges = [["n1", "n2"], ["n2", "n4"], ["n4", "n2"]]
    steps = [step("n1", DOWN, "n1n2"), step("n2", DOWN, "n2n4"), step("n4", DOWN, "n4n2")]
    picture = replay(modules, edges, steps, [steps[0], steps[2]])
    assert picture["levels"] == {"n1": 0, "n2": 1}
    assert picture["x"] == "down:1:8"


def test_no_more_than_three_hundred_are_shown(modules):
    edges = [["n1", f"n{n}"] for n in range(2, 402)]
    taken = [{**step("n1", DOWN, *[a + b for a, b in edges]), "shown": 400}]
    assert len(replay(modules, edges, taken)["levels"]) == 300
