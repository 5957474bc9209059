from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from clouds import keys
from clouds.models import ApiKey, CloudMembership, Membership
from clouds.projects import project_for


@pytest.fixture
def made(cloud, alice):
    return keys.create_key(cloud, alice, name="nightly")


def post(raw=None, **headers):
    if raw:
        headers["HTTP_AUTHORIZATION"] = f"Bearer {raw}"
    return RequestFactory().post("/api/v1/lineage", **headers)


def test_secret_is_not_kept(made):
    key, raw = made
    kept = ApiKey.objects.values_list().get(pk=key.pk)
    assert raw not in str(kept)
    assert raw.startswith(key.prefix)
    assert len(raw) > 40


def test_admits_a_key_with_one_query(made, cloud, django_assert_num_queries):
    key, raw = made
    keys.admit(post(raw))
    with django_assert_num_queries(1):
        admission = keys.admit(post(raw))
        assert (admission.cloud, admission.key, admission.project) == (cloud, key, None)
        assert admission.owner_email == "alice@example.org"
        assert admission.cloud.organization.name == "default"


def test_admits_to_the_project_of_the_key(cloud, alice):
    _key, raw = keys.create_key(cloud, alice, project=project_for(cloud, "plans"))
    assert keys.admit(post(raw)).project.name == "plans"


def test_last_use_is_noted_once_a_minute(made, django_assert_num_queries):
    key, raw = made
    with django_assert_num_queries(2):
        keys.admit(post(raw))
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    keys.admit(post(raw))
    key.refresh_from_db()
    assert timezone.now() - key.last_used_at < timedelta(seconds=30)


@pytest.mark.parametrize("raw", ["lc_nonsense", "\udcff", "x" * 5000])
def test_unknown_key_is_refused(made, raw):
    with pytest.raises(keys.Unauthorized):
        keys.admit(post(raw))


def test_revoked_key_is_refused(made):
    key, raw = made
    key.revoked_at = timezone.now()
    key.save()
    with pytest.raises(keys.Unauthorized, match="revoked"):
        keys.admit(post(raw))


def test_key_lacking_the_scope_is_forbidden(cloud, alice):
    _key, raw = keys.create_key(cloud, alice, scopes=["read"])
    with pytest.raises(keys.Forbidden, match="ingest"):
        keys.admit(post(raw))
    assert keys.admit(post(raw), "read").cloud == cloud


def test_key_of_a_deactivated_person_is_refused(made, alice):
    alice.is_active = False
    alice.save()
    assert keys.authenticate(made[1]) is None


def test_key_stops_with_its_owners_membership(cloud, bob):
    _key, raw = keys.create_key(cloud, bob)
    assert keys.authenticate(raw)
    Membership.objects.filter(user=bob).delete()
    assert keys.authenticate(raw) is None


def test_key_stops_when_its_cloud_is_hidden_from_its_owner(cloud, alice, bob):
    _key, bobs = keys.create_key(cloud, bob)
    _key, alices = keys.create_key(cloud, alice)
    cloud.private = True
    cloud.save()
    assert keys.authenticate(bobs) is None
    assert keys.authenticate(alices)
    CloudMembership.objects.create(cloud=cloud, user=bob)
    assert keys.authenticate(bobs)


def test_no_key_is_refused_with_many_tenants(cloud, settings):
    settings.LINEAGE_LOCAL = False
    with pytest.raises(keys.Unauthorized, match="Authorization"):
        keys.admit(post())


def test_no_key_is_needed_on_ones_own_machine(cloud, settings, django_assert_num_queries):
    settings.LINEAGE_LOCAL = True
    with django_assert_num_queries(1):
        assert keys.admit(post()).cloud == cloud
    assert keys.admit(post(HTTP_ORIGIN="http://testserver")).cloud == cloud


def test_wrong_key_is_refused_even_on_ones_own_machine(cloud, settings):
    settings.LINEAGE_LOCAL = True
    with pytest.raises(keys.Unauthorized):
        keys.admit(post("lc_wrong"))


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"HTTP_ORIGIN": "https://evil.example"}, keys.Forbidden),
        ({"HTTP_ORIGIN": "null"}, keys.Forbidden),
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, keys.Unauthorized),
        ({"HTTP_X_FORWARDED_PROTO": "https"}, keys.Unauthorized),
        ({"HTTP_FORWARDED": "for=127.0.0.1"}, keys.Unauthorized),
        ({"REMOTE_ADDR": "10.0.0.7"}, keys.Unauthorized),
        ({"REMOTE_ADDR": ""}, keys.Unauthorized),
    ],
)
def test_foreign_request_needs_a_key_even_in_local_mode(cloud, settings, headers, error):
    settings.LINEAGE_LOCAL = True
    with pytest.raises(error):
        keys.admit(post(**headers))


def test_local_request_needs_a_default_cloud(db, settings):
    settings.LINEAGE_LOCAL = True
    with pytest.raises(keys.Unauthorized, match="make run"):
        keys.admit(post())
