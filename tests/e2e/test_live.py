"""The badge of new events: it tells, and moves nothing until it is asked to."""

import pytest

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
MINUTE = 60_000


@pytest.fixture
def graph(page, send):
    send(make_event(["a"], ["b"], job="one"))
    page.clock.install()
    return Graph(page)


def asked(page) -> list[str]:
    found = []
    page.on("response", lambda answer: found.append(answer.url) if "/events/new/" in answer.url else None)
    return found


def test_new_events_are_told_and_move_nothing(graph, send):
    page = graph.page
    with page.expect_response("**/events/new/**"):
        graph.open(Node.objects.get(name="b").get_lineage_url())
    badge = page.locator(".live a")
    assert not badge.is_visible()
    before = graph.nodes
    for number in range(3):
        send(make_event(["b"], [f"c{number}"], job="two"))
    page.clock.run_for(11_000)
    page.get_by_text("3 new events, refresh").first.wait_for()
    assert page.locator(".live [role=status]").text_content() == "3 new events, refresh"
    assert graph.nodes == before
    badge.click()
    page.wait_for_url("**/lineage/**")
    graph.wait(1)
    page.wait_for_function("() => lineageGraph.nodes().length === 3")
    assert graph.names == {"one", "b", "two"}


def test_a_list_tells_too_and_a_page_that_nobody_looks_at_asks_nothing(graph, send):
    page = graph.page
    calls = asked(page)
    with page.expect_response("**/events/new/**"):
        page.goto("/datasets/")
    hide = "state => { Object.defineProperty(document, 'hidden', {value: state, configurable: true});"
    turn = hide + " document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(turn, True)
    count = len(calls)
    page.clock.run_for(5 * MINUTE)
    assert len(calls) == count
    send(make_event(["a"], ["z"], job="late"))
    with page.expect_response("**/events/new/**"):
        page.evaluate(turn, False)
    page.get_by_text("1 new event, refresh").first.wait_for()
    assert page.get_by_role("link", name="z", exact=True).count() == 0


def test_it_stops_when_the_session_has_ended(graph):
    page = graph.page
    with page.expect_response("**/events/new/**"):
        page.goto("/datasets/")
    calls = asked(page)
    page.context.clear_cookies()
    page.clock.run_for(11_000)
    page.clock.run_for(5 * MINUTE)
    assert len(calls) <= 1
