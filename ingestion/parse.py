"""Bytes to an Event, or an error that names the path of the fault. Pure.

Lenient where the meaning is clear: what is out of the ordinary becomes a warning, kept with the event.
"""

from lineage.identity import hashed

from . import frames
from .decode import Malformed, apart, events, opened, whole
from .event import Dataset, Event, Invalid
from .halves import digest_of, halved
from .pieces import Parts
from .reader import Reader, run_uuid

__all__ = ["Dataset", "Event", "Invalid", "Malformed", "parse", "parse_many", "run_uuid"]

MOST_NOTES = 50


def parse(body: bytes | Parts) -> Event:
    """One event. Raises Malformed (not JSON) or Invalid (no event)."""
    body, warnings = opened(body)
    event = frames.recall(body, warnings) or read(body, warnings)
    event.warnings = cut(event.warnings, lambda count: f"$: and {count} more")
    return event


def read(body: bytes | Parts, warnings: list[str]) -> Event:
    parts = apart(body)
    tree = parts[0] if parts else whole(body, warnings)
    if type(tree) is not dict:
        raise Invalid([("$", "must be an object")])
    reader = Reader(warnings)
    event = reader.event(tree)
    if reader.errors:
        raise Invalid(cut(reader.errors, lambda count: ("$", f"and {count} more")))
    own, shared = parts[1:] if parts else halved(tree)
    event.own, event.shared = own.decode(), (hashed(shared), shared.decode())
    event.digest = digest_of(own, event.shared[0])
    if parts:
        frames.keep(body, tree, event)
    return event


def parse_many(body: bytes, most: int | None = None) -> list[Event | Malformed | Invalid]:
    """The events of a JSON array, each with its own verdict. Raises Malformed where there is no array, or one of
    more than `most`."""
    items = events(body)
    if most is not None and len(items) > most:
        raise Malformed("$", f"more than {most} events: send them in several batches")
    return [attempt(item) for item in items]


def attempt(body: bytes | Parts) -> Event | Malformed | Invalid:
    """The event, or what is wrong with it."""
    try:
        return parse(body)
    except (Malformed, Invalid) as error:
        return error


def cut(notes: list, rest) -> list:
    return notes if len(notes) <= MOST_NOTES else [*notes[:MOST_NOTES], rest(len(notes) - MOST_NOTES)]
