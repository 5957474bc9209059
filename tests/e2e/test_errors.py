"""What goes wrong says what happened and what to do, and keeps what was typed."""

import pytest

from lineage.models import Node
from tests.e2e.conftest import session_cookie
from tests.e2e.graph import Graph
from tests.events import make_event, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def orders(send):
    send(make_event(["raw"], ["orders"], job="clean"))
    return Node.objects.get(name="orders")


@pytest.fixture
def graph(page, send):
    for event in recorded("ray_iceberg_demo"):
        send(event)
    return Graph(page).open(Node.objects.get(name="iceberg://customer_churn").get_lineage_url())


def failing(graph, words: str):
    """Tries to open a node, is told why it cannot be, and keeps the picture."""
    places = graph.places()
    graph.page.get_by_role("button", name="Expand downstream of train_churn_model").click()
    alert = graph.page.locator(".graph-error")
    alert.wait_for()
    assert words in alert.text_content()
    assert graph.places() == places
    graph.page.faults.clear()  # the browser's own line about the request
    return alert.get_by_role("button", name="Try again")


def opened(graph, again) -> None:
    graph.after(again.click)
    assert "churn_predictor" in graph.names
    # Where the pointer came to rest as the page moved, the level was asked for in vain too.
    graph.page.faults.clear()


def test_a_session_that_ends_during_an_expansion(graph, alice, live_server):
    graph.page.context.clear_cookies()
    again = failing(graph, "sign in again in another tab")
    graph.page.context.add_cookies([session_cookie(alice, live_server.url)])
    opened(graph, again)


def test_a_network_that_is_lost_during_an_expansion(graph):
    graph.page.context.set_offline(True)
    again = failing(graph, "there is no answer from the network")
    graph.page.context.set_offline(False)
    opened(graph, again)


def test_a_server_that_fails_during_an_expansion(graph):
    graph.page.route("**/neighbours*", lambda route: route.fulfill(status=500, body="{}"))
    again = failing(graph, "the server answered with an error (500)")
    graph.page.unroute("**/neighbours*")
    opened(graph, again)


def test_a_list_stays_when_the_network_is_lost(page, orders):
    page.goto("/datasets/")
    page.context.set_offline(True)
    page.get_by_role("searchbox", name="Search").fill("orders")
    page.get_by_text("There is no answer from the network.").wait_for()
    assert page.get_by_role("searchbox", name="Search").input_value() == "orders"
    assert page.get_by_role("link", name="raw", exact=True).is_visible()
    page.context.set_offline(False)
    page.faults.clear()
    page.get_by_role("searchbox", name="Search").press("Enter")
    page.get_by_role("link", name="raw", exact=True).wait_for(state="detached")
    assert not page.locator("#trouble").is_visible()


def test_a_list_stays_when_the_session_has_ended(page, orders):
    page.goto("/datasets/")
    page.context.clear_cookies()
    page.get_by_role("searchbox", name="Search").fill("orders")
    page.get_by_text("Your session has ended.").wait_for()
    assert page.get_by_role("link", name="raw", exact=True).is_visible()
    assert page.locator("#trouble").get_by_role("link", name="Sign in").get_attribute("href") == "/sign-in/"


@pytest.mark.parametrize("cookies", ["sessionid", None])
def test_what_was_typed_outlives_the_session(page, orders, alice, live_server, cookies):
    page.goto(f"/nodes/{orders.pk}/edit/")
    page.get_by_role("textbox", name="Description").fill("Orders, one row each.")
    page.context.clear_cookies(**({"name": cookies} if cookies else {}))
    page.get_by_role("button", name="Save").click()
    if not cookies:
        page.get_by_role("heading", name="What you typed is still here").wait_for()
        page.get_by_role("button", name="Send it now").click()
        page.faults.clear()
    page.locator("[name=username]").fill("alice@example.org")
    page.locator("[name=password]").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="What you typed is still here").wait_for()
    assert page.get_by_role("definition").filter(has_text="Orders, one row each.").is_visible()
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url(f"**/datasets/{orders.pk}/**")
    assert page.get_by_text("Orders, one row each.").is_visible()
    page.goto(f"/nodes/{orders.pk}/edit/")
    assert not page.locator("#trouble").is_visible()


def test_what_is_not_there_says_what_to_do(page, orders):
    page.goto("/datasets/999999/")
    assert page.get_by_role("heading", level=1).text_content() == "There is no such page"
    page.get_by_role("link", name="Search for it by name").click()
    page.faults.clear()
    assert page.get_by_role("searchbox", name="Search").is_visible()
    page.goto(f"/datasets/{orders.pk}/lineage/?x=up:{orders.pk}:8,down:999999:8")
    assert page.get_by_text("1 part of this address names a resource that is not in the picture").is_visible()


def test_what_is_not_allowed_says_who_may(new_page, bob, cloud):
    page = new_page(bob)
    page.goto(f"/clouds/{cloud.pk}/settings/lineage/?enabled=0")
    assert page.get_by_role("heading", level=1).text_content() == "You may not do that"
    page.get_by_role("link", name="See who the owners of your organization are").click()
    page.wait_for_url("**/organization/")
    page.faults.clear()


def test_a_fault_of_the_console_says_so_and_tries_again(page, orders, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("broken on purpose")

    with monkeypatch.context() as patch:
        patch.setattr("lineage.views.found_by", broken)
        page.goto("/search/?q=orders")
    assert page.get_by_role("heading", level=1).text_content() == "The console could not do that"
    page.faults.clear()
    page.get_by_role("link", name="Try again").click()
    page.get_by_role("link", name="orders", exact=True).wait_for()
