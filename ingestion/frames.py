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

from lineage.identity import hashed

from .decode import Malformed, assemble
from .event import Dataset, Event
from .pieces import LARGEST, MOST_BYTES, NAMED, NONE, STATISTICS, Described, Generations, Parts
from .reader import EVENT_TYPES, Reader

# What frames hold is mostly what the pieces hold: one takes less than a piece of as much JSON.
KNOWN = Generations(2 * MOST_BYTES)
BEFORE_TIME, BEFORE_TYPE, BEFORE_RUN = b'{"eventTime":', b',"eventType":', b',"run":'
OPENED = {key: f',"{key}":['.encode() for key in STATISTICS}
TYPES = {b"": ""} | {f'"{type}"'.encode(): type for type in EVENT_TYPES}


class Frame:
    """`event` has what events of the frame share; `texts` is their canonical JSON between the rest: up to the inputs,
    to the outputs, to the run, and to the end. `pieces` and `notes` are lists for "inputs" and "outputs": what is kept
    of each dataset, and the warnings about it; `notes` has the header's and the job's as well. `shared` is (digest,
    JSON) of it all, `outlines` are those of late (outlines.py)."""

    __slots__ = ("event", "notes", "outlines", "pieces", "shared", "texts")

    def __init__(self, parts: Parts, tree: dict, event: Event):
        self.texts = texts_of(parts)
        self.outlines: dict = {}
        self.pieces = {key: [each.dataset for each in tree.get(key, ())] for key in STATISTICS}
        text = self.whole()
        self.shared = hashed(text), text.decode()
        self.notes = {"header": noted(Reader.header, tree)[1], "job": noted(Reader.job, tree["job"], copy(event))[1]}
        shared = {}
        for key, more in STATISTICS.items():
            read = [shared_part(piece, f"$.{key}[{i}]", more) for i, piece in enumerate(self.pieces[key])]
            shared[key] = [dataset for dataset, _ in read]
            self.notes[key] = [notes for _, notes in read]
        self.event = replace(event, canonical="", run_facets={}, warnings=[], frame=self, **shared)

    def whole(self) -> bytes:
        """The canonical JSON of what events of the frame share."""
        inputs, outputs = (
            b",".join([b"".join(piece.canonical(b"")) for piece in self.pieces[key]]) for key in STATISTICS
        )
        before_inputs, before_outputs, before_run, after_run = self.texts
        before_run = before_run.removesuffix(BEFORE_RUN)
        return b"{" + b"".join((before_inputs, inputs, before_outputs, outputs, before_run, after_run))[1:]

    def read(self, parts: Parts, warnings: list[str]) -> Event | None:
        """The event of these parts; None where there is a fault in it."""
        reader, event = Reader(list(warnings)), copy(self.event)
        before_inputs, before_outputs, before_run, after_run = self.texts
        time, text = assemble.read(bytes(parts.eventTime))
        texts = [BEFORE_TIME, text]
        event.at = reader.time(time)
        reader.warnings += self.notes["header"]
        type, run_text = bytes(parts.eventType), b""
        if type:
            texts += (BEFORE_TYPE, type)
        if event.kind == "run":
            event.event_type = TYPES.get(type)
            run, run_text = assemble.read(bytes(parts.run))
            reader.run(run, event)
        if event.event_type is None or (type and event.kind == "job"):
            return None
        reader.warnings += self.notes["job"]
        own = list(texts)
        texts.append(before_inputs)
        event.inputs = self.datasets("inputs", reader, parts.inputs, event.inputs, texts, own)
        texts.append(before_outputs)
        event.outputs = self.datasets("outputs", reader, parts.outputs, event.outputs, texts, own)
        text = b"".join((*texts, before_run, run_text, after_run))
        own += (BEFORE_RUN, run_text, b"}") if run_text else (b"}",)
        event.own = b"".join(own).decode()
        event.canonical, event.digest, event.warnings = text.decode(), hashed(text), reader.warnings
        return None if reader.errors else event

    def datasets(
        self, key: str, reader: Reader, parts: list, shared: list[Dataset], texts: list[bytes], own: list[bytes]
    ) -> list[Dataset]:
        """The inputs or the outputs: those that events of the frame share, but for those with statistics of their own.
        Adds their canonical JSON to the texts, and the statistics to what is the event's own."""
        more, found, notes, said = STATISTICS[key], shared, self.notes[key], []
        for i, piece in enumerate(self.pieces[key]):
            if i:
                texts.append(b",")
            reader.warnings += notes[i]
            raw = getattr(parts[i], more)
            if raw is NONE:
                texts += (piece.before, piece.after)
                said.append(b"null")
                continue
            statistics, text = assemble.read(bytes(raw))
            texts += piece.canonical(text)
            said.append(b'{"%b":%b}' % (more.encode(), text))
            found = list(shared) if found is shared else found
            found[i] = reader.reported(shared[i], statistics, f"$.{key}[{i}]", more)
        if found is not shared:
            own += (OPENED[key], b",".join(said), b"]")
        return found


def shared_part(piece: Described, path: str, more: str) -> tuple[Dataset, list[str]]:
    return (piece.known, []) if piece.known else noted(Reader.dataset, piece.tree, path, more)


def noted(read: Callable, *what) -> tuple[Any, list[str]]:
    """(what is read, the warnings about it)"""
    reader = Reader([])
    return read(reader, *what), reader.warnings


def texts_of(parts: Parts) -> tuple[bytes, ...]:
    """Frame.texts"""
    texts, text = [], b""
    for key, named in NAMED:
        part = getattr(parts, key)
        if key in STATISTICS:
            texts.append(text + (b"" if part is NONE else named + b"["))
            text = b"" if part is NONE else b"]"
        elif key == "run":
            texts.append(text + (b"" if part is NONE else named))
            text = b""
        elif key in ("job", "producer", "schemaURL") and part is not NONE:
            text += named + assemble.member_of_event(key, part)[1]
    return (*texts, text + b"}")


def recall(body: bytes | Parts, warnings: list[str]) -> Event | None:
    """The event, where its frame is known and it has no fault."""
    frame = KNOWN.get(key_of(body)) if type(body) is Parts else None
    if frame is None:
        return None
    try:
        return frame.read(body, warnings)
    except (RecursionError, UnicodeDecodeError, msgspec.DecodeError, Malformed):
        return None


def keep(parts: Parts, tree: dict, event: Event) -> None:
    """Remembers the frame of a RunEvent or a JobEvent that was read part by part."""
    if parts.dataset is not NONE or (event.kind == "run") == (parts.run is NONE):
        return
    key = key_of(parts)
    size = sum([len(each) for each in key if type(each) is bytes])
    if size <= LARGEST:
        event.frame = Frame(parts, tree, event)
        KNOWN.add(key, event.frame, size)


def key_of(parts: Parts) -> tuple:
    """What the frame follows from."""
    key: list = [parts.dataset is NONE, parts.run is NONE]
    key += (bytes(parts.job), bytes(parts.producer), bytes(parts.schemaURL))
    for found in (parts.inputs, parts.outputs):
        if found is NONE:
            key.append(-1)
        else:
            key.append(len(found))
            for each in found:
                key += (bytes(each.facets), bytes(each.name), bytes(each.namespace))
    return tuple(key)
