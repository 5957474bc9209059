"""What comes again and again is read once.

A nightly job names the same job and the same datasets, with the same facets, in every run, and they are most of an
event. So the JSON of a job, of its inputs, of a dataset and of its facets is looked up, byte for byte, before it is
decoded, checked, classified and encoded. What is kept is shared by all events that name it: nobody may change it.
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


class Parts(msgspec.Struct, forbid_unknown_fields=True):
    """The members of an event, unread, in the order of its canonical JSON."""

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
# Where a run's statistics stand, by whose dataset it is. What holds them does not come again.
STATISTICS = {"inputs": "inputFacets", "outputs": "outputFacets"}
# In place of statistics that are read apart; no JSON holds it.
HERE = b"\0"


class DatasetParts(msgspec.Struct, forbid_unknown_fields=True):
    """The members of a dataset, unread."""

    facets: msgspec.Raw = NONE
    name: msgspec.Raw = NONE
    namespace: msgspec.Raw = NONE


class InputParts(DatasetParts):
    inputFacets: msgspec.Raw = NONE


class OutputParts(DatasetParts):
    outputFacets: msgspec.Raw = NONE


parts = msgspec.json.Decoder(Parts).decode
parts_of_many = msgspec.json.Decoder(list[Parts]).decode
dataset_parts = {
    "inputFacets": msgspec.json.Decoder(list[InputParts]).decode,
    "outputFacets": msgspec.json.Decoder(list[OutputParts]).decode,
}
members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
items = msgspec.json.Decoder(list[msgspec.Raw]).decode

Read = Callable[[bytes], tuple[Any, bytes]]


def as_json(event: Parts) -> bytes:
    members = [(named, bytes(getattr(event, key))) for key, named in NAMED]
    return b"{" + b"".join([named + raw for named, raw in members if raw])[1:] + b"}"


class Piece:
    """A part's JSON, decoded and canonical; with what the Reader made of a dataset, or of a list of them, where it had
    nothing to note (by "inputFacets" or "outputFacets"). Of a dataset whose statistics are read apart, `canonical` goes
    as far as these, and `after` goes on behind them."""

    __slots__ = ("after", "canonical", "datasets", "tree")

    def __init__(self, tree: Any, canonical: bytes, after: bytes = b""):
        self.tree = tree
        self.canonical = canonical
        self.after = after
        self.datasets: dict[str, Any] = {}


class Reported(NamedTuple):
    """A dataset and its statistics in a run, which are read apart: `dataset` has {} in their place."""

    dataset: Piece
    statistics: Any
    canonical: bytes


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

    def kept(self, key: Any, piece: Piece, size: int) -> Piece:
        if SHORTEST <= size <= LARGEST:
            self.add(key, piece, size)
        return piece


WHOLE, FACETS, LISTS = Pieces(MOST_BYTES), Pieces(MOST_BYTES), Pieces(MOST_BYTES)


class Assembler:
    """Gives (tree, canonical JSON) of an event, `read` giving them of a part: inputs and outputs are Pieces, and facets
    Shared.

    It raises msgspec.DecodeError, or what `read` raises: then the body is to be read as a whole, which says what is
    wrong.
    """

    def __init__(self, read: Read):
        self.read = read
        readers = {key: self.list_of(more) for key, more in STATISTICS.items()} | {"job": self.job}
        self.steps = [(key, named, readers.get(key, read)) for key, named in NAMED]

    def __call__(self, event: Parts) -> tuple[dict, bytes]:
        tree, texts = {}, []
        for key, named, reader in self.steps:
            raw = getattr(event, key)
            if raw is not NONE:
                tree[key], text = reader(bytes(raw))
                texts += (named, text)
        return tree, b"".join([b"{", texts[0][1:], *texts[1:], b"}"] if texts else [b"{}"])

    def job(self, raw: bytes) -> tuple[Any, bytes]:
        piece = WHOLE.piece(raw, self.owner)
        return piece.tree, piece.canonical

    def list_of(self, more: str) -> Read:
        """What reads the inputs or the outputs; `more` stands in those that hold statistics."""
        mark, apart = f'"{more}"'.encode(), dataset_parts[more]

        def datasets(raw: bytes) -> tuple[Any, bytes]:
            if not raw.startswith(b"["):
                return self.read(raw)
            return listed([WHOLE.piece(bytes(item), self.owner) for item in items(raw)])

        def read_list(raw: bytes) -> tuple[Any, bytes]:
            if mark in raw:
                try:
                    found = apart(raw)
                except msgspec.DecodeError:  # no array, or a dataset has members of other names
                    return self.read(raw)
                return listed([self.reported(each, more) for each in found])
            piece = LISTS.piece(raw, datasets)
            return piece, piece.canonical

        return read_list

    def reported(self, found: InputParts | OutputParts, more: str) -> Piece | Reported:
        """A dataset, and its statistics apart from it."""
        said = getattr(found, more)
        key = (bytes(found.facets), bytes(found.name), bytes(found.namespace), "" if said is NONE else more)
        piece = WHOLE.get(key)
        if piece is None:
            raws = dict(zip(DatasetParts.__struct_fields__, key, strict=False))
            read = {name: self.member(name, raw) for name, raw in raws.items() if raw}
            tree, text = joined(read if said is NONE else {**read, more: ({}, HERE)})
            before, _, after = text.partition(HERE)
            piece = WHOLE.kept(key, Piece(tree, before, after), sum(map(len, key[:3])))
        if said is NONE:
            return piece
        tree, text = self.read(bytes(said))
        return Reported(piece, tree, b"".join((piece.canonical, text, piece.after)))

    def owner(self, raw: bytes) -> tuple[dict, bytes]:
        """Of what has facets: a job or a dataset."""
        return joined({key: self.member(key, bytes(part)) for key, part in members(raw).items()})

    def member(self, key: str, raw: bytes) -> tuple[Any, bytes]:
        if key != "facets":
            return self.read(raw)
        piece = FACETS.piece(raw, self.facets)
        return piece.tree, piece.canonical

    def facets(self, raw: bytes) -> tuple[Any, bytes]:
        tree, canonical = self.read(raw)
        return Shared(tree) if type(tree) is dict and len(raw) >= SHORTEST else tree, canonical


def listed(found: list[Piece | Reported]) -> tuple[list, bytes]:
    return found, b"[" + b",".join([piece.canonical for piece in found]) + b"]"


def joined(parts: dict[str, tuple[Any, bytes]]) -> tuple[dict, bytes]:
    """An object of its members' (tree, canonical JSON)."""
    texts = [named(key) + parts[key][1] for key in sorted(parts)]
    return {key: tree for key, (tree, _) in parts.items()}, b"{" + b",".join(texts) + b"}"


@lru_cache(maxsize=1024)
def named(key: str) -> bytes:
    if "@" in key or not key.isascii():
        raise msgspec.DecodeError("a key that may be a URI with a password, or sorts otherwise")
    return msgspec.json.encode(key) + b":"
