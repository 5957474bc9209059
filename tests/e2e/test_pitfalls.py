"""What lineage consoles are known to get wrong, each with the tests that keep this one from it. A test that is named
here and gone fails; what no other file tests is tested below."""

import csv
import importlib
import io
import re
from pathlib import Path

import pytest

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_dataset, make_event, make_workload

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PITFALLS = {
    "expanding a node twice or from both sides draws it once, and what is collapsed opens again": [
        "test_pitfalls:test_two_clicks_in_haste_open_a_node_once",
        "test_graph:test_expanding_from_both_sides_draws_each_once",
        "test_graph:test_collapse_takes_away_what_only_it_showed",
    ],
    "downstream stands at the right and upstream at the left, also of what was opened later": [
        "test_pitfalls:test_what_flows_in_stands_at_the_left_of_every_node",
        "test_layout:test_downstream_of_an_upstream_node_stands_at_its_right",
    ],
    "loops, cycles and diamonds are drawn once": [
        "test_graph:test_a_cycle_is_drawn_once_and_what_leads_back_is_dashed",
        "test_layout:test_a_diamond_is_taken_once",
    ],
    "what was hidden or deleted takes the far half out of graph, list, counts and CSV at once": [
        "test_care:test_delete_takes_the_far_half_along_at_once",
        "tests.lineage.test_retract:test_a_hidden_job_takes_the_far_half_along",
    ],
    "the CSV holds the rows of the table that is filtered, safe from formulas, and says where it was cut": [
        "test_pitfalls:test_the_csv_is_the_table_that_was_narrowed",
        "test_graph_export:test_the_csv_is_the_table_and_holds_no_formula",
        "tests.impact.test_page:test_a_cut_is_stated",
    ],
    "a moment of which nothing is known says so, and leads back": [
        "test_pitfalls:test_a_moment_before_everything_says_so_and_leads_back",
        "tests.runs.test_pages_of_the_past:test_a_list_of_the_past_leaves_out_what_came_later",
    ],
    "names of a cloud that one may not see leak nowhere": [
        "tests.lineage.test_privacy:test_pages_and_apis_say_nothing_of_a_private_cloud",
        "tests.lineage.test_graph_views:test_a_private_cloud_stays_out_of_the_picture",
    ],
    "a hub of 5,000 opens at once": ["test_graph:test_a_hub_of_5000_is_counted_to_1000_and_drawn_at_once"],
    "reload, link and Back restore the picture; unknown ids leave the rest, with a notice": [
        "test_graph:test_reload_restores_the_picture",
        "test_graph:test_back_and_forward_restore_the_picture",
        "test_graph:test_unknown_ids_in_the_address_leave_the_rest",
        "test_graph_export:test_the_link_that_is_copied_brings_the_picture_back",
    ],
    "the exported picture holds every edge and its margins": [
        "test_graph_export:test_the_png_holds_the_whole_picture_with_every_edge"
    ],
    "long names, right-to-left text, emoji and HTML in names overflow nothing and run nothing": [
        "test_pitfalls:test_odd_names_stay_text_and_inside_the_page",
        "test_graph:test_names_are_text",
        "test_graph_panel:test_names_in_the_panel_are_text",
    ],
    "the dark theme has its contrast, and the graph recolours without a reload": [
        "test_graph:test_a_change_of_theme_recolours_the_picture",
        "test_accessibility:test_pages_are_accessible",
    ],
    "a switch turned off refuses what is new, with the reason, and lets running ones finish": [
        "test_switch:test_owner_switches_lineage_off_by_keyboard",
        "test_switch:test_member_finds_the_switch_locked_with_the_reason",
        "tests.clouds.test_capture:test_disabling_keeps_capturing_running_clusters",
    ],
    "lists, filters, tabs, tables, CSV and forms work without JavaScript": [
        "test_journeys:test_the_main_path_without_javascript",
        "test_journeys:test_the_switch_and_the_theme_without_javascript",
        "test_stranger:test_without_javascript",
    ],
    "opening a node never moves it, and the others only as far as they must": [
        "test_graph:test_the_demo_opens_level_by_level",
        "test_layout:test_what_is_there_stays_and_the_new_makes_room",
        "test_layout:test_the_others_move_only_in_the_column_that_needs_room_and_keep_their_order",
    ],
}


@pytest.mark.parametrize("pitfall", PITFALLS)
def test_each_pitfall_has_its_tests(pitfall):
    for named in PITFALLS[pitfall]:
        module, name = named.split(":")
        path = module if "." in module else f"tests.e2e.{module}"
        assert callable(getattr(importlib.import_module(path), name))


@pytest.fixture
def graph(page):
    return Graph(page)


def address(name: str) -> str:
    return Node.objects.get(name=name).get_lineage_url()


def test_two_clicks_in_haste_open_a_node_once(graph, send):
    send(make_event(["a"], ["b"], job="one"))
    graph.open(address("a"))
    graph.page.evaluate(
        "() => { const click = () => document.querySelector('.graph-handle:not(.graph-close)').click();"
        " click(); click(); }"
    )
    graph.wait(2)
    graph.page.wait_for_function("() => lineageGraph.nodes().length === 3")
    assert len(graph.edges) == 2
    graph.check_twin()
    graph.press("Collapse one").press("Expand downstream of one")
    assert graph.names == {"a", "one", "b"}


