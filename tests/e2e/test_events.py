"""Events as they came, what was refused and why, and what each key sends: for who debugs a producer."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from clouds.keys import create_key
from clouds.models import Cloud
from lineage.models import Node
from tests.events import facet, make_dataset, make_dataset_event, make_event, make_workload, post

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


def test_search_finds_a_run_and_a_workload_by_id(send, page):
    run = "0196a3f0-0000-7000-8000-000000000009"
    send(make_event(["a"], ["b"], job="step", run=run, facets=make_workload("nightly", "job", "prodjob_4711")))
    page.goto("/search/")
    box = page.get_by_role("searchbox", name="Search")
    box.fill("pr")
    box.press("Enter")
    expect(page.get_by_role("status").get_by_text("Type 3 letters or more")).to_be_visible()
    for text, region, name in [(run, "Runs", "nightly"), ("prodjob_4711", "Runs", "nightly")]:
        box.fill(text)
        box.press("Enter")
        expect(page.get_by_role("region", name=region)).to_contain_text(name)


def test_search_says_nothing_of_a_cloud_that_one_may_not_see(page, new_page, bob, organization, alice, client):
    hidden = Cloud.objects.create(organization=organization, name="secret", private=True, lineage_enabled=True)
    assert post(client, make_event(["hushed.csv"]), create_key(hidden, alice)[1]).status_code == 201
    for person, found in ((page, True), (new_page(bob), False)):
        person.goto("/search/?q=hushed")
        expect(person.get_by_role("link", name="hushed.csv")).to_have_count(int(found))
        expect(person.get_by_text("Nothing found")).to_have_count(int(not found))


def test_events_are_narrowed_to_days_a_producer_a_kind_and_a_workload(send, page):
    send(make_event(["a"], ["b"], job="first", at="2026-05-01T10:00:00Z"))
    send({**make_event(["b"], ["c"], job="second", at="2026-05-03T10:00:00Z"), "producer": "https://other.example.org"})
    send(make_dataset_event(make_dataset("d"), at="2026-05-02T10:00:00Z"))
    page.goto("/events/")
    rows = page.get_by_role("table", name="Events").get_by_role("row")
    expect(rows).to_have_count(4)
    page.get_by_label("From").fill("2026-05-02")
    page.wait_for_url("**since=2026-05-02*")
    expect(rows).to_have_count(3)
    page.get_by_role("combobox", name="Kind").select_option(label="Run")
    page.wait_for_url("**kind=run*")
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("second")
    page.goto("/events/")
    page.get_by_role("searchbox", name="Producer").fill("other.example")
    page.wait_for_url("**producer=other*")
    expect(rows).to_have_count(2)
    page.goto(Node.objects.get(name="first").get_absolute_url())
    page.get_by_role("navigation", name="Tabs").get_by_role("link", name="Events").click()
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("first")
