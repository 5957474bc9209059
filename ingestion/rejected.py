"""Keeps what was refused, so that a producer's owner can see why."""

from collections.abc import Sequence

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from clouds.keys import Admission

from .models import RejectedEvent

LONGEST = 64 * 1024
MOST = 10_000  # of each cloud
EVERY = 1000  # After so many rows of whichever clouds, those beyond MOST are taken away.


Fault = tuple[int, list[dict], bytes]  # status, errors, body


def keep(admission: Admission, faults: Sequence[Fault]) -> None:
    rows = [
        RejectedEvent(
            cloud=admission.cloud,
            api_key=admission.key,
            status=status,
            errors=errors,
            body=body[:LONGEST].decode("utf-8", "replace").replace("\0", "\ufffd"),
        )
        for status, errors, body in faults[-MOST:]
    ]
    rows = RejectedEvent.objects.bulk_create(rows, batch_size=500)
    if rows and (rows[0].pk - 1) // EVERY < rows[-1].pk // EVERY:
        trim(rows[0].pk - EVERY)


def trim(since: int) -> None:
    """Keeps the newest of each cloud that has rows since this one: no other has grown."""
    grown = RejectedEvent.objects.filter(pk__gte=since).values("cloud")
    newest_first = Window(RowNumber(), partition_by="cloud", order_by=F("pk").desc())
    rows = RejectedEvent.objects.filter(cloud__in=grown).annotate(place=newest_first)
    RejectedEvent.objects.filter(pk__in=rows.filter(place__gt=MOST).values("pk")).delete()
