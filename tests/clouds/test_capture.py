from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from clouds import capture
from clouds.models import Cloud, Cluster, RefusedCount, RefusedRun, SwitchChange

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(hours):
    return START + timedelta(hours=hours)


def turned(cloud, hours, enabled):
    """The switch as it was turned in the past."""
    SwitchChange.objects.create(organization=cloud.organization, cloud=cloud, enabled=enabled, changed_at=at(hours))
    Cloud.objects.filter(pk=cloud.pk).update(lineage_enabled=enabled)
    cloud.lineage_enabled = enabled


def decide(cloud, run=None, known=False, **told):
    return capture.decide(cloud, run_uuid=run or uuid4(), run_is_known=known, **told)


@pytest.fixture
def later(organization):
    """A cloud made later: off from the beginning of time."""
    return Cloud.objects.create(organization=organization, name="later")


def test_unchanged_switch_stands_from_the_beginning_of_time(cloud, later):
    assert capture.state_at(cloud, datetime(1970, 1, 1, tzinfo=UTC))
    assert not capture.state_at(later, datetime(1970, 1, 1, tzinfo=UTC))


def test_switch_has_a_history(later):
    for hours, enabled in ((1, True), (2, False), (3, True)):
        turned(later, hours, enabled)
    states = [capture.state_at(later, at(hours)) for hours in (0.5, 1, 1.5, 2.5, 3.5)]
    assert states == [False, True, True, False, True]


def test_enabling_captures_only_clusters_started_afterwards(later):
    turned(later, 1, True)
    assert "Restart" in decide(later, cluster_id="before", cluster_started_at=at(0.5))
    assert decide(later, cluster_id="after", cluster_started_at=at(1.5)) == ""


def test_disabling_keeps_capturing_running_clusters(cloud):
    assert decide(cloud, cluster_id="running", cluster_started_at=at(0)) == ""
    turned(cloud, 1, False)
    assert decide(cloud, cluster_id="running", cluster_started_at=at(0)) == ""
    assert decide(cloud, cluster_id="heard of late", cluster_started_at=at(0.5)) == ""
    assert decide(cloud, cluster_id="new", cluster_started_at=at(1.5))


def test_cluster_that_began_while_off_stays_off(later):
    assert decide(later, cluster_id="c")
    capture.switch(later, True, None)
    assert decide(later, cluster_id="c")
    assert Cluster.objects.get().workload == {}


def test_cluster_is_decided_once_whatever_later_events_say(later):
    turned(later, 1, True)
    assert decide(later, cluster_id="c", cluster_started_at=at(0))
    assert decide(later, cluster_id="c", cluster_started_at=at(2))


def test_cluster_without_a_start_is_decided_when_first_heard_of(later):
    turned(later, 1, True)
    assert decide(later, cluster_id="c", received_at=at(2)) == ""
    assert Cluster.objects.get().started_at == at(2)


def test_ended_cluster_that_starts_again_is_decided_anew(later):
    assert decide(later, cluster_id="workspace", cluster_started_at=at(0))
    capture.end_cluster(later, "workspace", at(2))
    turned(later, 3, True)
    assert decide(later, cluster_id="workspace", cluster_started_at=at(1))
    assert decide(later, cluster_id="workspace", cluster_started_at=at(4)) == ""
    assert Cluster.objects.get().ended_at is None


def test_late_event_of_an_ended_cluster_starts_nothing(later):
    assert decide(later, cluster_id="c", cluster_started_at=at(0))
    capture.end_cluster(later, "c", at(2))
    turned(later, 3, True)
    assert decide(later, cluster_id="c", received_at=at(4))
    assert Cluster.objects.get().ended_at == at(2)


def test_clusters_of_one_name_in_two_clouds_are_two(cloud, later):
    assert decide(cloud, cluster_id="c") == ""
    assert decide(later, cluster_id="c")


