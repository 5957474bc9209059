"""What the runs of a job have in common is read once: all but the time, the state, the run and the statistics.

Two events have one frame if they name the same job, the same inputs and outputs with the same facets, and the same
producer, byte for byte. What else an event says is read as in any other; one with a fault is read as a whole, which
names it.
"""

from collections.abc import Callable
from copy import copy
from typing import Any

import msgspec
from msgspec.structs import replace

from .decode import Malformed, assemble
from .event import Dataset, Event
from .halves import STATISTICS, digest_of
from .pieces import LARGEST, MOST_BYTES, NONE, Described, Generations, Parts, Reported, datasets_of, listed, raws_of
from .reader import EVENT_TYPES, Reader

# What frames hold is mostly what the pieces hold: one takes less than a piece of as much JSON.
KNOWN = Generations(2 * MOST_BYTES)
# Of a job. One whose inputs are others each time would have no bound.
MOST = 4
TYPES = {b"": ""} | {f'"{type}"'.encode(): type for type in EVENT_TYPES}


class Listed:
    """The inputs or the outputs of a frame: `pieces` are what is kept of each dataset, `datasets` what the Reader makes
    of them, and `notes` the warnings about each. `plain` is their JSON as it was last sent without statistics, and no
    longer than at first (`most`), which is what was counted."""

    __slots__ = ("datasets", "key", "more", "most", "notes", "pieces", "plain")

    def __init__(self, key: str, reported: list[Reported], raw: msgspec.Raw):
        self.key, self.more, self.most = key, STATISTICS[key], len(raw)
        self.pieces = [each.dataset for each in reported]
        read = [shared_part(piece, f"$.{key}[{i}]") for i, piece in enumerate(self.pieces)]
        self.datasets: list[Dataset] = [dataset for dataset, _ in read]
        self.notes: list[list[str]] = [notes for _, notes in read]
        self.plain = raw.copy() if all(each.statistics is NONE for each in reported) else None

    def statistics(self, raw: msgspec.Raw) -> list[msgspec.Raw] | None:
        """Of each dataset in an event's JSON, NONE where it has none, or [] where no one has; None where the datasets
        are others. Raises msgspec.DecodeError."""
        if raw == self.plain:
            return []
        found = datasets_of[self.key](raw)
        if [raws_of(each) for each in found] != [piece.raws for piece in self.pieces]:
            return None
        statistics = [getattr(each, self.more) for each in found]
        if any(each is not NONE for each in statistics):
            return statistics
        if len(raw) <= self.most:
            self.plain = raw.copy()
        return []

    def read(self, statistics: list[msgspec.Raw], reader: Reader, own: list[bytes]) -> list[Dataset]:
        """What is made of the datasets, with the statistics of this run. Adds those to what is the event's own."""
        if not statistics:
            for notes in self.notes:
                reader.warnings += notes
            return self.datasets
        found, said = list(self.datasets), [b"null"] * len(statistics)
        for i, raw in enumerate(statistics):
            reader.warnings += self.notes[i]
            if raw is not NONE:
                tree, text = assemble.read(bytes(raw))
                found[i] = reader.reported(found[i], tree, f"$.{self.key}[{i}]", self.more)
                said[i] = b'{"%b":%b}' % (self.more.encode(), text)
        own += (b',"%b":' % self.key.encode(), listed(said))
        return found


class Frame:
    """`event` has what events of the frame share, and `shared` is its JSON (event.Event). `inputs` and `outputs` are
    Listed; `header` and `job` the warnings about those. `outlines` are those of late (outlines.py). `size` is what it
    was read from, in bytes of JSON as it was sent."""

    __slots__ = ("event", "header", "inputs", "job", "outlines", "outputs", "shared", "size")

    def __init__(self, parts: Parts, tree: dict, event: Event):
        self.shared = event.shared
        sent = parts.inputs, parts.job, parts.outputs, parts.producer, parts.schemaURL
        self.size = sum(map(len, sent))
        self.outlines: dict = {}
        self.header = noted(Reader.header, tree)[1]
        self.job = noted(Reader.job, tree["job"], copy(event))[1]
        self.inputs = Listed("inputs", tree.get("inputs", []), parts.inputs)
        self.outputs = Listed("outputs", tree.get("outputs", []), parts.outputs)
        self.event = replace(
            event,
            warnings=[],
            own="",
            run_facets={},
            inputs=self.inputs.datasets,
            outputs=self.outputs.datasets,
        )

    def read(self, parts: Parts, warnings: list[str]) -> Event | None:
        """The event of these parts; None where it is of another frame or has a fault. Raises as `assemble`."""
        inputs = self.inputs.statistics(parts.inputs)
        outputs = None if inputs is None else self.outputs.statistics(parts.outputs)
        if outputs is None:
            return None
        reader, event = Reader(list(warnings)), copy(self.event)
        event.frame = self  # not in self.event, a cycle that would outlive what is kept
        time, text = assemble.read(bytes(parts.eventTime))
        own = [b'{"eventTime":', text]
        event.at = reader.time(time)
        reader.warnings += self.header
        type = bytes(parts.eventType)
        if type:
            own += (b',"eventType":', type)
        run_text = b""
        if event.kind == "run":
            event.event_type = TYPES.get(type)
            run, run_text = assemble.read(bytes(parts.run))
            reader.run(run, event)
        if event.event_type is None or (type and event.kind == "job"):
            return None
        reader.warnings += self.job
        event.inputs = self.inputs.read(inputs, reader, own)
        event.outputs = self.outputs.read(outputs, reader, own)
        own += (b',"run":', run_text, b"}") if run_text else (b"}",)
        text = b"".join(own)
        event.own, event.digest, event.warnings = text.decode(), digest_of(text, self.shared[0]), reader.warnings
        return None if reader.errors else event


def shared_part(piece: Described, path: str) -> tuple[Dataset, list[str]]:
    return (piece.known, []) if piece.known else noted(Reader.dataset, piece.tree, path, "")


def noted(read: Callable, *what) -> tuple[Any, list[str]]:
    """(what is read, the warnings about it)"""
    reader = Reader([])
    return read(reader, *what), reader.warnings


def recall(body: bytes | Parts, warnings: list[str]) -> Event | None:
    """The event, where its frame is known and it has no fault."""
    if type(body) is not Parts:
        return None
    try:
        for frame in KNOWN.get(key_of(body)) or ():
            if event := frame.read(body, warnings):
                return event
    except (RecursionError, UnicodeDecodeError, msgspec.DecodeError, Malformed):
        pass
    return None


def keep(parts: Parts, tree: dict, event: Event) -> None:
    """Remembers the frame of a RunEvent or a JobEvent that was read part by part."""
    if parts.dataset is not NONE or (event.kind == "run") == (parts.run is NONE):
        return
    frame = Frame(parts, tree, event)
    if frame.size <= LARGEST:
        key = key_of(parts)
        event.frame = frame
        others = [each for each in KNOWN.get(key) or () if each.shared != event.shared]
        frames = [frame, *others][:MOST]
        KNOWN.add(key, frames, sum([each.size for each in frames]))


def key_of(parts: Parts) -> tuple:
    """By what frames are found. Those of a job differ in their inputs and outputs."""
    absent = parts.dataset is NONE, parts.run is NONE, parts.inputs is NONE, parts.outputs is NONE
    return *absent, bytes(parts.job), bytes(parts.producer), bytes(parts.schemaURL)
