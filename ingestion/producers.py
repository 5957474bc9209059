"""What each API key has sent of late: counts by day and kind, warnings, refusals, and when it was last seen.

Counted from the events themselves, the newest WINDOW of them, so that an event that comes in pays nothing for it.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clouds.access import known_keys, signed_in
from clouds.models import ApiKey

from .event_filters import in_cloud, refused
from .event_list import edge_of
from .event_pages import events_context

DAYS = 7


@dataclass
class Sender:
    """What a key has sent; `key` is None for what came without one, or with the key of someone else."""

    key: ApiKey | None
    kinds: Counter = field(default_factory=Counter)
    days: Counter = field(default_factory=Counter)
    warned: int = 0
    refused: int = 0
    last: object = None

    @property
    def events(self) -> int:
        return self.kinds.total()

    def newest_days(self) -> list[tuple[date, int]]:
        return sorted(self.days.items(), reverse=True)[:DAYS]

    def seen(self, moment) -> None:
        self.last = max(filter(None, (self.last, moment)), default=None)


@signed_in(lineage=True)
@require_safe
def index(request):
    viewer = request.viewer
    keys = [key for key in known_keys(viewer) if not viewer.cloud or key.cloud_id == viewer.cloud.pk]
    since = edge_of(in_cloud(viewer), "", "")
    context = events_context("producers") | {"senders": senders(viewer, keys, since), "since": since}
    return render(request, "events/producers.html", context)


def senders(viewer, keys: list[ApiKey], since) -> list[Sender]:
    """The known keys, and one for all else if there is something; who sent last comes first."""
    found = {key.pk: Sender(key) for key in keys}
    other = Sender(None)
    for key, kind, day, events, warned, last in accepted(viewer, since):
        sender = found.get(key, other)
        sender.kinds[kind] += events
        sender.days[day] += events
        sender.warned += warned
        sender.seen(last)
    rejected = refused(viewer).values_list("api_key").annotate(Count("pk"), Max("received_at"))
    for key, count, last in rejected.order_by():
        sender = found.get(key, other)
        sender.refused += count
        sender.seen(last)
    told = [*found.values(), *([other] if other.last else [])]
    return sorted(told, key=lambda sender: (sender.last is not None, sender.last), reverse=True)


def accepted(viewer, since):
    """(key's id, kind, day, events, those with warnings, last received) of the events since then."""
    rows = in_cloud(viewer).filter(event_at__gte=since) if since else in_cloud(viewer)
    grouped = rows.order_by().annotate(day=TruncDate("received_at")).values_list("api_key", "kind", "day")
    return grouped.annotate(events=Count("pk"), warned=Count("pk", filter=~Q(warnings="[]")), last=Max("received_at"))
