"""What comes again and again is read once.

A nightly job names the same job and the same datasets, with the same facets, in every run, and they are most of an
event. So the JSON of a job, of a dataset and of its facets is looked up, byte for byte, before it is decoded, checked,
classified and encoded. What is kept is shared by all events that name it: nobody may change it.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from lineage.observation import Shared

SHORTEST = 100
LARGEST = 64 * 1024
# Of the JSON in each of two generations; what is made of it takes about ten times as much.
MOST_BYTES = 6 * 2**20

NONE = msgspec.Raw()


class DatasetParts(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The members of a dataset, unread."""

    facets: msgspec.Raw = NONE
    name: msgspec.Raw = NONE
    namespace: msgspec.Raw = NONE


class InputParts(DatasetParts):
    inputFacets: msgspec.Raw = NONE


class OutputParts(DatasetParts):
    outputFacets: msgspec.Raw = NONE


class Parts(msgspec.Struct, forbid_unknown_fields=True):
    """The members of an event, unread, in the order of its canonical JSON."""

    dataset: msgspec.Raw = NONE
    eventTime: msgspec.Raw = NONE
    eventType: msgspec.Raw = NONE
    inputs: list[InputParts] = NONE
    job: msgspec.Raw = NONE
    outputs: list[OutputParts] = NONE
    producer: msgspec.Raw = NONE
    run: msgspec.Raw = NONE
    schemaURL: msgspec.Raw = NONE


NAMED = [(key, f',"{key}":'.encode()) for key in Parts.__struct_fields__]
# Where a run's statistics stand, by whose dataset it is. What holds them does not come again.
STATISTICS = {"inputs": "inputFacets", "outputs": "outputFacets"}
DATASET = DatasetParts.__struct_fields__

parts = msgspec.json.Decoder(Parts).decode
parts_of_many = msgspec.json.Decoder(list[Parts]).decode
members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

Read = Callable[[bytes], tuple[Any, bytes]]


def as_json(event: Parts) -> bytes:
    return msgspec.json.encode(
        {key: part for key in Parts.__struct_fields__ if (part := getattr(event, key)) is not NONE}
    )


class Piece:
    """A part's JSON, decoded and canonical."""

    __slots__ = ("canonical", "tree")

    def __init__(self, tree: Any, canonical: bytes):
        self.tree = tree
        self.canonical = canonical


class Described:
    """A dataset without the statistics of a run, which stand in its canonical JSON between `before` and `after`: their
    name behind `open`, and `close` behind them. `known` is what the Reader made of it, where it had nothing to note."""

    __slots__ = ("after", "before", "close", "known", "open", "tree")

    def __init__(self, parts: dict[str, tuple[Any, bytes]], more: str):
        self.tree = {key: tree for key, (tree, _) in parts.items()}
        texts = {key: named(key) + text for key, (_, text) in parts.items()}
        first = b",".join([texts[key] for key in sorted(texts) if key < more])
        last = b",".join([texts[key] for key in sorted(texts) if key > more])
        self.before, self.after = b"{" + first, (b"," if first and last else b"") + last + b"}"
        self.open = (b"," if first else b"") + named(more)
        self.close = b"," if last and not first else b""
        self.known: Any = None

    def canonical(self, statistics: bytes) -> tuple[bytes, ...]:
        if statistics:
            return self.before, self.open, statistics, self.close, self.after
        return self.before, self.after


class Reported(NamedTuple):
    """A dataset, and its statistics in a run, which are read apart: NONE where it has none."""

    dataset: Described
    statistics: Any


class Generations:
    """What was asked for of late, within a bound of bytes. When a generation is full, it becomes the older one, and
    what is asked for again moves on into the younger."""

    def __init__(self, most: int):
        self.most = most
        self.known: dict[Any, tuple[int, Any]] = {}
        self.older: dict[Any, tuple[int, Any]] = {}
        self.size = 0

    def get(self, key: Any) -> Any:
        found = self.known.get(key)
        if found is None:
            found = self.older.get(key)
            if found is None:
                return None
            self.add(key, found[1], found[0])
        return found[1]

    def add(self, key: Any, value: Any, size: int) -> None:
        """`size`: what it takes, in bytes of JSON."""
        if self.size + size > self.most:
            self.older, self.known, self.size = self.known, {}, 0
        self.size += size
        self.known[key] = (size, value)

    def clear(self) -> None:
        self.known, self.older, self.size = {}, {}, 0


