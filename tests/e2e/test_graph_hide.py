"""Kinds are hidden and shown again: in the picture, its table, the address and the files, with and without script."""

import csv
import io
import json
from pathlib import Path

import pytest

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
NAMES = "#lineage-table tbody th a"
TIES = "#lineage-table [data-edge]"


@pytest.fixture
def graph(page):
    return Graph(page)


@pytest.fixture
def chain(send):
    """raw > clean > orders > count > report."""
    send(make_event(["raw"], ["orders"], job="clean"))
    send(make_event(["orders"], ["report"], job="count"))


def address() -> str:
    return Node.objects.get(name="orders").get_lineage_url()


def said(page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(selector).all_text_contents()]


def test_hidden_workloads_leave_what_they_tie_together(graph, chain):
    graph.open(address())
    place = graph.named("orders")
    toggle = graph.page.get_by_role("button", name="Workload", pressed=True)
    graph.after(toggle.click)
    assert graph.names == {"raw", "orders", "report"}
    assert graph.named("orders")["pixel"] == pytest.approx(place["pixel"])
    assert [edge[0] for edge in graph.edges] == ["v", "v"]
    assert {text.split(" ", 2)[2] for text in said(graph.page, TIES)} == {"past clean", "past count"}
    graph.check_twin()
    assert "hide=workload" in graph.page.url

    graph.page.reload()
    graph.wait(1)
    assert graph.names == {"raw", "orders", "report"}
    graph.after(graph.page.get_by_role("button", name="Workload", pressed=False).click)
    assert graph.names == {"raw", "clean", "orders", "count", "report"}
    graph.after(graph.page.go_back)
    assert graph.names == {"raw", "orders", "report"}
    graph.page.get_by_role("button", name="Workload", pressed=False).wait_for()


def test_opening_leads_on_past_what_is_hidden(graph, chain, send):
    send(make_event(["report"], ["mail"], job="post"))
    graph.open(address() + "?hide=workload")
    assert graph.names == {"raw", "orders", "report"}
    graph.press("Expand downstream of report")
    assert graph.names == {"raw", "orders", "report", "mail"}
    graph.after(graph.page.get_by_role("button", name="Tidy").click)
    assert graph.names == {"raw", "orders", "report", "mail"}


def test_files_hold_what_is_shown(graph, chain):
    graph.open(address() + "?hide=workload")
    graph.page.get_by_text("Export", exact=True).click()
    rows = list(csv.reader(io.StringIO(saved(graph.page, "CSV").lstrip("\ufeff"))))[1:]
    assert {row[2] for row in rows if row[2]} == {"raw", "orders", "report"}
    assert sorted(row[7] for row in rows if row[7]) == ["past clean", "past count"]
    found = json.loads(saved(graph.page, "JSON"))
    assert {node["data"]["label"] for node in found["nodes"]} == {"raw", "orders", "report"}
    assert {edge["data"]["via"] for edge in found["edges"]} == {"clean", "count"}
    assert "clean</text>" not in saved(graph.page, "SVG")


def saved(page, kind: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=kind, exact=True).click()
    return Path(download.value.path()).read_text()


def test_kinds_are_hidden_without_javascript(graph, chain, new_page, alice):
    plain = new_page(alice, java_script_enabled=False)
    plain.goto(address())
    plain.get_by_role("button", name="Workload").click()
    plain.wait_for_url("**hide=workload**")
    assert said(plain, NAMES) == [f"{name} (opens in a new tab)" for name in ("raw", "orders", "report")]
    ties = said(plain, TIES)
    graph.open(plain.url)
    assert said(graph.page, TIES) == ties
    plain.get_by_role("button", name="Workload").click()
    plain.wait_for_url(lambda url: "hide" not in url)
    assert len(said(plain, NAMES)) == 5
