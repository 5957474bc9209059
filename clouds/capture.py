"""Is this event captured? Decided once for each cluster and each run, so that none is captured in part.

A cluster is decided by the state of its cloud's switch when it started; a run without a cluster by the state when
its first event came in. The organization's switch is a gate on top of that, as it stands now.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .access import lineage_is_on
from .audit import note
from .models import Action, Cloud, Cluster, Organization, RefusedCount, RefusedRun, SwitchChange
from .projects import hashed

RUN_REFUSED = gettext_lazy("Lineage tracking was off for this cloud when the run began.")


def decide(
    cloud: Cloud,
    *,
    run_uuid,
    cluster_id: str = "",
    cluster_started_at: datetime | None = None,
    received_at: datetime | None = None,
    run_is_known: Callable[[], bool] | bool = False,
) -> str:
    """ "" where the event is to be captured, else the reason, for people to read; the refusal is counted then.

    `run_is_known` says whether the store holds the run already. `cloud` comes with its organization.
    Call it outside the event's own transaction: what it writes must not wait for that.
    """
    received_at = received_at or timezone.now()
    reason = reason_against(cloud, run_uuid, cluster_id, cluster_started_at, received_at, run_is_known)
    if reason:
        count_refused(cloud, received_at)
    return reason


def reason_against(cloud, run_uuid, cluster_id, started_at, received_at, run_is_known) -> str:
    if not lineage_is_on(cloud.organization):
        return _("Lineage tracking is off for this organization.")
    if cluster_id:
        if cluster_for(cloud, cluster_id, started_at, received_at).lineage_enabled:
            return ""
        return _("Lineage tracking was off for this cloud when the cluster started. Restart it to be captured.")
    if run_uuid is None:
        return "" if cloud.lineage_enabled else _("Lineage tracking is off for this cloud.")
    if run_is_captured(cloud, run_uuid, run_is_known):
        return ""
    return RUN_REFUSED


@lru_cache(maxsize=8192)
def run_key(cloud_id: int, run_uuid: str) -> UUID:
    """Of a RefusedRun."""
    return hashed("run", cloud_id, run_uuid)


def run_is_captured(cloud: Cloud, run_uuid, run_is_known) -> bool:
    key = run_key(cloud.pk, run_uuid)
    if RefusedRun.objects.filter(pk=key).exists():
        return False
    if cloud.lineage_enabled or (run_is_known() if callable(run_is_known) else run_is_known):
        return True
    RefusedRun.objects.bulk_create([RefusedRun(key=key)], ignore_conflicts=True)
    return False


def cluster_key(cloud: Cloud, cluster_id: str):
    return hashed("cluster", cloud.pk, cluster_id)


def cluster_for(cloud: Cloud, cluster_id: str, started_at: datetime | None, heard_at: datetime) -> Cluster:
    """The cluster's session, decided now if this is the first that is heard of it; 1 query where it is known.

    A cluster that ended and says that it has started again (a restarted workspace) is decided anew: what comes late and
    names no start is of the session before.
    """
    key = cluster_key(cloud, cluster_id)
    found = Cluster.objects.filter(key=key).first() or first_heard(cloud, cluster_id, key, started_at or heard_at)
    if found.ended_at and started_at and started_at > found.ended_at:
        return restarted(cloud, found, started_at)
    return found


def cluster_starts(cloud: Cloud, cluster_id: str, started_at: datetime | None) -> Cluster:
    """As `cluster_for`, told by the cluster itself: a later start is a new session, whether or not the end of the
    one before was told. Told again without a time, it is the same session."""
    cluster = cluster_for(cloud, cluster_id, started_at, timezone.now())
    later = started_at is not None and started_at > cluster.started_at
    return restarted(cloud, cluster, started_at) if later else cluster


def first_heard(cloud: Cloud, cluster_id: str, key, started_at: datetime) -> Cluster:
    """Of several that hear of a cluster at once, the first decides for all."""
    enabled = state_at(cloud, started_at)
    new = Cluster(cloud=cloud, cluster_id=cluster_id, key=key, started_at=started_at, lineage_enabled=enabled)
    Cluster.objects.bulk_create([new], ignore_conflicts=True)
    return Cluster.objects.get(key=key)


def restarted(cloud: Cloud, cluster: Cluster, started_at: datetime) -> Cluster:
    """The row with its new session; whoever comes second finds it changed already."""
    Cluster.objects.filter(pk=cluster.pk, started_at=cluster.started_at).update(
        started_at=started_at, ended_at=None, lineage_enabled=state_at(cloud, started_at)
    )
    cluster.refresh_from_db()
    return cluster


def end_cluster(cloud: Cloud, cluster_id: str, ended_at: datetime) -> Cluster | None:
    """Notes the end, the first time it is told; None for an unknown cluster."""
    rows = Cluster.objects.filter(key=cluster_key(cloud, cluster_id))
    rows.filter(ended_at=None).update(ended_at=ended_at)
    return rows.first()


def state_at(cloud: Cloud, moment: datetime) -> bool:
    """The switch's position then. Before the first change it stood the other way, from the beginning of time."""
    changes = SwitchChange.objects.filter(cloud=cloud)
    before = changes.filter(changed_at__lte=moment).first()
    if before:
        return before.enabled
    first = changes.last()
    return not first.enabled if first else cloud.lineage_enabled


@transaction.atomic
def switch(cloud: Cloud, enabled: bool, by) -> bool:
    """Turns a cloud's switch and notes who did and when. False where it stood so already."""
    locked = Cloud.objects.select_for_update().get(pk=cloud.pk)
    cloud.lineage_enabled = enabled
    if locked.lineage_enabled == enabled:
        return False
    Cloud.objects.filter(pk=cloud.pk).update(lineage_enabled=enabled)
    SwitchChange.objects.create(
        organization_id=cloud.organization_id,
        cloud=cloud,
        enabled=enabled,
        changed_by=by,
    )
    note(by, Action.SWITCH, cloud.name, cloud=cloud, **turned(enabled))
    return True


@transaction.atomic
def switch_organization(organization: Organization, enabled: bool, by) -> bool:
    """As `switch`, for the whole organization."""
    locked = Organization.objects.select_for_update().get(pk=organization.pk)
    organization.lineage_enabled = enabled
    if locked.lineage_enabled == enabled:
        return False
    Organization.objects.filter(pk=organization.pk).update(lineage_enabled=enabled)
    SwitchChange.objects.create(organization=organization, enabled=enabled, changed_by=by)
    note(by, Action.SWITCH, organization.name, organization=organization, **turned(enabled))
    return True


def turned(enabled: bool) -> dict[str, str]:
    return {"before": "off", "after": "on"} if enabled else {"before": "on", "after": "off"}


def count_refused(cloud: Cloud, moment: datetime):
    day = moment.astimezone(UTC).date()
    row = RefusedCount.objects.filter(cloud=cloud, day=day)
    if row.update(events=F("events") + 1):
        return
    try:
        with transaction.atomic():
            RefusedCount.objects.create(cloud=cloud, day=day, events=1)
    except IntegrityError:  # another request opened the day
        row.update(events=F("events") + 1)
