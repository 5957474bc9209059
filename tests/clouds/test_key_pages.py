import pytest
from django.test import Client

from clouds import keys
from clouds.models import ApiKey
from tests.pages import column, read, said

WANTED = {"name": "nightly", "scopes": ["ingest"], "project": ""}


@pytest.fixture
def path(cloud):
    return f"/clouds/{cloud.pk}/settings/keys/"


def test_key_is_shown_once(as_alice, alice, path, cloud):
    answer = as_alice.post(f"{path}create/", WANTED)
    page = read(answer, status=201)
    raw = said(page.select_one("#secret"))
    made = keys.authenticate(raw)
    assert (made.cloud, made.owner, made.scopes, made.name) == (cloud, alice, "ingest", "nightly")
    assert "no-store" in answer.headers["Cache-Control"]
    page = read(as_alice.get(path))
    assert raw not in str(page)
    assert column(page, "Name") == [f"nightly {made.prefix}…"]
    assert column(page, "Scopes") == ["ingest"]


def test_key_is_bound_to_a_project(as_alice, path):
    as_alice.post(f"{path}create/", WANTED | {"project": "plans"})
    assert ApiKey.objects.get().project.name == "plans"


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["everything"]}, {"name": "x" * 201}, {"project": "a\0b"}]
)
def test_bad_key_is_explained_and_what_was_typed_stays(as_alice, path, wrong):
    page = read(as_alice.post(f"{path}create/", WANTED | wrong), status=422)
    assert page.select_one(".invalid")
    if "name" not in wrong:
        assert page.select_one("[name=name]")["value"] == "nightly"
    assert not ApiKey.objects.exists()


def test_last_use_is_shown(as_alice, alice, cloud, path):
    _key, raw = keys.create_key(cloud, alice)
    assert column(read(as_alice.get(path)), "Last used") == ["Never"]
    keys.authenticate(raw)
    assert column(read(as_alice.get(path)), "Last used") == ["just now"]


def test_revoked_key_works_no_longer(as_alice, alice, cloud, path):
    key, raw = keys.create_key(cloud, alice, name="nightly")
    page = read(as_alice.post(f"{path}{key.pk}/revoke/", follow=True))
    assert "Revoked" in said(page.select_one("tbody"))
    assert Client(headers={"Authorization": f"Bearer {raw}"}).get("/api/clouds/").status_code == 401


def test_member_has_their_own_keys_and_sees_no_others(as_bob, alice, cloud, path):
    others, raw = keys.create_key(cloud, alice, name="alices")
    as_bob.post(f"{path}create/", WANTED)
    page = read(as_bob.get(path))
    assert [said(each).split()[0] for each in page.select("tbody th")] == ["nightly"]
    assert others.prefix not in str(page)
    assert as_bob.post(f"{path}{others.pk}/revoke/").status_code == 404
    assert keys.authenticate(raw)


def test_owner_revokes_the_keys_of_members(as_alice, bob, cloud, path):
    key, raw = keys.create_key(cloud, bob)
    as_alice.post(f"{path}{key.pk}/revoke/")
    assert keys.authenticate(raw) is None


def test_stranger_makes_and_revokes_nothing(as_charlie, alice, cloud, path):
    key, raw = keys.create_key(cloud, alice)
    assert as_charlie.post(f"{path}create/", WANTED).status_code == 404
    assert as_charlie.post(f"{path}{key.pk}/revoke/").status_code == 404
    assert keys.authenticate(raw)


def test_a_reload_makes_no_other_key(as_alice, path):
    form = {**WANTED, "csrfmiddlewaretoken": "of the first page"}
    assert as_alice.post(f"{path}create/", form).status_code == 201
    assert as_alice.post(f"{path}create/", form).url == path
    assert ApiKey.objects.count() == 1
    assert not read(as_alice.get(path)).select_one("#secret")
    assert as_alice.post(f"{path}create/", {**form, "csrfmiddlewaretoken": "of another"}).status_code == 201


def test_keys_are_made_by_post_only(as_alice, path):
    assert as_alice.get(f"{path}create/").url == path
    assert not ApiKey.objects.exists()