class Pieces(Generations):
    """Pieces by their bytes."""

    def piece(self, raw: bytes, read: Read) -> Piece:
        """`read(raw)` gives (tree, canonical) where the bytes are new. Raises what it raises."""
        found = self.get(raw)
        if found is None:
            found = self.kept(raw, Piece(*read(raw)), len(raw))
        return found

    def kept(self, key: Any, piece: Any, size: int) -> Any:
        if SHORTEST <= size <= LARGEST:
            self.add(key, piece, size)
        return piece


WHOLE, FACETS = Pieces(MOST_BYTES), Pieces(MOST_BYTES)


class Assembler:
    """Gives (tree, canonical JSON) of an event, `read` giving them of a part: inputs and outputs are Reported, and
    facets Shared.

    It raises msgspec.DecodeError, or what `read` raises: then the body is to be read as a whole, which says what is
    wrong.
    """

    def __init__(self, read: Read):
        self.read = read

    def __call__(self, event: Parts) -> tuple[dict, bytes]:
        tree, texts = {}, []
        for key, named in NAMED:
            part = getattr(event, key)
            if part is not NONE:
                tree[key], text = self.member_of_event(key, part)
                texts += (named, text)
        return tree, b"".join([b"{", texts[0][1:], *texts[1:], b"}"] if texts else [b"{}"])

    def member_of_event(self, key: str, part: Any) -> tuple[Any, bytes]:
        if key in STATISTICS:
            return self.datasets(part, STATISTICS[key])
        if key == "job":
            piece = WHOLE.piece(bytes(part), self.owner)
            return piece.tree, piece.canonical
        return self.read(bytes(part))

    def datasets(self, found: list[DatasetParts], more: str) -> tuple[list[Reported], bytes]:
        trees, texts = [], []
        for each in found:
            described = self.described(each, more)
            statistics, text = self.statistics(getattr(each, more))
            trees.append(Reported(described, statistics))
            texts.append(b"".join(described.canonical(text)))
        return trees, b"[" + b",".join(texts) + b"]"

    def described(self, found: DatasetParts, more: str) -> Described:
        key = (bytes(found.facets), bytes(found.name), bytes(found.namespace), more)
        known = WHOLE.get(key)
        if known is None:
            read = {name: self.member(name, raw) for name, raw in zip(DATASET, key, strict=False) if raw}
            known = WHOLE.kept(key, Described(read, more), sum(map(len, key[:3])))
        return known

    def statistics(self, raw: msgspec.Raw) -> tuple[Any, bytes]:
        return (NONE, b"") if raw is NONE else self.read(bytes(raw))

    def owner(self, raw: bytes) -> tuple[dict, bytes]:
        """Of a job: it has facets."""
        parts = {key: self.member(key, bytes(part)) for key, part in members(raw).items()}
        texts = [named(key) + parts[key][1] for key in sorted(parts)]
        return {key: tree for key, (tree, _) in parts.items()}, b"{" + b",".join(texts) + b"}"

    def member(self, key: str, raw: bytes) -> tuple[Any, bytes]:
        if key != "facets":
            return self.read(raw)
        piece = FACETS.piece(raw, self.facets)
        return piece.tree, piece.canonical

    def facets(self, raw: bytes) -> tuple[Any, bytes]:
        tree, canonical = self.read(raw)
        return Shared(tree) if type(tree) is dict and len(raw) >= SHORTEST else tree, canonical


@lru_cache(maxsize=1024)
def named(key: str) -> bytes:
    if "@" in key or not key.isascii():
        raise msgspec.DecodeError("a key that may be a URI with a password, or sorts otherwise")
    return msgspec.json.encode(key) + b":"
