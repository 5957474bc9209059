"""A sender is remembered between requests, and still checked with each commit."""

import pytest
from django.utils import timezone

from clouds.capture import switch, switch_organization
from clouds.models import ApiKey, Cloud, Membership
from ingestion import admission
from ingestion.models import RawEvent, RejectedEvent
from lineage.models import Node
from tests.events import make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def warm(send):
    """`send`, after a first event: the key is remembered now."""
    assert send(make_event()).status_code == 201
    assert len(admission.REMEMBERED) == 1
    return send


def test_a_revoked_key_stores_nothing_more(warm):
    ApiKey.objects.update(revoked_at=timezone.now())
    assert warm(make_event(job="later")).status_code == 401
    assert warm([make_event(job="later")], path="/api/v1/lineage/batch").status_code == 401
    assert RawEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [(b"no JSON", ""), ({"no": "event"}, ""), ([], "/batch"), ([{"no": "event"}], "/batch"), (b"[1", "/batch")],
)
def test_a_revoked_key_is_told_so_whatever_it_sends(warm, body, path):
    ApiKey.objects.update(revoked_at=timezone.now())
    assert warm(body, path=f"/api/v1/lineage{path}").status_code == 401
    assert not RejectedEvent.objects.exists()


def test_the_key_of_someone_who_left_stores_nothing_more(warm):
    Membership.objects.all().delete()
    assert warm(make_event(job="later")).status_code == 401


def test_a_switch_that_is_turned_off_counts_at_once(warm, cloud, alice):
    switch(cloud, False, alice)
    answer = warm(make_event(job="later"))
    assert (answer.status_code, answer.json()["status"]) == (202, "not captured")
    assert RawEvent.objects.count() == 1


def test_a_cloud_that_is_renamed_counts_at_once(warm, cloud):
    Cloud.objects.filter(pk=cloud.pk).update(name="renamed")
    facets = {"lc_workload": {"type": "job", "id": "1", "name": "nightly"}}
    assert warm(make_event(facets=facets)).status_code == 201
    assert Node.objects.get(name="nightly").namespace.startswith("lineage://renamed/")


def test_the_organizations_switch_counts_at_once(warm, organization, alice):
    switch_organization(organization, False, alice)
    assert warm(make_event(job="later")).status_code == 202


def test_a_run_that_began_while_lineage_was_off_stays_refused(warm, cloud, alice):
    run = "0197a000-0000-7000-8000-00000000abcd"
    switch(cloud, False, alice)
    assert warm(make_event(run=run, type="START")).status_code == 202
    switch(cloud, True, alice)
    answer = warm(make_event(run=run))
    assert answer.status_code == 202
    assert "when the run began" in answer.json()["reason"]
    assert warm(make_event(job="new")).status_code == 201


def test_a_run_that_began_while_lineage_was_on_is_captured_to_its_end(warm, cloud, alice):
    run = "0197a000-0000-7000-8000-00000000abcd"
    assert warm(make_event(run=run, type="START")).status_code == 201
    switch(cloud, False, alice)
    assert warm(make_event(run=run)).status_code == 201


def test_an_event_that_names_another_cloud_is_403(warm):
    facets = {"lc_workload": {"type": "job", "id": "1", "cloudId": "elsewhere"}}
    answer = warm(make_event(facets=facets))
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["path"] == "$.run.facets.lc_workload.cloudId"
