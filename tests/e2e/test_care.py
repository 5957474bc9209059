"""Care of the catalogue, as people do it."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def orders(send):
    """raw -> clean -> orders -> report -> summary"""
    send(make_event(["raw"], ["orders"], job="clean"))
    send(make_event(["orders"], ["summary"], job="report"))
    return Node.objects.get(name="orders")


def test_describe(page, orders):
    page.goto(orders.get_absolute_url())
    card = page.get_by_role("region", name="Description")
    card.get_by_role("link", name="Edit description, tags and owners").click()
    page.get_by_role("textbox", name="Description").fill("All orders.\n\nSince 2024.")
    page.get_by_role("textbox", name="Tags", exact=True).fill("gold, pii")
    page.get_by_role("textbox", name="Owners").fill("ana@example.com")
    page.get_by_role("textbox", name="Tags of columns").fill("email: pii")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("has been saved")).to_be_visible()
    expect(card.get_by_role("paragraph").first).to_have_text("All orders.")
    expect(card).to_contain_text("ana@example.com")
    card.get_by_role("link", name="Tag gold").click()
    expect(page.get_by_role("table", name="Datasets").get_by_role("row")).to_have_count(2)
    page.get_by_role("searchbox", name="Search").press("/")
    page.goto(orders.get_absolute_url())
    card.get_by_role("link", name="History").click()
    expect(page.get_by_role("row").filter(has_text="Description")).to_contain_text("All orders.")


def test_two_editors_at_once(new_page, alice, bob, orders):
    hers, his = new_page(alice), new_page(bob, java_script_enabled=False)
    for page in (hers, his):
        page.goto(f"/nodes/{orders.pk}/edit/")
    hers.get_by_role("textbox", name="Description").fill("Hers")
    hers.get_by_role("button", name="Save").click()
    his.faults.clear()
    his.get_by_role("textbox", name="Description").fill("His")
    his.get_by_role("button", name="Save").click()
    expect(his.get_by_role("alert")).to_contain_text("Someone else changed this")
    expect(his.get_by_role("textbox", name="Description")).to_have_value("His")
    expect(his.get_by_role("region", name="What is saved now")).to_contain_text("Hers")
    his.get_by_role("button", name="Save").click()
    expect(his.get_by_role("region", name="Description")).to_contain_text("His")
    his.faults.clear()


def test_what_is_wrong_is_said_at_the_field(page, orders):
    page.goto(f"/nodes/{orders.pk}/edit/")
    page.get_by_role("textbox", name="Description").fill("Kept")
    page.get_by_role("textbox", name="Tags of columns").fill("email")
    page.get_by_role("button", name="Save").click()
    field = page.get_by_role("textbox", name="Tags of columns")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("write a column, a colon and its tags"))
    expect(page.get_by_role("textbox", name="Description")).to_have_value("Kept")
    page.faults.clear()  # the browser reports the answer 422


def lineage_of(page, name: str) -> set[str]:
    node = Node.objects.get(name=name)
    graph = Graph(page).open(f"{node.get_lineage_url()}?x=down:{node.pk}:8")
    for job in ("clean", "orders", "report"):
        if graph.names & {job}:
            graph.press(f"Expand downstream of {job}")
    return graph.names


def manage(page, what: str) -> None:
    page.locator("summary", has_text="Manage").click()
    page.get_by_role("button" if what != "Delete…" else "link", name=what, exact=True).click()


def test_hide_and_restore(page, orders):
    job = Node.objects.get(name="clean")
    assert lineage_of(page, "raw") == {"raw", "clean", "orders", "report", "summary"}
    page.goto(job.get_absolute_url())
    manage(page, "Hide")
    expect(page.get_by_text("It is hidden now in default")).to_be_visible()
    assert lineage_of(page, "raw") == {"raw"}
    page.goto("/workloads/")
    expect(page.get_by_role("link", name="clean", exact=True)).to_have_count(0)
    page.get_by_role("checkbox", name="Show technical and hidden").check()
    page.get_by_role("link", name="clean", exact=True).click()
    manage(page, "Restore")
    assert lineage_of(page, "raw") == {"raw", "clean", "orders", "report", "summary"}


def test_delete_takes_the_far_half_along_at_once(page, orders):
    page.goto(Node.objects.get(name="clean").get_absolute_url())
    manage(page, "Delete…")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("has been deleted in default")).to_be_visible()
    assert lineage_of(page, "raw") == {"raw"}
    page.goto("/search/?q=clean")
    expect(page.get_by_text("Nothing found")).to_be_visible()


def test_audit_log(page, orders):
    page.goto(orders.get_absolute_url())
    manage(page, "Hide")
    page.goto("/organization/")
    page.get_by_role("region", name="Audit log").get_by_role("link", name="All changes").click()
    page.get_by_role("combobox", name="What").select_option(label="Hidden")
    page.get_by_role("button", name="Filter").click()
    rows = page.get_by_role("table", name="Changes").get_by_role("row")
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("alice@example.org")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "orders" in download.value.path().read_text()


def test_suggested_aliases(page, orders, send):
    send(make_event(["Orders/"], job="late"))
    page.goto("/aliases/")
    row = page.get_by_role("table", name="Suggestions").get_by_role("row").last
    expect(row).to_contain_text("trailing slash, upper and lower case")
    row.get_by_role("button", name="Join orders and Orders/").click()
    expect(page.get_by_text("are one resource now")).to_be_visible()
    assert "late" in Graph(page).open(f"/datasets/{orders.pk}/lineage/").names
    page.goto("/aliases/")
    page.get_by_role("button", name="Take back").click()
    assert "late" not in Graph(page).open(f"/datasets/{orders.pk}/lineage/").names
    page.goto("/aliases/")
    page.get_by_role("button", name="Keep orders and Orders/ apart").click()
    expect(page.get_by_text("No suggestions")).to_be_visible()


def test_saved_views(new_page, alice, bob, orders):
    page = new_page(bob)
    graph = Graph(page).open(orders.get_lineage_url())
    graph.press("Expand downstream of report")
    shown, address = graph.names, page.url
    page.get_by_role("link", name="Save this view").click()
    page.get_by_role("textbox", name="Name").fill("Where orders go")
    page.get_by_role("checkbox", name="Share it with the organization").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("region", name="Your views")).to_contain_text("Where orders go")
    hers = new_page(alice)
    hers.goto("/datasets/")
    hers.get_by_role("navigation", name="Main").get_by_role("link", name="Saved views").click()
    hers.get_by_role("link", name="Where orders go").click()
    assert Graph(hers).wait(1).names == shown
    assert hers.url == address


def test_activity(page, orders, send):
    send(make_event(["orders"], job="broken", type="FAIL"))
    page.goto("/datasets/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Activity").click()
    expect(page.get_by_role("region", name="New: Datasets")).to_contain_text("summary")
    failures = page.get_by_role("region", name="Failures")
    expect(failures.get_by_role("listitem")).to_have_count(1)
    failures.get_by_role("link", name="broken").click()
    expect(page).to_have_url(re.compile("/runs/"))


def test_a_session_that_ends_takes_nothing_along(page, alice, orders):
    page.goto(f"/nodes/{orders.pk}/edit/")
    page.get_by_role("textbox", name="Description").fill("Typed\nfor an hour")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("what you typed is kept")).to_be_visible()
    page.get_by_role("textbox", name="E-mail address").fill(alice.email)
    page.get_by_role("textbox", name="Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("main")).to_contain_text("Typed")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("region", name="Description")).to_contain_text("for an hour")
