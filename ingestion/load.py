"""Events of files to the store, in groups.

PostgreSQL takes several writers, and most of the work of an event is Python's: there, as many processes as there are
cores share it. What the store holds does not depend on the order.
"""

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice

from django.db import connection, connections

from clouds.keys import Admission

from . import own_connection, receive
from .files import Found
from .parse import attempt

TOGETHER = 200
# Groups read ahead, for each process.
AHEAD = 2

# "accepted", "duplicate" or "rejected"; its HTTP status; what is wrong.
Told = tuple[str, int, list[dict]]


class Interrupted(Exception):
    """A process ended before its work did. What it had not stored is not told."""


def load(admission: Admission, found: Iterable[Found]) -> Iterator[tuple[Found, Told]]:
    """Stores the events, and tells what became of each, in their order. Raises Interrupted."""
    found = iter(found)
    groups = iter(lambda: list(islice(found, TOGETHER)), [])
    for group in islice(groups, 1):
        yield from zip(group, store(admission, group), strict=True)
    rest = next(groups, None)
    if rest and shared():
        yield from together(admission, chain([rest], groups))
    elif rest:
        for group in chain([rest], groups):
            yield from zip(group, store(admission, group), strict=True)


def shared() -> bool:
    """Whether other processes may help. What is in a transaction has to stay in it, and only on Linux a process may
    begin as a copy of this one."""
    several = connection.vendor == "postgresql" and not connection.in_atomic_block
    return several and cores() > 1 and sys.platform == "linux"


def cores() -> int:
    return len(os.sched_getaffinity(0))


def together(admission: Admission, groups: Iterable[list[Found]]) -> Iterator[tuple[Found, Told]]:
    # A copy of a connection would speak into this one's.
    own_connection.close()
    connections.close_all()
    pending: deque[tuple[list[Found], Future]] = deque()

    def next_told() -> Iterator[tuple[Found, Told]]:
        group, told = pending.popleft()
        return zip(group, told.result(), strict=True)

    with ProcessPoolExecutor(cores(), multiprocessing.get_context("fork"), begin) as processes:
        try:
            for group in groups:
                pending.append((group, processes.submit(store, admission, group)))
                if len(pending) > AHEAD * cores():
                    yield from next_told()
            while pending:
                yield from next_told()
        except BrokenProcessPool as error:
            raise Interrupted("A process ended early. Load the file again: no event counts twice.") from error
        finally:
            processes.shutdown(cancel_futures=True)


def begin() -> None:
    """Ctrl-C reaches all processes; the first of them ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def store(admission: Admission, group: list[Found]) -> list[Told]:
    return [told(each) for each in receive.receive(admission, [attempt(body) for _, body in group], switched=False)]


def told(outcome: receive.Received) -> Told:
    if isinstance(outcome, Exception):
        return "rejected", receive.status_of(outcome), receive.errors_of(outcome)
    return ("duplicate" if outcome.result == "duplicate" else "accepted"), outcome.status, []
