"""A session that ends while someone types takes nothing along."""

import pytest
from django.test import Client

from clouds.links import sign_in_path
from tests.pages import read, said

pytestmark = pytest.mark.django_db
FORM = {"email": "dora@example.org", "role": "member"}
ADDRESS = "/organization/members/add/"


def offered(page) -> dict:
    form = page.select_one("main form")
    return {"action": form["action"], **{each["name"]: each.get_text()[1:] for each in form.select("textarea")}}


def test_what_was_typed_is_there_after_signing_in(client, alice, organization):
    answer = client.post(ADDRESS, FORM)
    assert answer.url == "/sign-in/?next=/sign-in/again/"
    assert "what you typed is kept" in said(read(client.get(answer.url)))
    signed = {"username": alice.email, "password": "correct horse", "next": "/sign-in/again/"}
    answer = client.post("/sign-in/", signed)
    page = read(client.get(answer.url))
    assert offered(page) == {"action": ADDRESS, **FORM}
    assert "dora@example.org" in said(page)
    assert "dora@example.org is a member now" in said(read(client.post(ADDRESS, FORM)))
    assert client.get("/sign-in/again/").status_code == 302


def test_a_link_to_sign_in_leads_there_too(client, alice, organization):
    client.post(ADDRESS, FORM)
    assert client.get(sign_in_path(alice)).url == "/sign-in/again/"


def test_what_is_too_large_is_not_kept(client, alice):
    assert client.post(ADDRESS, {"email": "x" * 300_000}).url == f"/sign-in/?next={ADDRESS}"


def test_a_form_older_than_the_session_is_offered_again(alice, organization):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = read(client.post(ADDRESS, FORM, headers={"origin": "http://testserver"}), 403)
    assert offered(page) == {"action": ADDRESS, **FORM}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_nothing_is_taken_from_other_pages(alice, organization, origin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = read(client.post(ADDRESS, FORM, headers={"origin": origin} if origin else {}), 403)
    assert not page.select("main form")
    assert "did not come from a page of this console" in said(page)
