"""Grouped commits: requests that arrive together share one transaction (docs/decisions/0003).

The first to arrive leads: it writes all who wait, wakes them, and hands leadership to the next one waiting.
A request returns after its own commit. If a group fails, each of its members is written alone.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from django.db import OperationalError

LARGEST_GROUP = 200
# A request of so many items gains little by sharing a commit. It is made ready while others are written.
LARGE = 50


class Ticket:
    """One request's items, what is ready of them, and what became of them."""

    __slots__ = ("done", "error", "items", "ready", "results", "turn")

    def __init__(self, items: Sequence, ready: Any = None):
        self.items = items
        self.ready = ready
        self.results: list = []
        self.error: BaseException | None = None
        self.done = False
        self.turn = threading.Lock()
        self.turn.acquire()


class GroupCommit:
    """`write(items, ready) -> results` is called by one thread at a time, with the items of many requests; `ready` is
    what `prepare(items)` gave for those of a large one, in its own thread, else None."""

    def __init__(self, write: Callable[[list, Any], list], prepare: Callable[[Sequence], Any] | None = None):
        self.write, self.prepare = write, prepare
        self.lock = threading.Lock()
        self.waiting: deque[Ticket] = deque()
        self.led = False

    def submit(self, items: Sequence) -> list:
        """Writes the items and returns their results once they are committed; raises what `write` raised."""
        ticket = Ticket(items, self.prepare(items) if self.prepare and len(items) >= LARGE else None)
        with self.lock:
            self.waiting.append(ticket)
            waits, self.led = self.led, True
        if waits:
            ticket.turn.acquire()
        if not ticket.done:
            self.lead()
        if ticket.error:
            raise ticket.error
        return ticket.results

    def lead(self) -> None:
        group = self.take()
        try:
            self.write_group(group)
        finally:
            with self.lock:
                heir = self.waiting[0] if self.waiting else None
                self.led = heir is not None
            for ticket in group:
                ticket.done = True
                ticket.turn.release()
            if heir:
                heir.turn.release()

    def take(self) -> list[Ticket]:
        group, size = [], 0
        with self.lock:
            while self.waiting and (not group or self.shares(size, self.waiting[0])):
                group.append(self.waiting.popleft())
                size += LARGEST_GROUP if group[-1].ready else len(group[-1].items)
        return group

    def shares(self, size: int, ticket: Ticket) -> bool:
        return not ticket.ready and size + len(ticket.items) <= LARGEST_GROUP

    def write_group(self, group: list[Ticket]) -> None:
        try:
            results = iter(self.write([item for ticket in group for item in ticket.items], group[0].ready))
            for ticket in group:
                ticket.results = [next(results) for _ in ticket.items]
        except Exception as error:
            if len(group) == 1:
                group[0].error = error
            else:
                self.write_alone(group)
        except BaseException as error:
            for ticket in group:
                ticket.error = error
            raise

    def write_alone(self, group: list[Ticket]) -> None:
        """Each by itself. A database that is busy or gone fails each after a long wait: when two in a row fail so, the
        rest get the same answer at once."""
        failed: list[BaseException] = []
        for ticket in group:
            if len(failed) > 1:
                ticket.error = failed[-1]
                continue
            self.write_group([ticket])
            failed = [*failed, ticket.error] if isinstance(ticket.error, OperationalError) else []
