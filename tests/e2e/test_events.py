"""Events as they came, what was refused and why, and what each key sends: for who debugs a producer."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.events import facet, make_dataset, make_event, make_workload

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_an_event_is_read_copied_and_downloaded(send, new_page, alice):
    event = make_event(["a"], ["b"], job="nightly")
    send(event)
    page = new_page(alice, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/events/")
    page.get_by_role("table", name="Events").get_by_role("link", name="COMPLETE").click()
    page.get_by_text("The whole event").click()
    assert json.loads(page.locator("#whole").inner_text()) == event
    page.get_by_role("button", name="Copy all").click()
    page.locator(".copied").wait_for()
    assert json.loads(page.evaluate("navigator.clipboard.readText()")) == event
    with page.expect_download() as download:
        page.get_by_role("link", name="Download JSON").click()
    assert json.loads(Path(download.value.path()).read_text()) == event


def test_what_was_refused_says_where_and_why(send, page, cloud):
    assert send(make_event(["a"], job="")).status_code == 422
    page.goto("/events/rejected/")
    refused = page.get_by_role("list", name="Rejected events").locator("> li")
    assert refused.count() == 1
    assert "422" in refused.text_content()
    assert refused.locator("code").first.text_content() == "$.job.name"
    refused.get_by_text("What was sent").click()
    assert '"inputs"' in refused.locator("pre").text_content()


def test_producers_are_counted_by_key(send, page):
    send(make_event(["a"], ["b"]))
    send({"nonsense": 1})
    page.goto("/events/producers/")
    cells = {each.get_attribute("data-label"): each.text_content().strip() for each in page.locator("tbody td").all()}
    assert (cells["Run events"], cells["Rejected"]) == ("1", "1")
    page.locator("td[data-label=Rejected] a").click()
    page.wait_for_url("**/events/rejected/?key=*")
    assert page.get_by_role("list", name="Rejected events").locator("> li").count() == 1


@pytest.mark.parametrize("text", ["orders", "s3://lake", "total_amount", "ana@exam"])
def test_search_finds_names_uris_columns_and_owners(send, page, text):
    table = make_dataset("orders", "s3://lake", schema=facet(fields=[{"name": "total_amount", "type": "int"}]))
    owned = facet(owners=[{"name": "ana@example.com", "type": "OWNER"}])
    send(make_event([{**table, "facets": {**table["facets"], "ownership": owned}}], ["b"], facets=make_workload("x")))
    page.goto("/search/")
    page.get_by_role("searchbox", name="Search").fill(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Datasets").get_by_role("link", name="orders", exact=True)).to_be_visible()
