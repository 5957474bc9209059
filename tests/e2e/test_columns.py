"""Columns in a real browser: found in the graph's panel, drawn inside its nodes, and followed on their own pages."""

import pytest

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_dataset, make_event
from tests.impact.test_columns import made_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
MARKED = (
    """() => Object.fromEntries(lineageGraph.nodes('.column').map(n => [n.data('label'), n.data('columns') || '']))"""
)
FADED = "() => lineageGraph.nodes('.aside').map(n => n.data('label')).sort()"


@pytest.fixture
def wide(send):
    fields = [{"name": f"c{at:04}", "type": "INT"} for at in range(1000)]
    lineage = made_of(*((f"c{at:04}", "raw", f"r{at:04}") for at in range(1000)))
    send(make_event(["raw", "other"], [make_dataset("wide", schema={"fields": fields}, columnLineage=lineage)], "make"))
    send(make_event(["wide"], [make_dataset("report", columnLineage=made_of(("total", "wide", "c0042")))], "render"))
    send(make_event(["wide"], ["elsewhere"], "copy"))


def test_a_column_opens_inside_the_nodes_of_its_way(page, wide):
    node = Node.objects.get(name="wide")
    graph = Graph(page).open(f"{node.get_lineage_url()}?depth=2&sel={node.pk}")
    panel = page.locator("#lineage-details")
    panel.locator(".graph-columns summary").click()
    panel.get_by_role("button", name="c0000").wait_for()
    assert "950 more" in panel.locator("[data-told]").text_content()
    panel.get_by_role("searchbox", name="Find a column").fill("42")
    button = panel.get_by_role("button", name="c0042", exact=True)
    button.click()
    page.wait_for_function("() => lineageGraph.nodes('.column').length > 0")
    assert page.evaluate(MARKED) == {"wide": "c0042", "raw": "r0042", "report": "total", "make": "", "render": ""}
    assert page.evaluate(FADED) == ["copy", "elsewhere", "other"]
    assert "2 columns before and after it, in 3 of 3 resources" in panel.locator("[data-told]").text_content()
    graph.check_twin()
    button.click()
    assert page.evaluate(MARKED) == {}
    assert page.evaluate(FADED) == []


def test_another_node_closes_the_columns(page, wide):
    node = Node.objects.get(name="wide")
    graph = Graph(page).open(f"{node.get_lineage_url()}?sel={node.pk}")
    panel = page.locator("#lineage-details")
    panel.locator(".graph-columns summary").click()
    panel.get_by_role("button", name="c0000").click()
    page.wait_for_function("() => lineageGraph.nodes('.column').length > 0")
    graph.click("make")
    page.wait_for_function("() => lineageGraph.nodes('.column').length === 0")


def test_a_column_is_followed_from_page_to_page(page, wide):
    page.goto(f"/datasets/{Node.objects.get(name='report').pk}/columns/")
    page.get_by_role("link", name="total").click()
    page.get_by_role("table", name="Upstream").get_by_role("link", name="c0042").click()
    assert page.get_by_role("table", name="Downstream").get_by_role("link", name="total").is_visible()
    page.get_by_role("link", name="All columns").click()
    page.get_by_role("searchbox", name="Find a column").fill("c0999")
    page.keyboard.press("Enter")
    page.get_by_text("1 of 1000 columns").wait_for()