def test_what_flows_in_stands_at_the_left_of_every_node(graph, send):
    send(make_event(["x", "y"], ["a", "sister"], job="up"))
    send(make_event(["a", "side"], ["z"], job="down"))
    graph.open(address("a"))
    for name in (
        "Expand upstream of up",
        "Expand downstream of up",
        "Expand downstream of down",
        "Expand upstream of down",
    ):
        graph.press(name)
    places = {id: node["position"]["x"] for id, node in graph.nodes.items()}
    ends = graph.page.evaluate("() => lineageGraph.edges().map(edge => [edge.source().id(), edge.target().id()])")
    assert len(ends) == 7
    assert all(places[source] < places[target] for source, target in ends)


def test_the_csv_is_the_table_that_was_narrowed(page, send):
    send(make_event(["a"], ["=b"], job="one"))
    send(make_event(["=b"], ["c"], job="two"))
    page.goto(f"/datasets/{Node.objects.get(name='a').pk}/impact/?depth=2")
    names = [name.strip() for name in page.locator("tbody th a.name").all_text_contents()]
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert sorted(names) == ["=b", "one"]
    assert sorted(row["name"] for row in rows) == ["'=b", "one"]


ODD = [
    "s3://bucket/" + "very_long_part_of_a_name/" * 8,
    "بيانات العملاء " * 8,
    "👩‍👩‍👧‍👦🚀" * 30,
    '<img src=x onerror="window.hit=1">',
]


@pytest.mark.parametrize("width", [1360, 390])
def test_odd_names_stay_text_and_inside_the_page(graph, send, width):
    page = graph.page
    page.set_viewport_size({"width": width, "height": 800})
    job = "<script>window.hit=1</script>" + "j" * 200
    fields = [{"name": name, "type": "struct<" + "a:int," * 40 + ">"} for name in (*ODD, "c" * 120)]
    send(
        make_event(
            ODD[:2],
            [make_dataset(name, schema={"fields": fields}) for name in ODD[2:]],
            job=job,
            facets=make_workload(job),
        )
    )
    pages = ["/datasets/", "/workloads/", "/events/", "/search/?q=img"]
    pages += [Node.objects.get(name=name).get_absolute_url() for name in (*ODD,)]
    for each in pages:
        page.goto(each)
        assert page.evaluate("document.documentElement.scrollWidth") == width, each
    assert page.locator("h1 bdi").text_content() == ODD[3]
    assert page.locator("h1").bounding_box()["height"] < 140
    graph.open(Node.objects.get(name=ODD[0]).get_lineage_url() + "?depth=2")
    assert {re.sub(r"\s+", " ", name) for name in graph.names} >= {ODD[3]}
    assert page.evaluate("document.documentElement.scrollWidth") == width
    graph.page.get_by_role("link", name="Details of <img").first.click()
    page.locator("#lineage-details h2").first.wait_for()
    assert page.evaluate("window.hit") is None


WORDS = """() => {
  const pen = document.createElement('canvas').getContext('2d');
  return lineageGraph.nodes().map(node => {
    pen.font = `${node.style('font-weight')} ${node.style('font-size')} ${node.style('font-family')}`;
    const lines = node.style('label').split('\\n');
    return Math.max(...lines.map(line => pen.measureText(line).width)) / node.width();
  });
}"""


def test_a_long_name_ends_before_its_node_does(graph, send):
    """The first is in bold letters."""
    send(make_event(["W" * 100], [make_dataset("wide_" * 40)], job="j" * 100))
    graph.open(address("W" * 100) + "?depth=2")
    assert all(0.6 < share < 0.71 for share in graph.page.evaluate(WORDS))


def test_a_long_name_takes_few_lines_on_a_telephone(page, send):
    page.set_viewport_size({"width": 390, "height": 800})
    send(make_event(["n" * 200], ["b"]))
    page.goto(Node.objects.get(name="n" * 200).get_absolute_url())
    lines = page.evaluate(
        "() => { const h1 = document.querySelector('h1 .name');"
        " return h1.getBoundingClientRect().height / parseFloat(getComputedStyle(h1).lineHeight); }"
    )
    assert lines < 6.1
    assert page.locator("h1 button").count() == 0
    assert page.get_by_role("button", name="Copy name").is_visible()


def test_the_zoom_covers_no_node_on_a_telephone(graph, send):
    graph.page.set_viewport_size({"width": 390, "height": 800})
    for number in range(9):
        send(make_event(["hub"], [f"out-{number}"], job=f"job-{number}"))
    graph.open(address("hub"))
    zoom = graph.page.locator(".graph-zoom").bounding_box()
    picture = graph.page.locator("#lineage-graph").bounding_box()
    assert zoom["y"] >= picture["y"] + picture["height"]
    graph.page.get_by_role("button", name="Zoom in").click()
    assert graph.page.get_by_role("button", name="Zoom in").bounding_box()["height"] >= 24


def test_a_moment_before_everything_says_so_and_leads_back(page, send):
    send(make_event(["raw"], ["orders"], job="clean"))
    page.goto("/datasets/?as_of=2020-01-01T00:00:00Z")
    banner = page.locator(".past")
    assert "2020-01-01" in banner.text_content()
    assert page.get_by_role("heading", name="Nothing was known then").is_visible()
    assert page.get_by_text("Nothing here yet").count() == 0
    banner.get_by_role("link").click()
    page.get_by_role("link", name="orders", exact=True).wait_for()
    lineage = Node.objects.get(name="orders").get_lineage_url()
    response = page.goto(f"{lineage}?as_of=2020-01-01T00:00:00Z")
    assert response.status == 404
    assert "2020-01-01" in page.locator("main").text_content()
    page.faults.clear()
