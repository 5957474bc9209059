"""What the graph reads before it is asked to, and what it shows while it has to wait."""

import pytest
from playwright.sync_api import expect

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def graph(page, send):
    """hub -> reader -> out-00 … out-19"""
    send(make_event(["hub"], [f"out-{number:02}" for number in range(20)], job="reader"))
    return Graph(page).open(Node.objects.get(name="hub").get_lineage_url())


def test_whoever_rests_on_a_button_finds_its_level_read(graph):
    page = graph.page
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/neighbours" in request.url else None)
    with page.expect_response("**/neighbours?**"):
        page.locator(".graph-handle", has_text="+20").hover()
    assert len(graph.nodes) == 2
    graph.after(page.locator(".graph-handle", has_text="+20").click)
    assert len(graph.nodes) == 10
    with page.expect_response("**/neighbours?**"):
        page.get_by_role("button", name="Show 8 more of 20 downstream of reader").focus()
    graph.after(lambda: page.keyboard.press("Enter"))
    assert len(graph.nodes) == 18
    assert len(asked) == len({*asked})
    graph.check_twin()


def test_what_cannot_be_read_beforehand_is_told_when_it_is_asked_for(graph):
    page = graph.page
    page.route("**/neighbours*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.locator(".graph-handle", has_text="+20").hover()
    alert = page.locator(".graph-error")
    assert not alert.is_visible()
    page.locator(".graph-handle", has_text="+20").click()
    alert.wait_for()
    page.faults.clear()  # the browser's own lines about the requests


def test_a_wait_is_shown_and_said_and_another_click_opens_no_more(graph):
    page = graph.page
    held = []
    page.route("**/neighbours*", lambda route: held.append(route))
    button = page.get_by_role("button", name="Expand downstream of reader")
    button.click()
    expect(page.locator("#lineage-graph")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#lineage-status")).to_have_text("Loading what is next to reader…")
    expect(button).to_be_disabled()
    page.locator("#lineage-graph").focus()
    for key in ("ArrowRight", "ArrowRight", "d"):  # to the hub, to the reader
        page.keyboard.press(key)
    before = page.evaluate("history.length")
    graph.after(held[0].continue_)
    assert len(graph.nodes) == 10
    assert len([each for each in held if "after=" not in each.request.url]) == 1
    assert page.evaluate("history.length") == before + 1  # one step for Back
    expect(page.locator("#lineage-graph")).to_have_attribute("aria-busy", "false")
