"""The Lineage tab in a real browser: what is drawn, what stays where it is, what the address brings back."""

import pytest

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_dataset, make_event, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def graph(page):
    return Graph(page)


@pytest.fixture
def demo(send):
    for event in recorded("ray_iceberg_demo"):
        assert send(event).status_code == 201


@pytest.fixture
def hub(send):
    """A dataset that 22 jobs read."""
    for number in range(22):
        assert send(make_event(["hub"], [f"out-{number:02}"], job=f"reader-{number:02}")).status_code == 201


def lineage_of(name: str) -> str:
    return Node.objects.get(name=name, canonical=None).get_lineage_url()


def still(before: dict, after: dict) -> None:
    assert after["position"] == before["position"]
    assert after["pixel"] == pytest.approx(before["pixel"], abs=0.001)


def test_the_demo_opens_level_by_level(graph, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    assert graph.names == {"generate_customer_dataset", "customer_churn", "train_churn_model"}

    for name, kind, after in [
        ("train_churn_model", "model", "churn_predictor"),
        ("churn_predictor", "workload", "deploy_churn_model"),
    ]:
        before = graph.named(name)
        graph.press(f"Expand downstream of {name}")
        still(before, graph.named(name))
        assert graph.named(after)["kind"] == kind
        assert graph.named(after)["position"]["x"] > before["position"]["x"]
        graph.check_twin()

    graph.press("Expand downstream of deploy_churn_model")
    assert [node["kind"] for node in graph.nodes.values()].count("endpoint") == 1
    assert len(graph.nodes) == 6
    assert len(graph.edges) == 5


def test_reload_restores_the_picture(graph, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    graph.press("Expand downstream of train_churn_model").press("Expand downstream of churn_predictor")
    places, rows = graph.places(), graph.rows
    graph.page.reload()
    graph.wait(1)
    assert graph.places() == places
    assert graph.rows == rows


def test_the_server_draws_the_same_table_as_the_script(graph, hub, new_page, alice):
    graph.open(lineage_of("hub")).press("Expand downstream of reader-03")
    plain = new_page(alice, java_script_enabled=False)
    plain.goto(graph.page.url)
    rows = [
        [" ".join(cell.split()) for cell in row.locator("th, td").all_text_contents()]
        for row in plain.locator("#lineage-table tbody tr").all()
    ]
    assert rows == graph.rows


def test_back_and_forward_restore_the_picture(graph, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    first = graph.places()
    graph.press("Expand downstream of train_churn_model")
    second = graph.places()
    graph.press("Expand downstream of churn_predictor")
    graph.after(graph.page.go_back)
    assert graph.places() == second
    graph.after(graph.page.go_back)
    assert graph.places() == first
    graph.after(graph.page.go_forward)
    assert graph.places() == second
    graph.check_twin()


def test_forward_after_a_reload_reads_what_is_not_known_any_more(graph, demo):
    graph.open(lineage_of("iceberg://customer_churn")).press("Expand downstream of train_churn_model")
    second = graph.places()
    graph.after(graph.page.go_back)
    graph.page.reload()
    graph.wait(1)
    graph.after(graph.page.go_forward)
    assert graph.places() == second


def test_collapse_takes_away_what_only_it_showed(graph, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    first = graph.places()
    graph.press("Expand downstream of train_churn_model").press("Expand downstream of churn_predictor")
    train = graph.named("train_churn_model")
    graph.press("Collapse train_churn_model")
    still(train, graph.named("train_churn_model"))
    assert graph.places() == first
    graph.check_twin()
    graph.press("Expand downstream of train_churn_model")
    assert "churn_predictor" in graph.names


def test_a_hub_shows_eight_at_a_time(graph, hub):
    graph.open(lineage_of("hub"))
    assert len(graph.nodes) == 9
    before, first = graph.named("hub"), [f"reader-{number:02}" for number in range(8)]
    order = [graph.named(name)["position"]["y"] for name in first]
    assert order == sorted(order)

    graph.press("Show 8 more of 22 downstream of hub")
    still(before, graph.named("hub"))
    assert len(graph.nodes) == 17
    assert graph.named("reader-08")["position"]["y"] > graph.named("reader-07")["position"]["y"]

    graph.after(graph.page.get_by_text("Show 6 more of 22").first.click)
    assert len(graph.nodes) == 23
    assert graph.page.get_by_text("more of 22").count() == 0
    graph.check_twin()


KEEP = """() => {
    window.kept = new Set(document.querySelectorAll('#lineage-table tr[data-node], .graph-overlay button'));
    window.styled = new Set();
    lineageGraph.on('style', event => styled.add(event.target.id()));
}"""
KEPT = """() => [[...document.querySelectorAll('#lineage-table tr[data-node]')].filter(row => !kept.has(row))
    .map(row => row.dataset.node).sort(), [...styled].sort()]"""


def test_what_an_expansion_does_not_touch_is_neither_built_nor_styled_anew(graph, hub):
    """Else a picture of 300 resources takes longer than 100 ms to open one: benchmarks/graph_browser.py."""
    graph.open(lineage_of("hub"))
    graph.page.evaluate(KEEP)
    before = graph.nodes
    graph.press("Expand downstream of reader-03")
    [new] = set(graph.nodes) - set(before)
    opened = next(id for id, node in before.items() if node["label"] == "reader-03")
    rows, styled = graph.page.evaluate(KEPT)
    assert rows == sorted([opened, new])
    assert set(styled) <= {opened, new, *[edge for edge in graph.edges if edge.endswith(f"-{new[1:]}")]}


def test_the_dashed_node_of_the_picture_shows_more(graph, hub):
    graph.open(lineage_of("hub"))
    graph.after(graph.page.locator(".graph-more", has_text="Show 8 more of 22").click)
    assert len(graph.nodes) == 17


def test_the_sign_at_a_node_opens_and_closes_it(graph, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    train = graph.named("train_churn_model")
    graph.after(graph.page.locator(".graph-handle", has_text="+1").click)
    still(train, graph.named("train_churn_model"))
    assert "churn_predictor" in graph.names
    graph.after(graph.page.get_by_title("Collapse train_churn_model").locator("visible=true").click)
    assert "churn_predictor" not in graph.names


def test_expanding_from_both_sides_draws_each_once(graph, send):
    send(make_event(["a"], ["b"], job="one"))
    send(make_event(["a"], ["b", "c"], job="two"))
    graph.open(lineage_of("a")).press("Expand downstream of one").press("Expand upstream of b")
    graph.press("Expand downstream of two")
    assert sorted(graph.names) == ["a", "b", "c", "one", "two"]
    assert len(graph.edges) == 5
    graph.check_twin()
    # b is reached through both: closing one keeps it.
    graph.press("Collapse one")
    assert graph.names == {"a", "b", "c", "one", "two"}
    graph.press("Collapse two")
    assert graph.names == {"a", "one", "two"}
    graph.press("Expand downstream of two")
    assert graph.names == {"a", "b", "c", "one", "two"}


def test_a_cycle_is_drawn_once_and_what_leads_back_is_dashed(graph, send):
    send(make_event(["a"], ["a", "b"], job="loop"))
    send(make_event(["b"], ["a"], job="back"))
    graph.open(lineage_of("a")).press("Expand downstream of loop").press("Expand downstream of b")
    assert graph.names == {"a", "b", "loop", "back"}
    assert len(graph.edges) == 5
    graph.check_twin()
    dashed = "() => lineageGraph.edges().filter(edge => edge.style('line-style') === 'dashed').length"
    assert graph.page.evaluate(dashed) == 2
    assert graph.page.locator("#lineage-table").get_by_role("button", name="Expand").count() == 0


def test_a_hub_of_5000_is_counted_to_1000_and_drawn_at_once(graph, send):
    for part in range(10):
        assert send(make_event([f"in-{part:02}-{n:03}" for n in range(500)], job="hub")).status_code == 201
    asked = []
    graph.page.on("request", lambda request: asked.append(request.url))
    graph.open(lineage_of("hub"))
    assert len(graph.nodes) == 9
    assert graph.page.get_by_role("button", name="Show 8 more of 1,000+ upstream of hub").is_visible()
    graph.press("Show 8 more of 1,000+ upstream of hub")
    assert len(graph.nodes) == 17
    assert next(url.partition("?")[2] for url in asked if "neighbours" in url).startswith("direction=upstream&limit=8")


def test_names_are_text(graph, send):
    name = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    send(make_event([name], [make_dataset("بيانات 🚀 " + "x" * 300)], job="<b>job</b>"))
    graph.open(lineage_of("<b>job</b>"))
    assert name in graph.names
    graph.click(name)
    assert graph.page.locator("#lineage-details strong").text_content() == name
    assert graph.page.evaluate("window.hit") is None


def test_the_keyboard_walks_and_opens(graph, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    graph.page.locator("#lineage-graph").focus()
    for key in ("Enter", "ArrowRight"):
        graph.page.keyboard.press(key)
    status = graph.page.locator("#lineage-status")
    assert status.text_content() == "train_churn_model, Job, Workload. 1 upstream and 0 downstream shown."
    graph.after(lambda: graph.page.keyboard.press("d"))
    assert "churn_predictor" in graph.names
    graph.after(lambda: graph.page.keyboard.press("c"))
    assert "churn_predictor" not in graph.names


def test_a_lost_network_keeps_the_picture_and_offers_to_try_again(graph, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    places = graph.places()
    graph.page.route("**/neighbours*", lambda route: route.abort())
    graph.page.get_by_role("button", name="Expand downstream of train_churn_model").click()
    alert = graph.page.locator(".graph-error")
    alert.wait_for()
    assert "there is no answer from the network" in alert.text_content()
    assert graph.places() == places
    graph.page.unroute("**/neighbours*")
    graph.page.faults.clear()  # the browser's own line about the request that was cut off
    graph.after(alert.get_by_role("button", name="Try again").click)
    assert "churn_predictor" in graph.names
    assert not alert.is_visible()


def test_unknown_ids_in_the_address_leave_the_rest(graph, demo):
    url = lineage_of("iceberg://customer_churn")
    root = url.split("/")[2]
    graph.open(f"{url}?x=up:{root}:8,down:{root}:8,down:999999:8,nonsense&sel=888888")
    assert graph.names == {"generate_customer_dataset", "customer_churn", "train_churn_model"}
    assert "3 parts of this address" in graph.page.locator(".alert").first.text_content()


def test_a_change_of_theme_recolours_the_picture(graph, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    colour = "() => lineageGraph.nodes('.root').style('background-color')"
    light = graph.page.evaluate(colour)
    graph.page.evaluate("window.setTheme('dark')")
    assert graph.page.evaluate(colour) != light


def test_the_wheel_zooms_with_control_and_else_scrolls_the_page(graph, demo):
    graph.open(lineage_of("iceberg://customer_churn"))
    graph.page.set_viewport_size({"width": 1200, "height": 500})
    graph.page.locator("#lineage-graph").hover()
    zoom = graph.page.evaluate("lineageGraph.zoom()")
    graph.page.keyboard.down("Control")
    # Cytoscape takes no notice of the wheel for a quarter of a second after the page was scrolled.
    for _ in range(20):
        graph.page.mouse.wheel(0, 200)
        graph.page.wait_for_timeout(50)
    assert graph.page.evaluate("lineageGraph.zoom()") < zoom
    graph.page.keyboard.up("Control")
    zoom, scrolled = graph.page.evaluate("[lineageGraph.zoom(), scrollY]")
    graph.page.mouse.wheel(0, 100)
    graph.page.wait_for_function("before => scrollY > before", arg=scrolled)
    assert graph.page.evaluate("lineageGraph.zoom()") == zoom


def test_the_table_alone_serves_where_the_picture_cannot_be_drawn(graph, demo):
    graph.page.route("**/cytoscape.min.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    graph.page.goto(lineage_of("iceberg://customer_churn"))
    graph.page.get_by_role("button", name="Expand downstream of train_churn_model").click()
    graph.page.get_by_role("button", name="Collapse train_churn_model").wait_for()
    assert not graph.page.locator("#lineage-graph").is_visible()
    assert graph.page.get_by_role("link", name="churn_predictor (opens").is_visible()


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, {"reduced_motion": "reduce"}, {"has_touch": True}])
def test_a_narrow_screen_holds_the_page_and_opens_further(new_page, alice, demo, options):
    graph = Graph(new_page(alice, **options))
    graph.page.set_viewport_size({"width": 390, "height": 844})
    graph.open(lineage_of("iceberg://customer_churn"))
    root = graph.named("train_churn_model")
    graph.press("Expand downstream of train_churn_model")
    still(root, graph.named("train_churn_model"))
    assert graph.page.evaluate("document.documentElement.scrollWidth") == 390
    # What does not fit is told, and a click goes there.
    hint = graph.page.locator(".graph-hint")
    assert hint.text_content() == "1 new to the right"
    hint.click()
    seen = "() => { const {x} = lineageGraph.nodes('[kind = \"model\"]').renderedPosition(); return x > 0 && x < 390; }"
    graph.page.wait_for_function(seen)


def test_nothing_is_asked_of_another_origin(graph, demo, live_server):
    asked = []
    graph.page.on("request", lambda request: asked.append(request.url))
    graph.open(lineage_of("iceberg://customer_churn")).press("Expand downstream of train_churn_model")
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert any("/neighbours?" in url for url in asked)
