"""The panel beside the graph: what it says of a node and of an edge, and how it opens and closes."""

import pytest

from lineage.models import Node
from tests.e2e.graph import MIDDLE, Graph
from tests.events import make_dataset, make_event, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
CHOSEN = "() => lineageGraph.$(':selected').map(element => element.data('label'))"


@pytest.fixture
def graph(page):
    return Graph(page)


@pytest.fixture
def panel(page):
    return page.locator("#lineage-details")


@pytest.fixture
def demo(send):
    for event in recorded("ray_iceberg_demo"):
        assert send(event).status_code == 201


def lineage_of(name: str) -> str:
    return Node.objects.get(name=name, canonical=None).get_lineage_url()


def test_a_click_opens_the_panel_and_the_address_keeps_it(graph, panel, demo):
    graph.open(lineage_of("iceberg://customer_churn")).click("customer_churn")
    assert panel.locator("strong").text_content() == "customer_churn"
    assert panel.get_by_role("link", name="Open (opens in a new tab)").get_attribute("target") == "_blank"
    panel.get_by_text("Last runs").wait_for()
    assert panel.get_by_role("button", name="Copy URI").is_visible()
    runs = panel.locator(".graph-runs").first
    assert runs.get_by_role("link", name="Completed").first.get_attribute("target") == "_blank"
    assert "generate_customer_dataset wrote" in " ".join(runs.text_content().split())
    facts = dict(zip(panel.locator("dt").all_text_contents(), panel.locator("dd").all_text_contents(), strict=True))
    assert facts["URI"].strip().endswith("customer_churn")
    assert panel.get_by_role("heading", name="Versions").is_visible()
    assert panel.locator(".graph-runs").last.locator("li").count() >= 1
    row = graph.page.locator("#lineage-table tr[aria-current]")
    assert row.text_content().strip().startswith("customer_churn")
    graph.page.reload()
    graph.wait(1)
    panel.get_by_text("Last runs").wait_for()
    assert panel.locator("strong").text_content() == "customer_churn"


