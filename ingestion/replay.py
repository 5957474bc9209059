"""Events that are kept, read once more: for a node that was deleted, and for what was said by a past moment."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from clouds.keys import Admission
from lineage.observation import Observation
from lineage.replay import fold

from .kept import TOGETHER, texts
from .models import RawEvent
from .normalise import normalise
from .parse import parse
from .receive import context


def read_again(rows: QuerySet[RawEvent]) -> Iterator[Observation]:
    """What the events say, in the order of their times."""
    rows = rows.order_by("event_at", "pk").select_related("cloud__organization", "api_key__owner", "api_key__project")
    for row, text in texts(rows.iterator(TOGETHER)):
        key = row.api_key
        admission = Admission(row.cloud, key.project if key else None, key, key.owner.email if key else "")
        yield normalise(parse(text.encode()), context(admission), row.received_at)


def told_by(organization_id: int, runs: Iterable[UUID], keys: Iterable[UUID], until: datetime) -> dict[str, list[dict]]:
    """As lineage.hindsight.Told."""
    named = Q(run__in=list(runs)) | Q(subject__in=list(keys))
    return fold(list(read_again(RawEvent.objects.filter(named, organization=organization_id, event_at__lte=until))))


def kept_since(organization_id: int) -> datetime | None:
    """As lineage.hindsight.kept_since."""
    rows = RawEvent.objects.filter(organization=organization_id).order_by("event_at", "id")
    return rows.values_list("event_at", flat=True).first()
