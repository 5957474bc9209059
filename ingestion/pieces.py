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

from .halves import OWN, STATISTICS

SHORTEST = 100
LARGEST = 64 * 1024
# Of the JSON in each of two generations; what is made of it takes about ten times as much.
MOST_BYTES = 6 * 2**20

NONE = msgspec.Raw()


class DatasetParts(msgspec.Struct, forbid_unknown_fields=True):
    """The members of a dataset, unread."""

    facets: msgspec.Raw = NONE
    name: msgspec.Raw = NONE
    namespace: msgspec.Raw = NONE


class InputParts(DatasetParts):
    inputFacets: msgspec.Raw = NONE


class OutputParts(DatasetParts):
    outputFacets: msgspec.Raw = NONE


class Parts(msgspec.Struct, forbid_unknown_fields=True):
    """The members of an event, unread, in the order of canonical JSON."""

    dataset: msgspec.Raw = NONE
    eventTime: msgspec.Raw = NONE
    eventType: msgspec.Raw = NONE
    inputs: msgspec.Raw = NONE
    job: msgspec.Raw = NONE
    outputs: msgspec.Raw = NONE
    producer: msgspec.Raw = NONE
    run: msgspec.Raw = NONE
    schemaURL: msgspec.Raw = NONE


NAMED = [(key, f',"{key}":'.encode()) for key in Parts.__struct_fields__]
DATASET = DatasetParts.__struct_fields__

parts = msgspec.json.Decoder(Parts).decode
parts_of_many = msgspec.json.Decoder(list[Parts]).decode
members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
datasets_of = {
    "inputs": msgspec.json.Decoder(list[InputParts]).decode,
    "outputs": msgspec.json.Decoder(list[OutputParts]).decode,
}

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
    """A dataset without the statistics of a run: its members as they were sent (`raws`), decoded, and canonical.
    `known` is what the Reader made of it, where it had nothing to note."""

    __slots__ = ("canonical", "known", "raws", "tree")

    def __init__(self, raws: tuple[bytes, ...], parts: dict[str, tuple[Any, bytes]]):
        self.raws = raws
        self.tree = {key: tree for key, (tree, _) in parts.items()}
        self.canonical = b"{" + b",".join([named(key) + text for key, (_, text) in parts.items()]) + b"}"
        self.known: Any = None


def raws_of(found: DatasetParts) -> tuple[bytes, ...]:
    """Of a dataset without its statistics."""
    return bytes(found.facets), bytes(found.name), bytes(found.namespace)


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
        replaced = self.known.get(key)
        self.size += size - (replaced[0] if replaced else 0)
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
    """Gives (tree, own half, shared half) of an event, `read` giving (tree, canonical JSON) of a part: inputs and
    outputs are Reported, and facets Shared.

    It raises msgspec.DecodeError, or what `read` raises: then the body is to be read as a whole, which says what is
    wrong.
    """

    def __init__(self, read: Read):
        self.read = read

    def __call__(self, event: Parts) -> tuple[dict, bytes, bytes]:
        tree, own, shared = {}, [], []
        for key, named in NAMED:
            part = getattr(event, key)
            if part is NONE:
                continue
            if key in STATISTICS:
                tree[key], statistics, text = self.datasets(key, part)
                own += (named, statistics) if statistics else ()
            elif key == "job":
                piece = WHOLE.piece(bytes(part), self.owner)
                tree[key], text = piece.tree, piece.canonical
            else:
                tree[key], text = self.read(bytes(part))
            (own if key in OWN else shared).extend((named, text))
        return tree, as_object(own), as_object(shared)

    def datasets(self, key: str, part: msgspec.Raw) -> tuple[list[Reported], bytes, bytes]:
        """(datasets, JSON of their statistics, JSON of the rest)"""
        trees, statistics, texts = [], [], []
        for each in datasets_of[key](part):
            described = self.described(each)
            texts.append(described.canonical)
            raw = getattr(each, STATISTICS[key])
            if raw is NONE:
                trees.append(Reported(described, NONE))
                statistics.append(b"null")
            else:
                said, text = self.read(bytes(raw))
                trees.append(Reported(described, said))
                statistics.append(b'{"%b":%b}' % (STATISTICS[key].encode(), text))
        none = all(each.statistics is NONE for each in trees)
        return trees, b"" if none else listed(statistics), listed(texts)

    def described(self, found: DatasetParts) -> Described:
        raws = raws_of(found)
        known = WHOLE.get(raws)
        if known is None:
            read = {name: self.member(name, raw) for name, raw in zip(DATASET, raws, strict=True) if raw}
            known = WHOLE.kept(raws, Described(raws, read), sum(map(len, raws)))
        return known

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


def listed(texts: list[bytes]) -> bytes:
    return b"[" + b",".join(texts) + b"]"


def as_object(texts: list[bytes]) -> bytes:
    """Of members, each behind a comma and its name."""
    return b"{" + b"".join(texts)[1:] + b"}"


@lru_cache(maxsize=1024)
def named(key: str) -> bytes:
    if "@" in key or not key.isascii():
        raise msgspec.DecodeError("a key that may be a URI with a password, or sorts otherwise")
    return msgspec.json.encode(key) + b":"
