"""What the events of a run say happened to it, in the order of their times."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from .event_filters import visible
from .models import RawEvent

MOST = 500


@dataclass(frozen=True)
class StateSeen:
    """The run was in a state at a moment, says the event with that id."""

    state: str
    at: datetime
    received_at: datetime
    event: int


def events_of(viewer, run) -> QuerySet[RawEvent]:
    """The raw events of a run, oldest first, without their bodies. Those older than the retention are gone."""
    rows = visible(viewer).filter(run=run.uuid, cloud=run.project.cloud_id)
    return rows.defer("body").order_by("event_at", "id")


def states(viewer, run) -> list[StateSeen]:
    """The states that a run went through, oldest first: each event that names one, up to 500."""
    rows = events_of(viewer, run).exclude(event_type="")[:MOST]
    return [StateSeen(row.event_type, row.event_at, row.received_at, row.pk) for row in rows]
