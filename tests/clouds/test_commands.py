from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from clouds import keys
from clouds.models import ApiKey, Cloud, CloudMembership, Membership, Organization, Role
from clouds.setup import first_organization


def run(name, *words, **options) -> list[str]:
    out = StringIO()
    call_command(name, *words, stdout=out, **options)
    return out.getvalue().splitlines()


def test_key_is_printed_alone_on_the_last_line(cloud, alice):
    lines = run("create_api_key", "--cloud", "default", "--owner", "alice@example.org")
    key = keys.authenticate(lines[-1])
    assert (key.cloud, key.owner, key.scopes, key.project) == (cloud, alice, "ingest,read", None)
    assert sum(lines[-1] in line for line in lines) == 1


def test_key_takes_scope_and_project(cloud, bob):
    words = ["--cloud", str(cloud.pk), "--project", "plans", "--scope", "read", "--owner", "Bob@example.org"]
    key = keys.authenticate(run("create_api_key", *words)[-1])
    assert (key.scopes, key.project.name, key.owner) == ("read", "plans", bob)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--cloud", "nowhere", "--owner", "alice@example.org"], 'no cloud "nowhere".*There are: default'),
        (["--cloud", "default", "--owner", "nobody@example.org"], "add_member nobody@example.org"),
        (["--cloud", "default", "--owner", "alice@example.org", "--scope", "write"], 'Unknown scope "write"'),
        (["--cloud", "default", "--owner", "charlie@example.org"], "add_member charlie@example.org"),
    ],
)
def test_key_is_refused_with_what_to_do(cloud, alice, charlie, words, error):
    with pytest.raises(CommandError, match=error):
        run("create_api_key", *words)
    assert not ApiKey.objects.exists()


def test_key_of_a_private_cloud_needs_its_member(cloud, bob):
    cloud.private = True
    cloud.save()
    with pytest.raises(CommandError, match="--cloud default"):
        run("create_api_key", "--cloud", "default", "--owner", "bob@example.org")


def test_ambiguous_cloud_asks_for_the_organization(cloud, charlie, alice):
    Cloud.objects.create(organization=Organization.objects.get(name="elsewhere"), name="default")
    with pytest.raises(CommandError, match="--organization"):
        run("create_api_key", "--cloud", "default", "--owner", "alice@example.org")
    words = ["--cloud", "default", "--organization", "default", "--owner", "alice@example.org"]
    assert keys.authenticate(run("create_api_key", *words)[-1]).cloud == cloud


def test_organization_is_made_undecided(db):
    run("create_organization", "Acme")
    assert Organization.objects.get(name="Acme").lineage_enabled is None
    with pytest.raises(CommandError, match="already"):
        run("create_organization", "Acme")


def test_cloud_is_made_with_lineage_off(organization):
    run("create_cloud", "research", "--private")
    made = Cloud.objects.get(name="research")
    assert (made.private, made.lineage_enabled, made.organization) == (True, False, organization)
    with pytest.raises(CommandError, match="already"):
        run("create_cloud", "research")


def test_cloud_asks_which_organization(organization, charlie):
    with pytest.raises(CommandError, match="There are: default, elsewhere"):
        run("create_cloud", "research")
    run("create_cloud", "research", "--organization", "elsewhere")
    assert Cloud.objects.get().organization.name == "elsewhere"


def test_cloud_needs_an_organization(db):
    with pytest.raises(CommandError, match="create_organization"):
        run("create_cloud", "research")


def test_member_is_added_and_their_role_changed(organization):
    run("add_member", "Dora@Example.org", "--role", "member")
    run("add_member", "dora@example.org", "--role", "owner")
    membership = Membership.objects.get()
    assert (membership.user.email, membership.role) == ("dora@example.org", Role.OWNER)


def test_member_is_added_to_a_cloud(cloud, alice):
    run("add_member", "dora@example.org", "--role", "owner", "--cloud", "default")
    run("add_member", "alice@example.org", "--role", "member", "--cloud", "default")
    roles = set(CloudMembership.objects.values_list("user__email", "role"))
    assert roles == {("dora@example.org", "owner"), ("alice@example.org", "member")}
    assert Membership.objects.get(user__email="dora@example.org").role == Role.MEMBER
    assert Membership.objects.get(user=alice).role == Role.OWNER


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["nonsense", "--role", "member"], "no e-mail address"),
        (["dora@example.org", "--role", "king"], "invalid choice"),
        (["dora@example.org", "--role", "member", "--cloud", "nowhere"], "no cloud"),
    ],
)
def test_member_is_refused_with_what_to_do(cloud, words, error):
    with pytest.raises(CommandError, match=error):
        run("add_member", *words)
    assert not get_user_model().objects.exists()


def path_of(lines) -> str:
    assert lines[-1].startswith("http://127.0.0.1:8000/sign-in/")
    return lines[-1].removeprefix("http://127.0.0.1:8000")


def test_sign_in_link_signs_in_once(as_alice, alice, monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("HOST", raising=False)
    path = path_of(run("sign_in_link", "alice@example.org"))
    visitor = Client()
    assert visitor.get(path).headers["Location"] == "/datasets/"
    assert visitor.get("/clouds/").status_code == 200
    assert Client().get(path).status_code == 410


def test_sign_in_link_takes_the_consoles_address(alice):
    (line,) = run("sign_in_link", "alice@example.org", "--base-url", "https://lineage.example.com/")
    assert line.startswith("https://lineage.example.com/sign-in/")


def test_sign_in_link_needs_a_user(db):
    with pytest.raises(CommandError, match="add_member"):
        run("sign_in_link", "nobody@example.org")


def test_first_organization_is_made_once(db):
    cloud, owner = first_organization()
    assert first_organization() == (cloud, owner)
    assert (cloud.name, cloud.organization.name, cloud.lineage_enabled) == ("default", "default", True)
    assert owner.email == "owner@example.com"
    assert owner.memberships.get().role == Role.OWNER


def test_first_organization_keeps_what_was_changed(db):
    first_organization()
    Cloud.objects.update(lineage_enabled=False)
    assert not first_organization()[0].lineage_enabled
