import pytest

from clouds import capture
from clouds.models import Cloud, CloudMembership, SwitchChange
from clouds.projects import project_for
from tests.pages import column, read, region, said


@pytest.fixture
def secret(organization):
    made = Cloud.objects.create(organization=organization, name="secret", private=True)
    project_for(made, "hidden plans")
    return made


def switch_of(page):
    return page.select_one("[role=switch]")


def test_list_shows_what_a_member_may_see(as_alice, as_bob, cloud, secret):
    page = read(as_alice.get("/clouds/"))
    assert column(page, "Name") == ["default", "secret"]
    assert column(page, "Lineage tracking") == ["On", "Off"]
    assert column(page, "Your role") == ["Owner", "Owner"]
    page = read(as_bob.get("/clouds/"))
    assert column(page, "Name") == ["default"]
    assert column(page, "Your role") == ["Member"]


def test_no_cloud_is_on_while_the_organization_is_off(as_alice, cloud, organization):
    assert "Lineage tracking On" in said(region(read(as_alice.get(f"/clouds/{cloud.pk}/")), "Cloud"))
    organization.lineage_enabled = False
    organization.save()
    assert column(read(as_alice.get("/clouds/")), "Lineage tracking") == ["Off for the whole organization"]
    details = said(region(read(as_alice.get(f"/clouds/{cloud.pk}/")), "Cloud"))
    assert "Lineage tracking Off for the whole organization" in details


def test_list_costs_the_same_with_many_clouds(as_alice, organization, django_assert_num_queries):
    with django_assert_num_queries(4):
        as_alice.get("/clouds/")
    for n in range(30):
        Cloud.objects.create(organization=organization, name=f"c{n}")
    with django_assert_num_queries(4):
        as_alice.get("/clouds/")


def test_details_show_projects_members_clusters_and_keys(as_alice, bob, cloud, key):
    project_for(cloud, "plans")
    CloudMembership.objects.create(cloud=cloud, user=bob)
    capture.cluster_starts(cloud, "ses_1", None)
    page = read(as_alice.get(f"/clouds/{cloud.pk}/"))
    assert "plans" in said(region(page, "Projects"))
    assert "bob@example.org · Member" in said(region(page, "Members"))
    assert column(page, "ID") == ["ses_1"]
    assert "1 key" in said(region(page, "API keys"))


@pytest.mark.parametrize(
    "path", ["", "settings/", "settings/general/", "settings/members/", "settings/keys/", "settings/lineage/"]
)
def test_hidden_cloud_is_not_there(as_bob, as_charlie, cloud, secret, path):
    for client, hidden in ((as_bob, secret), (as_charlie, cloud), (as_charlie, secret)):
        answer = client.get(f"/clouds/{hidden.pk}/{path}")
        assert answer.status_code == 404
        assert b"hidden plans" not in answer.content
        assert b"secret" not in answer.content


@pytest.mark.parametrize("path", ["/clouds/", "/clouds/1/", "/clouds/1/settings/", "/organization/"])
def test_pages_ask_to_sign_in(db, client, path):
    assert client.get(path).headers["Location"] == f"/sign-in/?next={path}"


def test_names_are_escaped(as_alice, cloud):
    Cloud.objects.update(name="<script>alert(1)</script>")
    for path in ("/clouds/", f"/clouds/{cloud.pk}/", f"/clouds/{cloud.pk}/settings/"):
        assert b"<script>alert" not in as_alice.get(path).content


def test_owner_turns_lineage_off_after_being_told_what_happens(as_alice, cloud):
    capture.cluster_starts(cloud, "running", None)
    page = read(as_alice.get(f"/clouds/{cloud.pk}/settings/"))
    switch = switch_of(page)
    assert said(page.find(id=switch["aria-labelledby"])) == "Lineage tracking"
    assert switch["aria-checked"] == "true"
    assert not switch.has_attr("disabled")
    form = switch.find_parent("form")
    assert form["action"] == f"/clouds/{cloud.pk}/settings/lineage/"
    told = {each["name"]: each["value"] for each in form.select("input")}
    page = read(as_alice.get(form["action"], told))
    text = said(region(page, "Turn lineage tracking off?"))
    assert "still captured for clusters that are running now" in text
    assert "1 cluster is running now and stays captured" in text
    answer = as_alice.post(form["action"], told, follow=True)
    page = read(answer)
    assert "Lineage tracking is off for “default”." in said(page.main)
    assert switch_of(page)["aria-checked"] == "false"
    assert "alice@example.org" in said(region(page, "History"))


def test_asking_changes_nothing(as_alice, cloud):
    as_alice.get(f"/clouds/{cloud.pk}/settings/lineage/", {"enabled": "0"})
    cloud.refresh_from_db()
    assert cloud.lineage_enabled


def test_turning_on_says_that_running_clusters_stay_uncaptured(as_alice, organization):
    later = Cloud.objects.create(organization=organization, name="later")
    page = read(as_alice.get(f"/clouds/{later.pk}/settings/lineage/", {"enabled": "1"}))
    assert "restart it" in said(region(page, "Turn lineage tracking on?"))


