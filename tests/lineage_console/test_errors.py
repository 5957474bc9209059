"""The pages of faults: what happened, and what to do."""

from unittest import mock

import pytest
from django.test import Client

from tests.pages import read, said


def test_500_says_what_to_do_and_needs_nothing(as_alice):
    as_alice.raise_request_exception = False
    with mock.patch("clouds.access.Viewer.organization", new_callable=mock.PropertyMock, side_effect=RuntimeError):
        page = read(as_alice.get("/datasets/"), 500)
    assert said(page.h1) == "The console could not do that"
    assert "tell who runs the console" in said(page.main)
    assert "style" not in page.main.attrs


def test_404_leads_on(as_alice):
    page = read(as_alice.get("/datasets/999999/"), 404)
    assert said(page.h1) == "There is no such page"
    assert [link["href"] for link in page.main.select("a")] == ["/clouds/", "/search/"]


def test_403_says_who_may(as_bob, cloud):
    page = read(as_bob.post(f"/clouds/{cloud.pk}/settings/lineage/", {"enabled": "0"}), 403)
    assert said(page.h1) == "You may not do that"
    assert "Nothing has been changed. An owner can do it" in said(page.main)


@pytest.mark.parametrize("path", ["/theme/", "/organization/choose/"])
def test_405_says_that_nothing_was_done(as_alice, path):
    answer = as_alice.get(path)
    page = read(answer, 405)
    assert said(page.h1) == "This address only takes what a form sends"
    assert "Nothing has been changed" in said(page.main)
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize("path", ["/theme/", "/organization/choose/"])
def test_a_form_of_another_session_is_offered_again(alice, cloud, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = read(client.post(path, {"theme": "dark"}, headers={"origin": "http://testserver"}), 403)
    assert said(page.h1) == "What you typed is still here"
    assert page.select_one("main form")["action"] == path
