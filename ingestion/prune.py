"""Takes away old events, rejected bodies and the hashes of refused runs: as lineage.prune, in short transactions."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from clouds.models import RefusedRun
from lineage.prune import Done

from .models import RawEvent, RejectedEvent

TOGETHER = 1000


def events(before: datetime, dry: bool = False) -> Iterator[Done]:
    """Events that came in before then. Their numbers grow with time, so what is newer ends the search."""
    last = 0
    while True:
        page = list(RawEvent.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "received_at")[:TOGETHER])
        gone = [pk for pk, at in page if at < before]
        if not gone:
            return
        last = page[-1][0]
        if not dry:
            delete(RawEvent.objects.filter(pk__in=gone))
        yield len(page), len(gone)


def rejected(before: datetime, dry: bool = False) -> Iterator[Done]:
    yield from oldest(RejectedEvent.objects.filter(received_at__lt=before), dry)


def refused(before: datetime, dry: bool = False) -> Iterator[Done]:
    """A run that was refused is captured if it goes on after its hash has gone and lineage tracking is on by then."""
    yield from oldest(RefusedRun.objects.filter(refused_at__lt=before), dry)


def oldest(rows: QuerySet, dry: bool) -> Iterator[Done]:
    last = None
    while True:
        page = list((rows.filter(pk__gt=last) if last else rows).order_by("pk").values_list("pk", flat=True)[:TOGETHER])
        if not page:
            return
        last = page[-1]
        if not dry:
            delete(rows.model.objects.filter(pk__in=page))
        yield len(page), len(page)


def delete(rows: QuerySet) -> None:
    """In one statement, which is a transaction of its own; nothing hangs on these."""
    rows._raw_delete(rows.db)
