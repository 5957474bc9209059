"""The JSON of an event as it is kept: whole, or what is its own beside a Body with what the runs of its job share.

Most of an event is what its job says each night (docs/decisions/0013).
"""

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from lineage.models import Body

from .decode import canonical
from .models import RawEvent
from .pieces import STATISTICS

TOGETHER = 200


def whole(own: str, shared: str) -> str:
    """The canonical JSON of an event: what is its own, laid over what it shares (frames.Frame)."""
    event, said = msgspec.json.decode(shared), msgspec.json.decode(own)
    for key in STATISTICS:
        for dataset, statistics in zip(event.get(key, ()), said.pop(key, ()), strict=False):
            dataset.update(statistics or {})
    return canonical(event | said).decode()


def texts(rows: Iterable[RawEvent]) -> Iterator[tuple[RawEvent, str]]:
    """Events with their canonical JSON, read so many at a time; without those that were pruned since."""
    rows = iter(rows)
    while together := list(islice(rows, TOGETHER)):
        shared = Body.objects.in_bulk({row.frame for row in together if row.frame})
        for row in together:
            if row.frame is None:
                yield row, row.body
            elif row.frame in shared:
                yield row, whole(row.body, shared[row.frame].text)
