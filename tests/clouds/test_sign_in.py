from datetime import datetime, timedelta

import pytest
from django.test import Client

from clouds.links import SignInToken, redeem, sign_in_path
from tests.pages import read, said

PASSWORD = "correct horse"


def sign_in(client, email, password=PASSWORD, path="/sign-in/"):
    return client.post(path, {"username": email, "password": password})


def test_signs_in_with_a_password(alice, cloud, client):
    assert sign_in(client, " Alice@Example.org").headers["Location"] == "/datasets/"
    assert client.get("/clouds/").status_code == 200


def test_begins_at_the_clouds_while_lineage_is_off(alice, organization, client):
    organization.lineage_enabled = False
    organization.save()
    assert sign_in(client, "alice@example.org").headers["Location"] == "/clouds/"


def test_says_that_the_password_is_wrong(alice, client):
    page = read(sign_in(client, "alice@example.org", "wrong"))
    assert said(page.select_one("[role=alert]")).startswith("The e-mail address or the password is wrong.")
    assert page.select_one("[name=username]")["value"] == "alice@example.org"


def test_explains_links(db, client):
    assert "sign_in_link" in said(read(client.get("/sign-in/")).main)


def test_returns_to_the_page_that_was_asked_for(alice, cloud, client):
    asked = client.get("/clouds/").headers["Location"]
    assert asked == "/sign-in/?next=/clouds/"
    assert sign_in(client, "alice@example.org", path=asked).headers["Location"] == "/clouds/"


def test_never_leads_to_another_site(alice, cloud, client):
    path = "/sign-in/?next=https://evil.example/"
    assert sign_in(client, "alice@example.org", path=path).headers["Location"] == "/datasets/"


def test_signs_out_by_post_only(as_alice):
    assert as_alice.get("/sign-out/").status_code == 405
    assert as_alice.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert as_alice.get("/clouds/").status_code == 302


def test_link_works_once(alice, cloud):
    path = sign_in_path(alice)
    assert Client().get(path).status_code == 302
    page = read(Client().get(path), status=410)
    assert "works once" in said(page.main)


def test_head_request_of_a_previewer_does_not_use_the_link_up(alice, cloud):
    path = sign_in_path(alice)
    assert Client().head(path).status_code == 405
    assert Client().get(path).status_code == 302


def test_link_is_worthless_after_another_sign_in(alice, cloud, client):
    path = sign_in_path(alice)
    sign_in(client, "alice@example.org")
    assert Client().get(path).status_code == 410


def test_link_is_valid_for_a_day(alice, monkeypatch):
    uid, token = sign_in_path(alice).strip("/").split("/")[1:]
    later = datetime.now() + timedelta(hours=24, minutes=1)
    monkeypatch.setattr(SignInToken, "_now", lambda self: later)
    assert redeem(uid, token) is None
    monkeypatch.setattr(SignInToken, "_now", lambda self: later - timedelta(minutes=2))
    assert redeem(uid, token) == alice


@pytest.mark.parametrize(
    "path", ["/sign-in/x/y/", "/sign-in/MQ/x-y/", "/sign-in/4pyT/a-b/", "/sign-in/OTk5OTk5OTk5OTk5OTk5OTk5OTk5/a-b/"]
)
def test_made_up_link_is_refused(alice, client, path):
    assert client.get(path).status_code == 410


def test_link_of_another_person_is_refused(alice, bob, client):
    _, mine, _token = sign_in_path(alice).strip("/").split("/")
    _, _uid, bobs = sign_in_path(bob).strip("/").split("/")
    assert client.get(f"/sign-in/{mine}/{bobs}/").status_code == 410


def test_deactivated_person_cannot_use_a_link(alice, client):
    path = sign_in_path(alice)
    alice.is_active = False
    alice.save()
    assert client.get(path).status_code == 410
