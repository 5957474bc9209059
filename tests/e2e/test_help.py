"""Help on each page, and the page of the REST API."""

import pytest

from lineage.models import Node
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_each_page_leads_to_its_own_help(page, send, cloud):
    send(make_event(["a"], ["b"], job="one"))
    node = Node.objects.get(name="a").pk
    wanted = {
        "/datasets/": "lists",
        f"/datasets/{node}/": "details",
        f"/datasets/{node}/lineage/": "graph",
        f"/datasets/{node}/impact/": "impact",
        "/events/": "events",
        "/events/rejected/": "events",
        "/search/": "search",
        "/clouds/": "clouds",
        f"/clouds/{cloud.pk}/settings/": "clouds",
        f"/nodes/{node}/edit/": "care",
        "/api/docs/": "api",
        "/help/": "start",
    }
    for address, anchor in wanted.items():
        page.goto(address)
        assert page.locator(".console-help").get_attribute("href") == f"/help/#{anchor}", address
    assert {page.locator(f"#{anchor}").count() for anchor in wanted.values()} == {1}


def test_a_key_opens_it(page, cloud):
    page.goto("/datasets/")
    page.locator("main").focus()
    page.keyboard.press("?")
    page.wait_for_url("**/help/#lists")
    assert page.get_by_role("heading", name="Lists", exact=True).is_visible()


def test_the_api_is_read_without_javascript(new_page, alice, cloud):
    page = new_page(alice, java_script_enabled=False)
    page.goto("/api/docs/")
    operation = page.locator("details#lineage_create")
    operation.locator("summary").first.click()
    assert operation.get_by_text("Stored, or stored before").is_visible()
    assert "curl -X POST" in operation.locator("pre").text_content()
    listed = page.locator("details#datasets_list")
    listed.locator("summary").first.click()
    assert listed.locator("tbody th").first.text_content().strip() == "after"
    assert "integer, 1 to 100, else 25" in listed.text_content()


def test_an_address_opens_an_operation(page, cloud):
    page.goto("/api/docs/#runs_list")
    assert page.locator("details#runs_list").get_by_text("Parameters").first.is_visible()
    page.get_by_role("navigation", name="Operations").get_by_role("link", name="Send an event POST").click()
    page.locator("details#lineage_create[open]").wait_for()
