import pytest
from django.http import Http404

from clouds.access import Viewer
from clouds.keys import create_key
from clouds.models import Cloud, CloudMembership, Membership, Organization, Role
from clouds.projects import project_for


@pytest.fixture
def secret(organization):
    return Cloud.objects.create(organization=organization, name="secret", private=True)


def names(rows):
    return [row.name for row in rows]


def test_owner_of_the_organization_sees_and_owns_every_cloud(alice, cloud, secret):
    viewer = Viewer(alice)
    assert names(viewer.clouds) == ["default", "secret"]
    assert viewer.owns(cloud)
    assert viewer.owns(secret)
    assert viewer.sees_all
    assert viewer.is_owner


def test_member_sees_no_private_cloud_of_others(bob, cloud, secret):
    viewer = Viewer(bob)
    assert names(viewer.clouds) == ["default"]
    assert not viewer.owns(cloud)
    assert not viewer.owns(secret)
    assert not viewer.sees_all
    assert not viewer.is_owner


def test_member_sees_everything_where_nothing_is_private(bob, cloud):
    assert Viewer(bob).sees_all


def test_member_of_a_private_cloud_sees_it(bob, cloud, secret):
    CloudMembership.objects.create(cloud=secret, user=bob)
    viewer = Viewer(bob)
    assert names(viewer.clouds) == ["default", "secret"]
    assert not viewer.owns(secret)


def test_owner_of_a_cloud_owns_only_that(bob, cloud, secret):
    CloudMembership.objects.create(cloud=cloud, user=bob, role=Role.OWNER)
    viewer = Viewer(bob)
    assert viewer.owns(cloud)
    assert not viewer.is_owner
    assert names(viewer.clouds) == ["default"]


def test_membership_of_a_cloud_is_nothing_without_one_of_its_organization(charlie, cloud, secret):
    CloudMembership.objects.create(cloud=secret, user=charlie, role=Role.OWNER)
    viewer = Viewer(charlie)
    assert viewer.clouds == []
    assert not viewer.owns(secret)


def test_stranger_sees_nothing_of_another_organization(charlie, cloud):
    project_for(cloud, "plans")
    viewer = Viewer(charlie)
    assert viewer.organization.name == "elsewhere"
    assert list(viewer.all_projects()) == []


def test_nobody_sees_nothing(cloud):
    viewer = Viewer()
    assert viewer.user is None
    assert viewer.organization is None
    assert viewer.clouds == []
    assert not viewer.sees_all
    assert not viewer.lineage_on


def test_superuser_sees_no_data_of_organizations_they_are_not_in(admin_user, cloud):
    viewer = Viewer(admin_user)
    assert viewer.organization is None
    assert viewer.is_administrator


def test_organization_is_the_chosen_one_among_ones_own(alice, charlie, organization):
    other = Organization.objects.get(name="elsewhere")
    assert Viewer(alice, session={"organization": other.pk}).organization == organization
    Membership.objects.create(organization=other, user=alice)
    assert Viewer(alice, session={"organization": other.pk}).organization == other
    assert Viewer(alice).organization == organization


def test_cloud_is_chosen_by_name_or_id(alice, cloud, secret):
    assert Viewer(alice, {"cloud": "secret"}).cloud == secret
    assert Viewer(alice, {"cloud": str(secret.pk)}).cloud == secret
    assert Viewer(alice, {"cloud": ""}).cloud is None


@pytest.mark.parametrize("value", ["secret", "nowhere", "9" * 40, "a\0b", "²"])
def test_cloud_that_is_not_seen_is_not_found(bob, cloud, secret, value):
    viewer = Viewer(bob, {"cloud": value})
    with pytest.raises(Http404):
        _ = viewer.cloud
    assert viewer.cloud is None, "the page of the error must not fail in turn"


def test_project_is_chosen_by_name_or_id(alice, cloud, secret):
    one, other = project_for(cloud, "plans"), project_for(secret, "plans")
    viewer = Viewer(alice, {"project": "plans"})
    assert set(viewer.projects()) == {one, other}
    assert viewer.project == one
    assert list(Viewer(alice, {"project": str(other.pk)}).projects()) == [other]
    assert list(Viewer(alice, {"cloud": "secret", "project": "plans"}).projects()) == [other]
    assert list(Viewer(alice, {"cloud": "secret"}).projects()) == [other]


@pytest.mark.parametrize("value", ["hidden", "9" * 40, "a\0b", "²"])
def test_project_that_is_not_seen_is_not_found(bob, cloud, secret, value):
    project_for(secret, "hidden")
    with pytest.raises(Http404):
        Viewer(bob, {"project": value}).projects()


def test_project_of_a_private_cloud_is_not_found_by_its_id(bob, cloud, secret):
    hidden = project_for(secret, "hidden")
    with pytest.raises(Http404):
        Viewer(bob, {"project": str(hidden.pk)}).projects()


def test_viewer_costs_a_query_for_the_organization_and_one_for_the_clouds(
    bob, cloud, secret, django_assert_num_queries
):
    viewer = Viewer(bob)
    with django_assert_num_queries(1):
        assert viewer.organization
        assert viewer.lineage_on
    with django_assert_num_queries(1):
        assert viewer.clouds
        assert viewer.clouds[0].organization == viewer.organization
        assert not viewer.sees_all
        assert not viewer.owns(cloud)


def test_key_sees_its_own_cloud_only(alice, cloud, secret):
    project_for(cloud, "plans")
    project_for(secret, "hidden")
    key, _raw = create_key(cloud, alice)
    viewer = Viewer(key=key)
    assert names(viewer.clouds) == ["default"]
    assert names(viewer.all_projects()) == ["plans"]
    assert not viewer.sees_all
    assert not viewer.owns(cloud)
    assert not viewer.is_owner


def test_key_bound_to_a_project_sees_that_only(alice, cloud):
    mine = project_for(cloud, "mine")
    project_for(cloud, "others")
    key, _raw = create_key(cloud, alice, project=mine)
    assert names(Viewer(key=key).all_projects()) == ["mine"]
    with pytest.raises(Http404):
        Viewer({}, {"project": "others"}, key=key).projects()


@pytest.mark.parametrize(
    ("chosen", "local", "on"),
    [(None, False, False), (None, True, True), (False, True, False), (False, False, False), (True, False, True)],
)
def test_undecided_organization_is_on_in_local_mode_only(alice, organization, settings, chosen, local, on):
    settings.LINEAGE_LOCAL = local
    organization.lineage_enabled = chosen
    organization.save()
    assert Viewer(alice).lineage_on is on


def test_project_is_made_once(cloud, django_assert_num_queries):
    made = project_for(cloud, "p" * 5000)
    with django_assert_num_queries(1):
        assert project_for(cloud, "p" * 5000) == made
