"""Keeps what was refused, so that a producer's owner can see why."""

from collections.abc import Sequence

from clouds.keys import Admission

from .models import RejectedEvent

LONGEST = 64 * 1024
MOST = 10_000


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
    if rows and (rows[0].pk - 1) // 1000 < rows[-1].pk // 1000:
        RejectedEvent.objects.filter(pk__lte=rows[-1].pk - MOST).delete()
