"""The JSON of an event as it is kept: what is its own, beside a Body with what other runs of its job share.

Most of an event is what its job says each night (docs/decisions/0013).
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from lineage.models import Body

from .halves import whole
from .models import RawEvent

TOGETHER = 200


def texts(rows: Iterable[RawEvent]) -> Iterator[tuple[RawEvent, str]]:
    """Events with their canonical JSON, read so many at a time; without those that were pruned since."""
    rows = iter(rows)
    while together := list(islice(rows, TOGETHER)):
        shared = Body.objects.in_bulk({row.shared for row in together})
        for row in together:
            if row.shared in shared:
                yield row, whole(row.body, shared[row.shared].text)
