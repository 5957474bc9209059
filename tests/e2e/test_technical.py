"""Technical jobs in the picture: shown and hidden again, in the table, the address and the files."""

import csv
import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lineage.models import Node
from tests import jobs
from tests.e2e.graph import Graph
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
FLOW = {"clean", "orders", "count"}
PARTS = {"etl", "check", "nightly"}


@pytest.fixture
def graph(page, send):
    for event in jobs.etl():
        send(event)
    return Graph(page).open(Node.objects.get(name="orders").get_lineage_url())


def turn(graph, pressed: bool):
    button = graph.page.get_by_role("button", name="Technical jobs", pressed=pressed)
    return graph.after(button.click)


def test_they_are_shown_and_hidden_again(graph):
    assert graph.names == FLOW
    root = graph.named("orders")
    turn(graph, False)
    assert graph.names == FLOW | PARTS
    assert graph.named("orders")["pixel"] == pytest.approx(root["pixel"], abs=0.001)
    assert graph.named("etl")["position"]["x"] == graph.named("clean")["position"]["x"]
    assert (
        graph.page.evaluate("() => lineageGraph.edges('.part').map(edge => edge.style('line-style'))") == ["dotted"] * 3
    )
    assert "3 here" in graph.page.locator("#lineage-status").text_content()
    graph.check_twin()
    assert "technical=1" in graph.page.url
    turn(graph, True)
    assert graph.names == FLOW
    assert "technical" not in graph.page.url


def test_reload_and_back_bring_them_back_where_they_were(graph):
    turn(graph, False)
    places = graph.places()
    graph.page.reload()
    graph.wait(1)
    assert graph.places() == places
    graph.check_twin()
    graph.after(graph.page.go_back)
    assert graph.names == FLOW
    graph.after(graph.page.go_forward)
    assert graph.names == FLOW | PARTS
    graph.page.get_by_role("button", name="Technical jobs", pressed=True).wait_for()


def test_an_expansion_brings_those_of_the_new_jobs(graph, send):
    send(make_event(["report"], ["mail"], job="post", facets=jobs.part_of("mailing")))
    turn(graph, False)
    graph.press("Expand downstream of count")
    graph.press("Expand downstream of report")
    assert graph.names == FLOW | PARTS | {"report", "post", "mailing"}
    places = graph.places()
    graph.page.reload()
    assert graph.wait(1).places() == places


def test_files_and_the_page_without_javascript_hold_them_too(graph, new_page, alice):
    turn(graph, False)
    graph.page.get_by_text("Export", exact=True).click()
    rows = list(csv.DictReader(io.StringIO(saved(graph.page, "CSV").lstrip("\ufeff"))))
    assert {row["name"] for row in rows if row["name"]} == FLOW | PARTS
    assert [row["connection"] for row in rows].count("Contains") == 3
    kept = json.loads(saved(graph.page, "JSON"))
    assert {node["data"]["label"] for node in kept["nodes"]} == FLOW | PARTS
    assert saved(graph.page, "SVG").count('stroke-dasharray="1.5 3"') == 3

    plain = new_page(alice, java_script_enabled=False)
    plain.goto(graph.page.url.partition("?")[0])
    plain.get_by_role("button", name="Technical jobs").click()
    plain.wait_for_url("**technical=**")
    texts = plain.locator("#lineage-table tbody th a").all_text_contents()
    assert {text.split(" ")[0] for text in texts} == FLOW | PARTS
    plain.get_by_role("button", name="Technical jobs").click()
    expect(plain.locator("#lineage-table tbody tr")).to_have_count(3)


def saved(page, kind: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=kind, exact=True).click()
    return Path(download.value.path()).read_text()


def test_a_technical_job_is_chosen_by_address_and_keyboard(graph):
    job = Node.objects.get(name="check")
    page = graph.page
    graph.open(f"{Node.objects.get(name='orders').get_lineage_url()}?technical=1&sel={job.pk}")
    page.locator("#lineage-details strong", has_text="check").wait_for()
    assert page.get_by_role("status").filter(has_text="names a resource").count() == 0
    page.locator("#lineage-graph").focus()
    page.keyboard.press("ArrowUp")
    assert page.locator("#lineage-details strong").text_content() == "etl"
    assert "etl" in page.locator("#lineage-status").text_content()
