"""No page breaks a rule of WCAG 2.2 A or AA that axe-core can tell, in either theme, wide or narrow; and none is wider
than its window."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from catalogue.annotations import Said, change
from catalogue.models import SavedView
from clouds.keys import create_key
from clouds.models import Cloud, Project
from ingestion.models import RawEvent
from lineage.models import Node, Run, Version
from lineage.retract import hide
from tests import jobs, story
from tests.e2e import addresses
from tests.e2e.conftest import session_cookie
from tests.e2e.graph import READY
from tests.events import facet, make_dataset, make_event, make_workload

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
BROKEN = """async options => (await axe.run(document, options)).violations
    .flatMap(({id, nodes}) => nodes.map(({html}) => [id, html]))"""
WIDTHS = (1360, 390)
SHARES = 6
# Tables that are wider than their place, and where that is none that is named and reached by keyboard. On a telephone
# the cells of most stand below each other; those that compare sides stay tables.
SIDEWAYS = """narrow => [...document.querySelectorAll('main table')].filter(table => {
  const place = table.parentElement;
  if (!table.checkVisibility() || place.scrollWidth <= place.clientWidth) return false;
  const named = place.tabIndex === 0 && place.role && (place.ariaLabel || place.getAttribute('aria-labelledby'));
  return !named || (narrow && !table.matches('.compare, .side-by-side'));
}).map(table => table.outerHTML.slice(0, 200))"""


def check(page, visited) -> None:
    """Loads each address once, and asks axe in both widths and both themes; a theme changes colours alone."""
    found = []
    for address in visited:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(address)
        settle(page, address)
        found += look(page)
    assert found == []


def look(page) -> list[str]:
    """What is wrong with the page that is there."""
    found = []
    page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        found += faults(page, {"runOnly": RULES})
        page.emulate_media(color_scheme="dark")
        found += faults(page, CONTRAST)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{page.url} is wider than {width} pixels")
        wide = page.evaluate(SIDEWAYS, width == WIDTHS[1])
        found += [f"{page.url} has a table that is wider than its place at {width}: {each}" for each in wide]
    return found


def settle(page, address: str) -> None:
    if "/lineage/" in address and page.locator("#lineage-graph").count():
        page.wait_for_function(READY, arg=1)
    if "&sel=" in address:
        page.locator("#lineage-details h2").first.wait_for()


def faults(page, options: dict) -> list[str]:
    """Where the rules are broken. What axe says of all else (most of its time) is neither asked for nor handed over."""
    broken = page.evaluate(BROKEN, {**options, "resultTypes": ["violations"]})
    theme = page.evaluate("document.documentElement.dataset.bsTheme")
    return [f"{page.url} {theme} {rule}: {html[:200]}" for rule, html in broken]


@pytest.fixture
def world(send, cloud, alice, bob) -> dict:
    """A console with much in it: names of 200 letters, nested columns, failed runs, versions, parts, what people said,
    hidden ones, rejected events, aliases, views, keys and members."""
    fields = [{"name": "a", "type": "int"}, {"name": "s", "type": "struct", "fields": [{"name": "x", "type": "text"}]}]
    table = make_dataset("l" * 200, schema=facet(fields=fields), documentation=facet(description="Orders."))
    model = make_dataset("model://churn", "mlflow", lc_model=facet(flavor="sklearn", metrics={"auc": 0.9}))
    send(make_event(["raw.csv"], [table], facets=make_workload("w" * 200, owner="ana@example.com")))
    send(make_event([table], [model], facets=make_workload("train", "service"), type="FAIL"))
    send(make_event([model], [f"scores-{number}" for number in range(10)], job="score"))
    send(make_event(["RAW.csv"], job="again"))
    send({"nonsense": 1})
    for event in [*story.story(), *jobs.etl()]:
        send(event)
    create_key(cloud, bob)
    said = Said("Orders.\n\nSee https://example.org", ["ana@example.com"], ["gold", "t" * 100], {"f" * 200: ["pii"]})
    dataset = Node.objects.get(name__startswith="lll")
    change(dataset, Project.objects.get(name="tests"), said, alice)
    hide(Node.objects.get(name="scores-3"), [cloud])
    kept = {"path": "/datasets/?q=" + "x" * 200, "name": "n" * 100, "shared": True}
    view = SavedView.objects.create(organization=cloud.organization, owner=alice, **kept)
    return ids(dataset=dataset.pk, cloud=cloud.pk, view=view.pk)


def ids(**known) -> dict:
    nodes = {"table": "customer_churn", "churn": "models:/churn_predictor", "model": "model://churn"}
    nodes |= {"workload": "train", "raw": "raw"}
    found = {short: Node.objects.get(name=name, canonical=None).pk for short, name in nodes.items()}
    versions = Version.objects.filter(node=found["table"]).order_by("first_at").values_list("pk", flat=True)
    return (
        known
        | found
        | {
            "event": RawEvent.objects.order_by("pk").values_list("pk", flat=True)[0],
            "failed": Run.objects.filter(state="FAIL").get().uuid,
            "earlier": story.RUNS["train", 1],
            "run": story.RUNS["train", 2],
            "snapshot": versions[0],
            "snapshot2": versions[1],
            "made": Version.objects.get(node=found["churn"], label="2").pk,
        }
    )


def test_every_page_is_checked():
    known = {*addresses.PAGES} | addresses.ELSEWHERE | addresses.NO_PAGES
    assert addresses.names() == known


@pytest.mark.parametrize("share", range(SHARES))
def test_pages_are_accessible(world, page, share):
    every = [address.format(**world) for each in addresses.PAGES.values() for address in each]
    check(page, every[share::SHARES])


def test_the_first_pages_are_accessible(new_page, alice, cloud, organization):
    Cloud.objects.create(organization=organization, name="off")
    lists = ["/datasets/", "/datasets/?cloud=off", "/models/", "/workloads/", "/events/"]
    check(new_page(alice), [*lists, "/activity/", "/views/", "/aliases/"])


def test_what_others_see_is_accessible(new_page, bob, cloud, alice):
    check(new_page(bob), [f"/clouds/{cloud.pk}/settings/", "/organization/"])
    alice.is_superuser = True
    alice.save()
    switch, all_of_them = "switch/?enabled=0", "/organization/all/"
    own = f"{all_of_them}{cloud.organization_id}/{switch}"
    check(new_page(alice), [all_of_them, f"/organization/{switch}", own])


def test_signing_in_is_accessible(new_page, alice, send, live_server):
    page = new_page()
    check(page, ["/sign-in/", "/sign-in/no/link/"])
    send(make_event(["raw"]))
    page.context.add_cookies([session_cookie(alice, live_server.url)])
    check_typed(page)
    page.faults.clear()  # the browser's own lines about the link that is none and the form that is too old


def check_typed(page) -> None:
    """What was typed before the session ended: offered at once, told of while one signs in, and offered then."""
    page.goto(f"/nodes/{Node.objects.get(name='raw').pk}/edit/")
    page.get_by_role("textbox", name="Description").fill("Raw orders. " * 30)
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    offered = page.get_by_role("heading", name="What you typed is still here")
    offered.wait_for()
    assert look(page) == []
    page.get_by_role("button", name="Send it now").click()
    page.get_by_text("what you typed is kept").wait_for()
    assert look(page) == []
    page.get_by_role("textbox", name="E-mail address").fill("alice@example.org")
    page.get_by_role("textbox", name="Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    offered.wait_for()
    assert page.url.endswith("/sign-in/again/")
    assert look(page) == []


def test_errors_are_accessible(new_page, bob, cloud, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("broken on purpose")

    page = new_page(bob)
    check(page, ["/datasets/999999/", f"/clouds/{cloud.pk}/settings/lineage/?enabled=0"])
    monkeypatch.setattr("lineage.views.found_by", broken)
    check(page, ["/search/?q=orders"])
    assert page.get_by_role("heading", level=1).text_content() == "The console could not do that"
    page.faults.clear()  # the browser's own lines about the answers