def test_a_click_leaves_a_node_where_it_is_unless_the_panel_would_hide_it(graph, panel, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    before = graph.named("generate_customer_dataset")
    graph.click("generate_customer_dataset")
    panel.wait_for()
    assert graph.named("generate_customer_dataset") == before
    graph.page.keyboard.press("Escape")
    graph.click("train_churn_model")
    right = graph.page.evaluate("lineageGraph.$('node:selected').renderedBoundingBox().x2")
    assert right < graph.page.locator("#lineage-graph").bounding_box()["width"]


def test_the_panel_expands_and_roots_the_graph_anew(graph, panel, demo):
    graph.open(lineage_of("iceberg://customer_churn")).click("train_churn_model")
    assert panel.get_by_role("link", name="Re-root here").is_visible()
    graph.after(panel.get_by_role("button", name="Expand downstream").click)
    assert "churn_predictor" in graph.names
    assert panel.get_by_role("button", name="Expand").count() == 0
    assert panel.evaluate("panel => panel.contains(document.activeElement)")
    panel.get_by_role("link", name="Re-root here").click()
    graph.page.wait_for_url(f"**{lineage_of('train_churn_model')}")


def test_escape_closes_the_panel_alone_and_the_keyboard_goes_on_from_its_node(graph, panel, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    graph.page.locator("#lineage-graph").focus()
    graph.page.keyboard.press("ArrowRight")
    panel.wait_for()
    assert panel.evaluate("panel => panel.contains(document.activeElement)") is False
    graph.page.keyboard.press("ArrowRight")
    for _ in range(2):
        graph.page.keyboard.press("Enter")
        assert panel.evaluate("panel => panel.contains(document.activeElement)")
        graph.page.keyboard.press("Escape")
        assert not panel.is_visible()
        assert graph.page.evaluate("document.activeElement.id") == "lineage-graph"
        assert graph.page.evaluate(CHOSEN) == ["train_churn_model"]
    graph.after(lambda: graph.page.keyboard.press("d"))
    assert "churn_predictor" in graph.names
    assert not panel.is_visible()
    graph.page.keyboard.press("ArrowRight")
    assert graph.page.evaluate(CHOSEN) == ["churn_predictor"]
    assert panel.is_visible()


def test_escape_in_the_graph_closes_the_panel_first_and_then_chooses_nothing(graph, panel, demo):
    graph.open(lineage_of("iceberg://customer_churn")).click("train_churn_model")
    graph.page.keyboard.press("Escape")
    assert not panel.is_visible()
    assert graph.page.evaluate(CHOSEN) == ["train_churn_model"]
    graph.page.keyboard.press("Escape")
    assert graph.page.evaluate(CHOSEN) == []
    assert "sel=" not in graph.page.url


def test_details_of_another_node_start_at_their_top(graph, panel, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    graph.page.set_viewport_size({"width": 1360, "height": 500})
    for name in ("customer_churn", "train_churn_model", "customer_churn"):
        graph.page.get_by_role("link", name=f"Details of {name}", exact=True).click()
        panel.get_by_text("Last runs").wait_for()
        assert panel.evaluate("panel => panel.scrollTop") == 0
        assert panel.evaluate("panel => { panel.scrollTop = 90; return panel.scrollTop; }") == 90


def test_closed_details_open_again_where_their_node_is_clicked(graph, panel, demo):
    graph.open(lineage_of("iceberg://customer_churn")).click("customer_churn")
    panel.get_by_role("button", name="Close details").click()
    assert not panel.is_visible()
    graph.click("customer_churn")
    assert panel.is_visible()


def test_a_click_on_an_edge_shows_the_runs_that_made_it(graph, panel, send):
    for number in range(22):
        send(make_event(["raw"], ["clean"], job="nightly", at=f"2026-05-01T12:{number:02}:00Z"))
    send(make_event(["raw"], ["clean"], job="nightly", type="FAIL", at="2026-05-02T12:00:00Z"))
    graph.open(lineage_of("raw"))
    [edge] = graph.edges
    graph.click_at(graph.page.evaluate(MIDDLE, edge))
    assert panel.locator("strong").text_content() == "raw to nightly"
    panel.get_by_text("Made by 23 runs").wait_for()
    states = panel.locator(".graph-runs .state").all_text_contents()
    assert (len(states), states[0], set(states[1:])) == (20, "Failed", {"Completed"})
    assert "These are the newest 20." in panel.text_content()
    assert "ContributedTo" in graph.page.locator("#lineage-table li[aria-current]").text_content()
    address = graph.page.url
    graph.page.reload()
    graph.wait(1)
    panel.get_by_text("Made by 23 runs").wait_for()
    assert graph.page.url == address


def test_an_edge_is_chosen_in_the_table_too(graph, panel, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    graph.page.locator("#lineage-table").get_by_role("link", name="ContributedTo").click()
    panel.get_by_text("Made by 2 runs").wait_for()
    assert graph.page.evaluate("lineageGraph.edges(':selected').length") == 1


def test_an_edge_has_a_page_without_javascript(new_page, alice, demo):
    page = new_page(alice, java_script_enabled=False)
    page.goto(lineage_of("iceberg://customer_churn"))
    page.locator("#lineage-table").get_by_role("link", name="ContributedTo").click()
    assert page.get_by_role("heading", level=1).text_content().strip() == "customer_churn → train_churn_model"
    assert page.get_by_text("Made by 2 runs").is_visible()


def test_a_panel_that_cannot_be_read_says_why_and_keeps_the_picture(graph, panel, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    graph.page.route("**/graph/nodes/**", lambda route: route.abort())
    graph.click("customer_churn")
    panel.get_by_text("The details could not be loaded: there is no answer from the network.").wait_for()
    graph.page.faults.clear()
    graph.page.unroute("**/graph/nodes/**")
    graph.page.keyboard.press("Escape")
    graph.click("customer_churn")
    panel.get_by_text("Last runs").wait_for()


def test_names_in_the_panel_are_text(graph, panel, send):
    name = '<img src=x onerror="window.hit=1"><b>\'&'
    send(make_event([name], [make_dataset("out", documentation={"description": name})], job="<b>job</b>"))
    graph.open(lineage_of(name)).click("<b>job</b>")
    panel.get_by_text("Last runs").wait_for()
    graph.page.keyboard.press("Escape")
    graph.click(name)
    panel.get_by_text("Last runs").wait_for()
    assert panel.locator(".graph-runs bdi").first.text_content() == "<b>job</b>"
    assert panel.locator("img, b").count() == 0
    assert graph.page.evaluate("window.hit") is None
