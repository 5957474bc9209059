"""Finding, the way to the root, tidying, full screen: what helps to read a picture."""

import pytest

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
MARKED = "name => lineageGraph.elements('.' + name).map(element => element.data('label') || element.data('type'))"


@pytest.fixture
def graph(page):
    return Graph(page)


@pytest.fixture
def chain(send):
    """raw -> split -> part-0 … part-3, each -> its join -> sum-0 … sum-3."""
    send(make_event(["raw"], [f"part-{n}" for n in range(4)], job="split"))
    for number in range(4):
        send(make_event([f"part-{number}"], [f"sum-{number}"], job=f"join-{number}"))


def lineage_of(name: str) -> str:
    return Node.objects.get(name=name, canonical=None).get_lineage_url()


def marked(graph, name: str) -> list:
    return sorted(graph.page.evaluate(MARKED, name))


def test_finding_marks_centres_and_goes_on_by_arrow_keys(graph, chain):
    graph.open(lineage_of("raw")).press("Expand downstream of split")
    box, hits = graph.page.get_by_label("Find in the graph"), graph.page.locator("#lineage-hits")
    graph.page.locator("#lineage-graph").focus()
    graph.page.keyboard.press("/")
    graph.page.keyboard.type("PART-")
    assert hits.text_content() == "1 of 4"
    assert marked(graph, "found") == ["part-0", "part-1", "part-2", "part-3"]
    order = sorted(marked(graph, "found"), key=lambda name: graph.named(name)["position"]["y"])
    for key, current in [("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1)]:
        graph.page.keyboard.press(key)
        assert marked(graph, "current") == [order[current]]
    assert graph.page.locator("#lineage-status").text_content() == f"{order[1]}, 2 of 4"
    in_the_middle = "() => Math.abs(lineageGraph.$('.current').renderedPosition('x') - lineageGraph.width() / 2) < 2"
    graph.page.wait_for_function(in_the_middle)
    graph.page.keyboard.press("Enter")
    assert graph.page.locator("#lineage-details strong").text_content() == order[1]
    box.fill("nothing like it")
    assert hits.text_content() == "0 found"
    box.focus()
    graph.page.keyboard.press("Escape")
    assert marked(graph, "found") == []
    assert graph.page.evaluate("document.activeElement.id") == "lineage-graph"


def test_what_is_opened_later_is_found_too(graph, chain):
    graph.open(lineage_of("raw"))
    graph.page.get_by_label("Find in the graph").fill("part")
    assert graph.page.locator("#lineage-hits").text_content() == "0 found"
    graph.press("Expand downstream of split")
    assert graph.page.locator("#lineage-hits").text_content() == "4 found"


def test_choosing_a_node_shows_the_way_from_the_root(graph, chain):
    graph.open(lineage_of("raw")).press("Expand downstream of split").press("Expand downstream of part-2")
    graph.see_all().click("join-2")
    assert marked(graph, "path") == ["ContributedTo", "ContributedTo", "Produced", "join-2", "part-2", "raw", "split"]
    for _close_the_details_and_choose_nothing in range(2):
        graph.page.keyboard.press("Escape")
    assert marked(graph, "path") == []


def test_a_node_beside_the_flow_has_the_shortest_way(graph, send):
    send(make_event(["a"], ["b"], job="one"))
    send(make_event(["c"], ["b"], job="two"))
    graph.open(lineage_of("a")).press("Expand downstream of one").press("Expand upstream of b")
    graph.see_all().click("two")
    assert marked(graph, "path") == ["ContributedTo", "Produced", "Produced", "a", "b", "one", "two"]


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_tidy_lays_out_anew_and_reset_goes_back_to_one_level(new_page, alice, chain, motion):
    graph = Graph(new_page(alice, reduced_motion=motion))
    graph.open(lineage_of("raw")).press("Expand downstream of split").press("Expand downstream of part-2")
    graph.press("Expand downstream of join-2")
    before = graph.places()
    graph.after(graph.page.get_by_role("button", name="Tidy").click)
    after = graph.places()
    assert after != before
    assert set(after) == set(before)
    root = graph.named("raw")["position"]
    assert root == {"x": 0, "y": 0}
    column = [node["position"]["x"] for name in ("raw", "split", "part-2", "join-2") for node in [graph.named(name)]]
    assert column == sorted(set(column))
    graph.check_twin()
    graph.page.reload()
    graph.wait(1)
    assert graph.places() == after
    graph.after(graph.page.go_back)
    assert graph.places() == before
    graph.page.get_by_role("link", name="Reset").click()
    graph.wait(1)
    assert graph.names == {"raw", "split"}


def test_tidy_takes_cycles_and_the_dashed_node_along(graph, send):
    send(make_event(["a"], ["a", "b"], job="loop"))
    send(make_event(["b"], ["a"], job="back"))
    for number in range(10):
        send(make_event(["a"], [], job=f"reader-{number}"))
    graph.open(lineage_of("a"))
    graph.after(graph.page.get_by_role("button", name="Tidy").click)
    graph.check_twin()
    more = graph.page.locator(".graph-more").first.bounding_box()
    frame = graph.page.locator(".graph-frame").bounding_box()
    assert frame["x"] < more["x"]
    assert more["x"] + more["width"] < frame["x"] + frame["width"]


def test_the_picture_fills_the_screen_and_gives_it_back(graph, chain):
    graph.open(lineage_of("raw"))
    button = graph.page.get_by_role("button", name="Full screen")
    pressed = "on => document.querySelector('[data-graph=screen]').getAttribute('aria-pressed') === on"
    button.click()
    graph.page.wait_for_function("() => document.fullscreenElement !== null && lineageGraph.height() > 700")
    graph.page.wait_for_function(pressed, arg="true")
    button.click()
    graph.page.wait_for_function("() => document.fullscreenElement === null")
    graph.page.wait_for_function(pressed, arg="false")


def test_zoom_and_fit_by_button_and_key(graph, chain):
    graph.open(lineage_of("raw")).press("Expand downstream of split")
    zoom = "() => lineageGraph.zoom()"
    first = graph.page.evaluate(zoom)
    for press in (by_button(graph), by_key(graph)):
        press("Zoom in", "+")
        assert graph.page.evaluate(zoom) == pytest.approx(first * 1.25)
        press("Zoom out", "-")
        assert graph.page.evaluate(zoom) == pytest.approx(first)
        press("Zoom in", "+")
        graph.page.evaluate("() => { lineageGraph.panBy({x: 5000, y: 0}); }")
        press("Fit the graph", "0")
        graph.page.wait_for_function(SEEN)


SEEN = """() => lineageGraph.nodes().every(node => {
    const box = node.renderedBoundingBox();
    return box.x1 >= 0 && box.y1 >= 0 && box.x2 <= lineageGraph.width() && box.y2 <= lineageGraph.height();
}) && !lineageGraph.animated()"""


def by_button(graph):
    return lambda name, _key: graph.page.get_by_role("button", name=name).click()


def by_key(graph):
    def press(_name, key):
        graph.page.locator("#lineage-graph").focus()
        graph.page.keyboard.press(key)

    return press


def test_a_direction_shows_that_side_alone(graph, chain):
    graph.open(lineage_of("part-2"))
    assert graph.names == {"split", "part-2", "join-2"}
    direction = graph.page.get_by_role("navigation", name="Direction")
    for name, shown in [("Upstream", {"split"}), ("Downstream", {"join-2"}), ("Both", {"split", "join-2"})]:
        direction.get_by_role("link", name=name, exact=True).click()
        graph.page.locator(".graph-toolbar [aria-current]", has_text=name).wait_for()
        graph.wait(1)
        assert graph.names == {"part-2"} | shown
        graph.check_twin()
