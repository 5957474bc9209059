"""Deleting a node: what was said of it goes, the events stay, and those after the deletion still count."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Q

from clouds.models import Cloud
from lineage import retract
from lineage.models import Node
from lineage.observation import Observation
from lineage.record import lock, record

from .models import RawEvent
from .replay import TOGETHER, read_again


def delete(node: Node, clouds: Sequence[Cloud], at: datetime | None = None) -> datetime:
    """Deletes a node under all of its names in these clouds, as of `at`: now, if left out, or the latest time that an
    event about it bears. Returns the time. A later event about it brings it back, with what is said from then on."""
    with transaction.atomic():
        lock({node.organization_id})
        names = list(Node.objects.filter(Q(pk=node.root_id) | Q(canonical=node.root_id)))
        at = at or retract.last_heard(names, clouds)
        retract.delete(names, clouds, at)
        later = observations(clouds, at)
        while group := list(islice(later, TOGETHER)):
            record(group, locked=True)
    return at


def observations(clouds: Sequence[Cloud], after: datetime) -> Iterator[Observation]:
    """What the events of these clouds after a time say. Few, unless clocks are wrong: a deletion is of now."""
    return read_again(RawEvent.objects.filter(cloud__in=clouds, event_at__gt=after))
