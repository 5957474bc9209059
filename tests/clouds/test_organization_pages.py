import re

import pytest
from django.test import Client

from clouds import capture, keys
from clouds.models import Cloud, Membership, Organization, SwitchChange
from tests.pages import column, read, region, said


@pytest.fixture
def as_admin(admin_user):
    client = Client()
    client.force_login(admin_user)
    return client


def switch_of(page):
    return page.select_one("[role=switch]")


def test_shows_members_keys_switch_and_audit_log(as_alice, alice, bob, cloud, key):
    capture.switch(cloud, False, alice)
    page = read(as_alice.get("/organization/"))
    assert "bob@example.org" in said(region(page, "Members"))
    assert "default" in said(region(page, "API keys"))
    assert "Lineage tracking default just now alice@example.org default on off" in said(region(page, "Audit log"))
    assert switch_of(page)["aria-checked"] == "true"


def test_member_sees_neither_others_keys_nor_hidden_clouds(as_bob, alice, cloud, organization):
    secret = Cloud.objects.create(organization=organization, name="secret", private=True)
    key, _raw = keys.create_key(cloud, alice, name="alices")
    capture.switch(secret, True, alice)
    text = str(read(as_bob.get("/organization/")))
    assert "secret" not in text
    assert key.prefix not in text


def test_owner_of_a_cloud_sees_its_keys_and_of_others_only_their_own(as_bob, alice, bob, cloud, organization):
    cloud.memberships.create(user=bob, role="owner")
    other = Cloud.objects.create(organization=organization, name="other")
    keys.create_key(cloud, alice, name="alices")
    keys.create_key(other, alice, name="not bobs")
    keys.create_key(other, bob, name="bobs")
    page = region(read(as_bob.get("/organization/")), "API keys")
    assert [name.split(" lc_")[0] for name in column(page, "Name")] == ["alices", "bobs"]


def test_other_organizations_are_not_shown(as_charlie, alice, bob, cloud):
    capture.switch_organization(cloud.organization, False, alice)
    text = str(read(as_charlie.get("/organization/")))
    assert "alice@" not in text
    assert "bob@" not in text


def test_owner_manages_members(as_alice, bob, organization):
    as_alice.post("/organization/members/add/", {"email": "Dora@example.org", "role": "member"})
    dora = Membership.objects.get(user__email="dora@example.org")
    as_alice.post(f"/organization/members/{dora.pk}/role/", {"role": "owner"})
    dora.refresh_from_db()
    assert dora.role == "owner"
    as_alice.post(f"/organization/members/{dora.pk}/remove/")
    assert not Membership.objects.filter(pk=dora.pk).exists()


def test_leaving_takes_roles_and_keys_along(as_alice, as_bob, bob, cloud):
    _key, raw = keys.create_key(cloud, bob)
    cloud.memberships.create(user=bob, role="owner")
    member = Membership.objects.get(user=bob)
    as_alice.post(f"/organization/members/{member.pk}/remove/")
    assert not cloud.memberships.exists()
    assert keys.authenticate(raw) is None
    assert "not a member of any organization" in said(read(as_bob.get("/clouds/"), status=403).main)


def test_last_owner_stays(as_alice, alice):
    member = Membership.objects.get(user=alice)
    for path, sent in (("role", {"role": "member"}), ("remove", {})):
        page = read(as_alice.post(f"/organization/members/{member.pk}/{path}/", sent, follow=True))
        assert "only owner" in said(page.select_one("[role=alert]"))
        assert Membership.objects.get(user=alice).role == "owner"


def test_last_owner_is_not_added_as_a_plain_member(as_alice, alice, bob):
    sent = {"email": "Alice@example.org", "role": "member"}
    page = read(as_alice.post("/organization/members/add/", sent), 422)
    assert "only owner" in said(page.select_one("[role=alert]"))
    assert page.select_one("input[name=email]")["value"] == "Alice@example.org"
    assert Membership.objects.get(user=alice).role == "owner"
    as_alice.post("/organization/members/add/", {"email": "bob@example.org", "role": "owner"})
    read(as_alice.post("/organization/members/add/", sent))
    assert Membership.objects.get(user=alice).role == "member"
    assert Membership.objects.get(user=bob).role == "owner"


def test_member_manages_nobody(as_bob, alice, bob, organization):
    mine, owners = Membership.objects.get(user=bob), Membership.objects.get(user=alice)
    sent = {"email": "dora@example.org", "role": "owner"}
    assert as_bob.post("/organization/members/add/", sent).status_code == 403
    assert as_bob.post(f"/organization/members/{mine.pk}/role/", {"role": "owner"}).status_code == 403
    assert as_bob.post(f"/organization/members/{owners.pk}/remove/").status_code == 403
    assert set(Membership.objects.values_list("user__email", "role")) == {
        ("alice@example.org", "owner"),
        ("bob@example.org", "member"),
    }


def test_owner_touches_no_member_of_another_organization(as_charlie, bob):
    member = Membership.objects.get(user=bob)
    assert as_charlie.post(f"/organization/members/{member.pk}/role/", {"role": "owner"}).status_code == 404
    assert as_charlie.post(f"/organization/members/{member.pk}/remove/").status_code == 404


