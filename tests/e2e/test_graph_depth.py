"""Opening many levels at once, and the caps on how much a picture holds."""

import pytest
from playwright.sync_api import expect

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
OUT_OF_SIGHT = """() => lineageGraph.nodes().filter(node => {
    const {x1, y1, x2, y2} = node.renderedBoundingBox();
    return x1 < 0 || y1 < 0 || x2 > lineageGraph.width() || y2 > lineageGraph.height();
}).map(node => node.data('label'))"""


@pytest.fixture
def graph(page):
    return Graph(page)


def lineage_of(name: str) -> str:
    return Node.objects.get(name=name, canonical=None).get_lineage_url()


@pytest.fixture
def chain(send):
    for number in range(4):
        send(make_event([f"d{number}"], [f"d{number + 1}"], job=f"j{number}"))


def deepen(graph, name: str) -> None:
    graph.after(graph.page.locator(".graph-toolbar").get_by_role("button", name=name).click)


def test_depth_opens_level_by_level_on_both_sides(graph, chain):
    graph.open(lineage_of("d2"))
    around = {1: {"j1", "j2"}, 2: {"d1", "d3"}, 3: {"j0", "j3"}}
    wanted = {"d2"}
    for depth, names in around.items():
        before = graph.named("d2")
        deepen(graph, f"Expand to depth {depth}")
        wanted |= names
        assert graph.names == wanted
        assert graph.named("d2")["position"] == before["position"]
        graph.check_twin()
    deepen(graph, "Expand everything")
    assert len(graph.names) == 9
    places = graph.places()
    graph.page.reload()
    graph.wait(1)
    assert graph.places() == places
    graph.after(graph.page.go_back)
    assert graph.names == wanted


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_all_that_a_depth_opens_comes_into_sight(new_page, alice, chain, motion):
    graph = Graph(new_page(alice, reduced_motion=motion)).open(lineage_of("d2"))
    zoom = graph.page.evaluate("lineageGraph.zoom()")
    deepen(graph, "Expand everything")
    assert graph.page.evaluate(OUT_OF_SIGHT) == []
    assert graph.page.locator(".graph-hint").count() == 0
    assert graph.page.locator("#lineage-status").text_content().startswith("9 resources")
    deepen(graph, "Expand to depth 1")
    assert graph.page.evaluate("lineageGraph.zoom()") == pytest.approx(zoom, abs=0.01)


def test_the_depth_that_is_open_is_marked(graph, chain):
    graph.open(lineage_of("d2"))
    assert marked(graph.page) == ["1"]
    plain = border(graph, "Expand to depth 2")
    deepen(graph, "Expand to depth 2")
    assert marked(graph.page) == ["2"]
    graph.page.mouse.move(0, 0)
    assert border(graph, "Expand to depth 2") != plain
    assert border(graph, "Expand to depth 1") == plain
    graph.page.reload()
    assert marked(graph.wait(1).page) == ["2"]
    graph.press("Collapse j1")
    assert marked(graph.page) == []
    graph.after(graph.page.go_back)
    assert marked(graph.page) == ["2"]
    deepen(graph, "Expand everything")
    assert marked(graph.page) == ["all"]
    graph.page.get_by_role("link", name="Reset").click()
    assert marked(graph.wait(1).page) == ["1"]


def marked(page) -> list[str]:
    pressed = page.locator("button[name=depth][aria-pressed=true]")
    return [button.get_attribute("value") for button in pressed.all()]


def border(graph, name: str) -> str:
    button = graph.page.locator(".graph-toolbar").get_by_role("button", name=name)
    return button.evaluate("button => getComputedStyle(button).borderColor")


def test_depth_keeps_to_the_direction(graph, chain):
    graph.open(lineage_of("d2") + "?dir=upstream")
    deepen(graph, "Expand everything")
    assert graph.names == {"d2", "j1", "d1", "j0", "d0"}


def test_depth_takes_a_cycle_once(graph, send):
    send(make_event(["a"], ["a", "b"], job="loop"))
    send(make_event(["b"], ["a"], job="back"))
    graph.open(lineage_of("a"))
    deepen(graph, "Expand everything")
    assert graph.names == {"a", "b", "loop", "back"}
    assert len(graph.edges) == 5
    graph.check_twin()


def test_more_than_150_is_hinted_at_and_more_than_300_refused_aloud(graph, send):
    for number in range(9):
        send(make_event(["hub"], [f"out-{number}-{n:02}" for n in range(40)], job=f"job-{number}"))
    graph.open(lineage_of("hub"))
    hint = graph.page.locator("#lineage-many")
    assert not hint.is_visible()
    deepen(graph, "Expand everything")
    assert 150 < len(graph.nodes) <= 300
    assert hint.is_visible()
    assert "More than 150 resources are hard to read" in graph.page.locator("#lineage-status").text_content()
    alert = graph.page.locator(".graph-error")
    assert "Not all is shown: the picture holds at most 300 resources" in alert.text_content()
    graph.check_twin()
    assert len(graph.page.url) < 4000


def test_a_lost_network_keeps_the_picture(graph, chain):
    graph.open(lineage_of("d2"))
    places = graph.places()
    graph.page.route("**/lineage/?*json*", lambda route: route.abort())
    graph.page.locator(".graph-toolbar").get_by_role("button", name="Expand to depth 3").click()
    graph.page.locator(".graph-error").wait_for()
    assert graph.places() == places
    graph.page.unroute("**/lineage/?*json*")
    graph.page.faults.clear()
    graph.after(graph.page.get_by_role("button", name="Try again").click)
    assert len(graph.nodes) == 7


def test_depth_works_without_javascript(new_page, alice, chain):
    page = new_page(alice, java_script_enabled=False)
    page.goto(lineage_of("d2"))
    page.get_by_role("button", name="Expand to depth 2").click()
    expect(page.locator("#lineage-table tbody tr")).to_have_count(5)
    table = page.locator("#lineage-twin")
    assert marked(table) == ["2"]
    table.get_by_role("button", name="Model").click()
    page.wait_for_url("**hide=model**")
    assert marked(table) == ["2"]
    table.get_by_role("button", name="Collapse j1").click()
    expect(table.locator("button[name=depth][aria-pressed=true]")).to_have_count(0)
