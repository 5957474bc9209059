"""The fourth journey: an owner switches lineage off for a cloud; a member is refused."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def switch_on(page):
    return page.get_by_role("switch", name="Lineage tracking")


def test_owner_switches_lineage_off_by_keyboard(new_page, alice, cloud, send):
    page = new_page(alice)
    page.goto("/clouds/")
    page.get_by_role("link", name="default", exact=True).click()
    page.get_by_role("link", name="Settings", exact=True).click()
    expect(switch_on(page)).to_be_checked()
    switch_on(page).focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Turn lineage tracking off?")).to_be_visible()
    page.get_by_role("button", name="Turn off").press("Enter")
    expect(switch_on(page)).not_to_be_checked()
    expect(page.get_by_role("row", name="alice@example.org")).to_contain_text("Off")
    answer = send(make_event())
    assert answer.status_code == 202
    assert "off" in answer.content.decode()
    page.reload()
    expect(page.get_by_role("table", name="Events not captured")).to_contain_text("1")


def test_owner_may_think_again(new_page, alice, cloud, send):
    page = new_page(alice)
    page.goto(f"/clouds/{cloud.pk}/settings/")
    switch_on(page).click()
    page.get_by_role("link", name="Cancel").click()
    expect(switch_on(page)).to_be_checked()
    assert send(make_event()).status_code == 201


def test_member_finds_the_switch_locked_with_the_reason(new_page, bob, cloud):
    page = new_page(bob)
    page.goto(f"/clouds/{cloud.pk}/settings/")
    expect(switch_on(page)).to_be_disabled()
    expect(switch_on(page)).to_have_accessible_description(re.compile("^Only owners of this cloud may change this"))
    client = Client()
    client.force_login(bob)
    assert client.post(f"/clouds/{cloud.pk}/settings/lineage/", {"enabled": "0"}).status_code == 403


def test_settings_fit_a_small_screen(new_page, alice, cloud):
    page = new_page(alice)
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("", f"{cloud.pk}/", f"{cloud.pk}/settings/", f"{cloud.pk}/settings/keys/", "../organization/"):
        page.goto(f"/clouds/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