def test_link_for_a_new_member_is_shown_on_ones_own_machine(as_alice, settings):
    settings.LINEAGE_LOCAL = True
    sent = {"email": "dora@example.org", "role": "member"}
    page = read(as_alice.post("/organization/members/add/", sent))
    link = said(page.select_one(".secret code"))
    assert link.startswith("http://testserver/sign-in/")
    assert Client().get(link.removeprefix("http://testserver")).status_code == 302


def test_owner_gets_no_link_of_a_person_with_many_tenants(as_charlie, bob, settings):
    settings.LINEAGE_LOCAL = False
    for email in ("bob@example.org", "dora@example.org"):
        answer = as_charlie.post("/organization/members/add/", {"email": email, "role": "member"})
        assert not re.search(rb"/sign-in/[^\"]", answer.content)


def test_nobody_gets_a_link_of_someone_who_signs_in_already(as_alice, as_charlie, settings):
    settings.LINEAGE_LOCAL = True
    answer = as_charlie.post("/organization/members/add/", {"email": "alice@example.org", "role": "member"})
    assert not re.search(rb"/sign-in/[^\"]", answer.content)


def test_owner_may_not_turn_the_organizations_switch_with_many_tenants(as_alice, organization, settings):
    settings.LINEAGE_LOCAL = False
    page = read(as_alice.get("/organization/"))
    assert switch_of(page).has_attr("disabled")
    assert "Only an administrator" in said(page.find(id="switch-help"))
    for path in ("/organization/switch/", f"/organization/all/{organization.pk}/switch/"):
        assert as_alice.post(path, {"enabled": "0"}).status_code == 403
    assert as_alice.get("/organization/all/").status_code == 403
    organization.refresh_from_db()
    assert organization.lineage_enabled


def test_owner_turns_the_organizations_switch_on_their_own_machine(as_alice, as_bob, organization, settings):
    settings.LINEAGE_LOCAL = True
    page = read(as_alice.get("/organization/switch/", {"enabled": "0"}))
    assert "those of running clusters included" in said(page.main)
    page = read(as_alice.post("/organization/switch/", {"enabled": "0"}, follow=True))
    assert "The organization on off" in said(region(page, "Audit log"))
    assert as_bob.post("/organization/switch/", {"enabled": "1"}).status_code == 403


def test_administrator_turns_the_switch_of_any_organization(as_admin, admin_user, organization, settings):
    settings.LINEAGE_LOCAL = False
    organization.lineage_enabled = None
    organization.save()
    page = read(as_admin.get("/organization/all/"))
    assert column(page, "Lineage tracking") == ["Off"]
    link = page.select_one("tbody a")["href"]
    assert "Lineage pages appear" in said(read(as_admin.get(link)).main)
    page = read(as_admin.post(link.partition("?")[0], {"enabled": "1"}, follow=True))
    assert column(page, "Lineage tracking") == ["On"]
    assert SwitchChange.objects.get().changed_by == admin_user


def test_administrator_without_an_organization_is_shown_the_way(as_admin, organization):
    page = read(as_admin.get("/organization/"), status=403)
    assert page.main.select_one("a")["href"] == "/organization/all/"


def test_admin_site_writes_the_switch_down(as_admin, admin_user, organization):
    path = f"/admin/clouds/organization/{organization.pk}/change/"
    form = {
        "name": "default",
        "lineage_enabled": "false",
        "created_at_0": "2026-01-01",
        "created_at_1": "00:00:00",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    assert as_admin.post(path, form).status_code == 302
    organization.refresh_from_db()
    assert organization.lineage_enabled is False
    assert SwitchChange.objects.get().changed_by == admin_user


@pytest.mark.parametrize("model", ["organization", "cloud", "project", "apikey", "switchchange", "cluster"])
def test_admin_site_lists(as_admin, cloud, key, model):
    capture.switch(cloud, False, None)
    capture.cluster_starts(cloud, "ses_1", None)
    read(as_admin.get(f"/admin/clouds/{model}/"))


@pytest.mark.parametrize("path", ["/datasets/", "/models/", "/workloads/"])
def test_lineage_is_not_there_while_it_is_off(as_alice, organization, path):
    organization.lineage_enabled = False
    organization.save()
    page = read(as_alice.get(path), status=404)
    assert "switched off for the organization" in said(page.main)
    assert not page.select('a[href^="/datasets"], a[href^="/models"], a[href^="/workloads"]')


def test_member_of_two_chooses_between_them(as_alice, alice, charlie, organization):
    elsewhere = Organization.objects.get(name="elsewhere")
    Membership.objects.create(organization=elsewhere, user=alice)
    sent = {"organization": elsewhere.pk, "next": "/clouds/"}
    assert as_alice.post("/organization/choose/", sent).headers["Location"] == "/clouds/"
    assert said(read(as_alice.get("/organization/")).h1) == "elsewhere"


def test_choosing_one_of_others_changes_nothing(as_bob, charlie):
    elsewhere = Organization.objects.get(name="elsewhere")
    sent = {"organization": elsewhere.pk, "next": "https://evil.example/"}
    assert as_bob.post("/organization/choose/", sent).headers["Location"] == "/clouds/"
    assert said(read(as_bob.get("/organization/")).h1) == "default"


def test_posts_need_the_csrf_token(alice, cloud):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    sent = {"email": "dora@example.org", "role": "member"}
    assert client.post("/organization/members/add/", sent).status_code == 403
