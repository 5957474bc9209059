"""A list that Back brought back: htmx replaced the body of the page, and what scripts do goes on."""

import pytest

from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(new_page, alice, send):
    """The list of datasets, narrowed and then brought back as it was."""
    send(make_event(["raw"], ["clean"], job="one"))
    page = new_page(alice, permissions=["clipboard-read", "clipboard-write"])
    page.clock.install()
    with page.expect_response("**/events/new/**"):
        page.goto("/datasets/")
    page.get_by_role("searchbox", name="Search").fill("clean")
    page.wait_for_url("**/datasets/?q=clean")
    before = page.locator("main").element_handle()
    page.go_back()
    page.wait_for_url("**/datasets/")
    page.get_by_role("link", name="raw", exact=True).wait_for()
    assert not before.evaluate("element => element.isConnected")
    return page


def test_trouble_is_told_and_closed(page):
    page.context.set_offline(True)
    page.get_by_role("searchbox", name="Search").fill("raw")
    trouble = page.get_by_role("alert").filter(has_text="There is no answer from the network.")
    trouble.wait_for()
    page.faults.clear()
    trouble.get_by_role("button", name="Close").click()
    assert not trouble.is_visible()


def test_trouble_of_another_moment_is_not_brought_back(page):
    page.context.set_offline(True)
    page.get_by_role("searchbox", name="Search").fill("raw")
    page.locator("#trouble").wait_for()
    page.context.set_offline(False)
    page.faults.clear()
    page.go_forward()
    page.wait_for_url("**/datasets/?q=clean")
    page.go_back()
    page.wait_for_url("**/datasets/")
    assert not page.locator("#trouble").is_visible()


def test_what_is_copied_is_told(page):
    page.get_by_role("button", name="Copy URI").first.click()
    page.get_by_role("status").get_by_text("Copied").wait_for()
    page.clock.run_for(2000)
    assert page.get_by_role("status").get_by_text("Copied").count() == 0


def test_new_events_are_told_and_a_click_brings_them(page, send):
    send(make_event(["clean"], ["late"], job="two"))
    page.clock.run_for(11_000)
    badge = page.locator(".live").get_by_role("link", name="1 new event, refresh")
    badge.wait_for()
    badge.click()
    page.get_by_role("link", name="late", exact=True).wait_for()


def test_the_theme_changes_in_place_and_is_marked_on_other_pages_of_the_history(page):
    page.evaluate("window.kept = true")
    page.get_by_label("Account and theme").click()
    dark = page.get_by_role("button", name="Dark")
    dark.click()
    assert dark.get_attribute("aria-pressed") == "true"
    assert page.locator("html[data-bs-theme=dark]").count() == 1
    page.go_forward()
    page.wait_for_url("**/datasets/?q=clean")
    page.wait_for_function("() => document.querySelector('[data-theme-form] [value=dark]').ariaPressed === 'true'")
    assert page.evaluate("window.kept")
