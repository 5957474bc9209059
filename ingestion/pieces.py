"""What comes again and again is read once.

A nightly job names the same job and the same datasets, with the same facets, in every run, and they are most of an
event. So the JSON of a job, a dataset and of its facets is looked up, byte for byte, before it is decoded, checked,
classified and encoded. What is kept is shared by all events that name it: nobody may change it.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from lineage.observation import Shared

from .event import Dataset

SHORTEST = 100
LARGEST = 64 * 1024
# Of the JSON in each of two generations; what is made of it takes about ten times as much.
MOST_BYTES = 6 * 2**20

members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
items = msgspec.json.Decoder(list[msgspec.Raw]).decode

Read = Callable[[bytes], tuple[Any, bytes]]


class Piece:
    """A part's JSON, decoded and canonical; a dataset also as the Reader made it of it where it had nothing to note
    (by "inputFacets" or "outputFacets")."""

    __slots__ = ("canonical", "datasets", "tree")

    def __init__(self, tree: Any, canonical: bytes):
        self.tree = tree
        self.canonical = canonical
        self.datasets: dict[str, Dataset] = {}


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
            found = Piece(*read(raw))
            if SHORTEST <= len(raw) <= LARGEST:
                self.add(raw, found, len(raw))
        return found


WHOLE, FACETS = Pieces(MOST_BYTES), Pieces(MOST_BYTES)


def assemble(body: bytes, read: Read) -> tuple[dict, bytes]:
    """(tree, canonical JSON) of an event, the items of its inputs and outputs being Pieces and facets Shared.

    Raises msgspec.DecodeError, or what `read` raises: then the body is to be read as a whole, which says what is wrong.
    """

    def facets(raw: bytes) -> tuple[Any, bytes]:
        tree, canonical = read(raw)
        return Shared(tree) if type(tree) is dict and len(raw) >= SHORTEST else tree, canonical

    def owner(raw: bytes) -> tuple[dict, bytes]:
        """Of what has facets: a job or a dataset."""
        return joined({key: shared(part) if key == "facets" else read(part) for key, part in parts_of(raw)})

    def shared(raw: bytes) -> tuple[Any, bytes]:
        piece = FACETS.piece(raw, facets)
        return piece.tree, piece.canonical

    def part(key: str, raw: bytes) -> tuple[Any, bytes]:
        if key in ("inputs", "outputs") and raw.startswith(b"["):
            pieces = [WHOLE.piece(bytes(item), owner) for item in items(raw)]
            return pieces, b"[" + b",".join([piece.canonical for piece in pieces]) + b"]"
        if key == "job":
            piece = WHOLE.piece(raw, owner)
            return piece.tree, piece.canonical
        return read(raw)

    return joined({key: part(key, raw) for key, raw in parts_of(body)})


def parts_of(raw: bytes) -> list[tuple[str, bytes]]:
    return [(key, bytes(part)) for key, part in members(raw).items()]


def joined(parts: dict[str, tuple[Any, bytes]]) -> tuple[dict, bytes]:
    """An object of its members' (tree, canonical JSON)."""
    texts = [named(key) + parts[key][1] for key in sorted(parts)]
    return {key: tree for key, (tree, _) in parts.items()}, b"{" + b",".join(texts) + b"}"


@lru_cache(maxsize=1024)
def named(key: str) -> bytes:
    if "@" in key or not key.isascii():
        raise msgspec.DecodeError("a key that may be a URI with a password, or sorts otherwise")
    return msgspec.json.encode(key) + b":"
