"""What comes again and again is read once.

A nightly job names the same job and the same datasets, with the same facets, in every run, and they are most of an
event. So the JSON of a job, a dataset and of its facets is looked up, byte for byte, before it is decoded, checked,
classified and encoded. What is kept is shared by all events that name it: nobody may change it.
"""

from collections.abc import Callable
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


class Pieces:
    """The parts of late, by their bytes. When a generation is full, it becomes the older one, and what is asked
    for again moves on into the younger."""

    def __init__(self):
        self.known: dict[bytes, Piece] = {}
        self.older: dict[bytes, Piece] = {}
        self.size = 0

    def get(self, raw: bytes, read: Read) -> Piece:
        """`read(raw)` gives (tree, canonical) where the bytes are new. Raises what it raises."""
        piece = self.known.get(raw)
        if piece is None:
            piece = self.older.get(raw) or Piece(*read(raw))
            if SHORTEST <= len(raw) <= LARGEST:
                self.add(raw, piece)
        return piece

    def add(self, raw: bytes, piece: Piece) -> None:
        if self.size + len(raw) > MOST_BYTES:
            self.older, self.known, self.size = self.known, {}, 0
        self.size += len(raw)
        self.known[raw] = piece

    def clear(self) -> None:
        self.known, self.older, self.size = {}, {}, 0


WHOLE, FACETS = Pieces(), Pieces()


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
        piece = FACETS.get(raw, facets)
        return piece.tree, piece.canonical

    def part(key: str, raw: bytes) -> tuple[Any, bytes]:
        if key in ("inputs", "outputs") and raw.startswith(b"["):
            pieces = [WHOLE.get(bytes(item), owner) for item in items(raw)]
            return pieces, b"[" + b",".join([piece.canonical for piece in pieces]) + b"]"
        if key == "job":
            piece = WHOLE.get(raw, owner)
            return piece.tree, piece.canonical
        return read(raw)

    return joined({key: part(key, raw) for key, raw in parts_of(body)})


def parts_of(raw: bytes) -> list[tuple[str, bytes]]:
    return [(key, bytes(part)) for key, part in members(raw).items()]


def joined(parts: dict[str, tuple[Any, bytes]]) -> tuple[dict, bytes]:
    """An object of its members' (tree, canonical JSON)."""
    if not all(map(str.isascii, parts)):
        raise msgspec.DecodeError("a key that sorts otherwise")
    texts = [msgspec.json.encode(key) + b":" + parts[key][1] for key in sorted(parts)]
    return {key: tree for key, (tree, _) in parts.items()}, b"{" + b",".join(texts) + b"}"
