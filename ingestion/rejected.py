"""Keeps what was refused, so that a producer's owner can see why."""

from clouds.keys import Admission

from .models import RejectedEvent

LONGEST = 64 * 1024
MOST = 10_000


def keep(admission: Admission, status: int, errors: list[dict], body: bytes) -> None:
    row = RejectedEvent.objects.create(
        cloud=admission.cloud,
        api_key=admission.key,
        status=status,
        errors=errors,
        body=body[:LONGEST].decode("utf-8", "replace").replace("\0", "\ufffd"),
    )
    if row.pk % 1000 == 0:
        RejectedEvent.objects.filter(pk__lte=row.pk - MOST).delete()
