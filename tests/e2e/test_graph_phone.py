"""The Lineage tab on a telephone: what is seen first, and what a finger can meet."""

import pytest

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
CUT = """() => lineageGraph.nodes().filter(node => {
    const {x1, y1, x2, y2} = node.renderedBoundingBox();
    return x1 < 0 || y1 < 0 || x2 > lineageGraph.width() || y2 > lineageGraph.height();
}).map(node => node.data('label')).sort()"""


@pytest.fixture
def graph(new_page, alice, send):
    """A dataset that one job writes and 22 read."""
    send(make_event(["raw"], ["hub"], job="writer"))
    for number in range(22):
        send(make_event(["hub"], [f"out-{number:02}"], job=f"reader-{number:02}"))
    page = new_page(alice, has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": 390, "height": 844})
    return Graph(page).open(Node.objects.get(name="hub").get_lineage_url())


def test_the_first_picture_shows_the_root_and_what_it_goes_into_and_tells_of_the_rest(graph):
    page = graph.page
    assert page.evaluate("lineageGraph.zoom()") >= 0.65
    assert page.evaluate(CUT) == ["writer"]
    frame, more = (page.locator(name).bounding_box() for name in (".graph-frame", ".graph-more"))
    assert more["y"] + more["height"] < frame["y"] + frame["height"]
    hint = page.locator(".graph-hint")
    assert hint.text_content() == "1 more to the left"
    hint.tap()
    page.wait_for_function(f"() => !({CUT})().includes('writer')")
    assert hint.count() == 0


def test_the_picture_starts_well_above_the_fold_and_the_legend_is_asked_for(graph):
    page = graph.page
    assert page.locator(".graph-frame").bounding_box()["y"] < 844 * 0.6
    kind = page.locator(".graph-legend").get_by_role("button", name="Workload")
    assert not kind.is_visible()
    page.get_by_text("Legend", exact=True).tap()
    assert kind.is_visible()
    for name in ("Tidy", "Reset"):
        assert page.locator(".graph-toolbar").get_by_text(name, exact=True).bounding_box()["width"] <= 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.set_viewport_size({"width": 1200, "height": 800})
    page.get_by_text("Legend", exact=True).wait_for(state="hidden")
    assert kind.is_visible()


def test_a_finger_meets_what_opens_and_closes_a_node(graph):
    page = graph.page
    for _further_out in range(2):
        sizes = [button.bounding_box() for button in page.locator(".graph-overlay button").all()]
        assert len(sizes) >= 10
        assert min(min(size["width"], size["height"]) for size in sizes) >= 24
        page.evaluate("() => { lineageGraph.zoom(0.62); }")
    close = page.locator(".graph-close")
    assert close.count() == 1
    graph.after(close.tap)
    assert "writer" not in graph.names


def test_the_picture_fills_the_screen(graph):
    graph.page.get_by_role("button", name="Full screen").tap()
    graph.page.wait_for_function("() => document.fullscreenElement && lineageGraph.height() > 844 * 0.7")


def test_hints_go_once_all_is_in_sight(graph):
    assert graph.page.locator(".graph-hint").count() == 1
    graph.page.get_by_role("button", name="Fit the graph").tap()
    graph.page.wait_for_function(f"() => ({CUT})().length === 0")
    assert graph.page.locator(".graph-hint").count() == 0