def test_member_sees_a_disabled_switch_with_the_reason(as_bob, cloud):
    page = read(as_bob.get(f"/clouds/{cloud.pk}/settings/"))
    switch = switch_of(page)
    assert switch.has_attr("disabled")
    assert "Only owners" in said(page.find(id=switch["aria-describedby"]))


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("settings/lineage/", {"enabled": "0"}),
        ("settings/general/", {"private": "on"}),
        ("settings/members/add/", {"email": "alice@example.org", "role": "owner"}),
    ],
)
def test_member_is_refused_whatever_the_page_shows(as_bob, alice, cloud, path, sent):
    assert as_bob.post(f"/clouds/{cloud.pk}/{path}", sent).status_code == 403
    cloud.refresh_from_db()
    assert (cloud.lineage_enabled, cloud.private) == (True, False)
    assert not CloudMembership.objects.exists()
    assert not SwitchChange.objects.exists()


def test_switch_is_locked_while_the_organization_is_off(as_alice, cloud, organization):
    organization.lineage_enabled = False
    organization.save()
    page = read(as_alice.get(f"/clouds/{cloud.pk}/settings/"))
    assert switch_of(page).has_attr("disabled")
    assert "administrator" in said(page.find(id="switch-help"))
    assert as_alice.post(f"/clouds/{cloud.pk}/settings/lineage/", {"enabled": "0"}).status_code == 403


def test_nonsense_leads_back_to_the_switch(as_alice, cloud):
    answer = as_alice.post(f"/clouds/{cloud.pk}/settings/lineage/", {"enabled": "maybe"})
    assert answer.headers["Location"] == f"/clouds/{cloud.pk}/settings/"
    assert not SwitchChange.objects.exists()


def test_refused_events_are_shown_by_day(as_alice, cloud):
    capture.switch(cloud, False, None)
    for _n in range(3):
        capture.decide(cloud, run_uuid=None)
    page = read(as_alice.get(f"/clouds/{cloud.pk}/settings/"))
    assert said(region(page, "Events not captured").select_one("tbody")).endswith(" 3")


def test_owner_makes_a_cloud_private(as_alice, as_bob, cloud):
    path = f"/clouds/{cloud.pk}/settings/general/"
    page = read(as_alice.post(path, {"private": "on"}, follow=True))
    assert page.select_one("[name=private]").has_attr("checked")
    assert as_bob.get(f"/clouds/{cloud.pk}/").status_code == 404
    as_alice.post(path, {})
    assert as_bob.get(f"/clouds/{cloud.pk}/").status_code == 200


def members(cloud):
    return set(CloudMembership.objects.filter(cloud=cloud).values_list("user__email", "role"))


def test_owner_manages_members(as_alice, bob, cloud):
    path = f"/clouds/{cloud.pk}/settings/members/"
    as_alice.post(f"{path}add/", {"email": " Bob@Example.org ", "role": "member"})
    assert members(cloud) == {("bob@example.org", "member")}
    row = CloudMembership.objects.get()
    as_alice.post(f"{path}{row.pk}/role/", {"role": "owner"})
    assert members(cloud) == {("bob@example.org", "owner")}
    as_alice.post(f"{path}{row.pk}/role/", {"role": "king"})
    assert members(cloud) == {("bob@example.org", "owner")}
    page = read(as_alice.post(f"{path}{row.pk}/remove/", follow=True))
    assert "bob@example.org is no longer a member" in said(page.main)
    assert members(cloud) == set()


def test_owner_of_a_cloud_brings_in_nobody_from_elsewhere(as_bob, bob, charlie, cloud):
    CloudMembership.objects.create(cloud=cloud, user=bob, role="owner")
    for email in ("charlie@example.org", "nobody@example.org"):
        sent = {"email": email, "role": "member"}
        page = read(as_bob.post(f"/clouds/{cloud.pk}/settings/members/add/", sent), status=422)
        assert "no such member of the organization" in said(page.main)
        assert page.select_one("[name=email]")["value"] == email
    assert members(cloud) == {("bob@example.org", "owner")}


def test_member_of_another_cloud_cannot_be_touched(as_bob, alice, bob, cloud, secret):
    CloudMembership.objects.create(cloud=cloud, user=bob, role="owner")
    other = CloudMembership.objects.create(cloud=secret, user=alice)
    path = f"/clouds/{cloud.pk}/settings/members/{other.pk}"
    assert as_bob.post(f"{path}/remove/").status_code == 404
    assert as_bob.post(f"{path}/role/", {"role": "owner"}).status_code == 404
    assert CloudMembership.objects.get(pk=other.pk).role == "member"


def test_settings_stand_in_a_menu(as_alice, cloud):
    page = read(as_alice.get(f"/clouds/{cloud.pk}/settings/"))
    menu = page.select_one(".settings-menu")
    assert [said(each) for each in menu.select("a")] == ["General", "Platform services", "Members", "API keys"]
    assert said(menu.select_one("[aria-current]")) == "Platform services"
    for link in menu.select("a"):
        read(as_alice.get(link["href"]))


def test_refusal_says_why(as_bob, cloud):
    page = read(as_bob.post(f"/clouds/{cloud.pk}/settings/general/", {}), status=403)
    assert "Only owners of this cloud may do that." in said(page.main)


@pytest.mark.parametrize("path", ["/clouds/999/", "/datasets/?cloud=nowhere", "/nowhere/"])
def test_missing_page_says_so(as_bob, client, cloud, path):
    page = read(as_bob.get(path), status=404)
    assert "There is no such page" in said(page.main)
    assert "Resolver404" not in str(page)


def test_missing_page_says_so_to_a_visitor(client, db):
    assert "There is no such page" in said(read(client.get("/nowhere/"), status=404).main)
