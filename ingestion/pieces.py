"""Datasets that come again and again are read once.

A nightly job names the same datasets with the same facets in every run, and they are most of an event. So the JSON of a
dataset is looked up, byte for byte, before it is decoded, checked, classified and encoded. What is kept is shared by
all events that name it: nobody may change it.
"""

from typing import Any

import msgspec

from lineage.identity import share, unshare

from .event import Dataset

SHORTEST = 200
LARGEST = 64 * 1024
# Of the JSON in each of two generations; what is made of it takes about ten times as much.
MOST_BYTES = 6 * 2**20

members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
items = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Piece:
    """A dataset's JSON, decoded and canonical, and as the Reader made it of it where it had nothing to note
    (by "inputFacets" or "outputFacets")."""

    __slots__ = ("canonical", "datasets", "tree")

    def __init__(self, tree: Any, canonical: bytes):
        self.tree = tree
        self.canonical = canonical
        self.datasets: dict[str, Dataset] = {}

    def keep(self, more: str, dataset: Dataset) -> None:
        self.datasets[more] = dataset
        share(dataset.facets)

    def share(self) -> None:
        for dataset in self.datasets.values():
            share(dataset.facets)


class Pieces:
    """The datasets of late, by their bytes. When a generation is full, it becomes the older one, and what is asked
    for again moves on into the younger."""

    def __init__(self):
        self.known: dict[bytes, Piece] = {}
        self.older: dict[bytes, Piece] = {}
        self.size = 0

    def get(self, raw: bytes, read) -> Piece:
        """`read(raw)` gives (tree, canonical) where the bytes are new. Raises what it raises."""
        piece = self.known.get(raw)
        if piece is None:
            piece = self.older.get(raw) or Piece(*read(raw))
            if SHORTEST <= len(raw) <= LARGEST:
                self.add(raw, piece)
        return piece

    def add(self, raw: bytes, piece: Piece) -> None:
        if self.size + len(raw) > MOST_BYTES:
            self.turn()
        self.size += len(raw)
        self.known[raw] = piece

    def turn(self) -> None:
        self.older, self.known, self.size = self.known, {}, 0
        unshare()
        for piece in self.older.values():
            piece.share()

    def clear(self) -> None:
        self.turn()
        self.turn()


PIECES = Pieces()


def assemble(body: bytes, read) -> tuple[dict, bytes]:
    """(tree, canonical JSON) of an event, the items of its inputs and outputs being Pieces.

    Raises msgspec.DecodeError, or what `read` raises: then the body is to be read as a whole, which says what is wrong.
    """
    tree, parts = {}, []
    for key, part in members(body).items():
        raw = bytes(part)
        if key in ("inputs", "outputs") and raw.startswith(b"["):
            pieces = [PIECES.get(bytes(item), read) for item in items(raw)]
            tree[key] = pieces
            canonical = b"[" + b",".join([piece.canonical for piece in pieces]) + b"]"
        else:
            tree[key], canonical = read(raw)
        if not key.isascii():
            raise msgspec.DecodeError("a key that sorts otherwise")
        parts.append((key, canonical))
    parts.sort()
    return tree, b"{" + b",".join([msgspec.json.encode(key) + b":" + value for key, value in parts]) + b"}"