def test_run_that_began_while_off_stays_off(later):
    run = uuid4()
    assert "run began" in decide(later, run)
    capture.switch(later, True, None)
    assert decide(later, run)
    assert decide(later) == ""


def test_run_that_began_while_on_stays_on(cloud):
    capture.switch(cloud, False, None)
    assert decide(cloud, known=True) == ""
    assert decide(cloud, known=lambda: True) == ""
    assert decide(cloud, known=lambda: False)


def test_off_on_off(later):
    first, second, third = uuid4(), uuid4(), uuid4()
    assert decide(later, first)
    capture.switch(later, True, None)
    assert decide(later, second) == ""
    capture.switch(later, False, None)
    assert decide(later, first)
    assert decide(later, second, known=True) == ""
    assert decide(later, third)


def test_event_without_a_run_goes_by_the_switch_as_it_stands(cloud):
    assert capture.decide(cloud, run_uuid=None) == ""
    capture.switch(cloud, False, None)
    assert capture.decide(cloud, run_uuid=None)
    assert not RefusedRun.objects.exists()


def test_organization_off_refuses_everything(cloud):
    assert decide(cloud, cluster_id="c") == ""
    capture.switch_organization(cloud.organization, False, None)
    assert "organization" in decide(cloud, cluster_id="c")
    assert decide(cloud, known=True)


def test_undecided_organization_refuses_with_many_tenants(cloud, settings):
    cloud.organization.lineage_enabled = None
    settings.LINEAGE_LOCAL = False
    assert decide(cloud)
    settings.LINEAGE_LOCAL = True
    assert decide(cloud) == ""


def test_refusals_are_counted_by_cloud_and_day_of_utc(later):
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    for received_at in (late, late, late + timedelta(hours=1), late.astimezone()):
        decide(later, received_at=received_at)
    counts = RefusedCount.objects.order_by("day").values_list("day", "events")
    assert [(day.isoformat(), events) for day, events in counts] == [("2026-03-01", 3), ("2026-03-02", 1)]


def test_what_is_captured_is_not_counted(cloud):
    decide(cloud)
    assert not RefusedCount.objects.exists()


def test_refused_run_leaves_only_a_hash(later):
    run = uuid4()
    decide(later, run)
    assert str(run) not in str(list(RefusedRun.objects.values_list()))


def test_usual_cases_cost_one_query(cloud, django_assert_num_queries):
    with django_assert_num_queries(1):
        decide(cloud)
    decide(cloud, cluster_id="c")
    with django_assert_num_queries(1):
        decide(cloud, cluster_id="c")


def test_switch_is_written_down_with_who_and_when(cloud, alice):
    before = timezone.now()
    assert capture.switch(cloud, False, alice)
    change = SwitchChange.objects.get()
    assert (change.cloud, change.enabled, change.changed_by) == (cloud, False, alice)
    assert before <= change.changed_at <= timezone.now()
    assert not Cloud.objects.get(pk=cloud.pk).lineage_enabled


def test_switch_that_stands_so_already_is_no_change(cloud, alice):
    assert not capture.switch(cloud, True, alice)
    assert not SwitchChange.objects.exists()


def test_first_decision_about_an_organization_is_a_change(organization, alice):
    organization.lineage_enabled = None
    organization.save()
    assert capture.switch_organization(organization, False, alice)
    assert SwitchChange.objects.get().cloud is None


def in_thread(work):
    try:
        return work()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_first_events_of_a_cluster_at_once_decide_once(cloud):
    def decide_at(hours):
        told = {"cluster_id": "c", "cluster_started_at": at(hours)}
        return in_thread(lambda: decide(cloud, **told))

    turned(cloud, 4, False)
    with ThreadPoolExecutor(8) as pool:
        reasons = list(pool.map(decide_at, range(8)))
    assert len(set(reasons)) == 1
    assert Cluster.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_refusals_at_once_are_all_counted(later):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _n: in_thread(lambda: decide(later)), range(24)))
    assert RefusedCount.objects.get().events == 24
