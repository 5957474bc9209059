"""Events from files: one JSON value, a JSON array, or JSON lines; gzipped or not."""

import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .decode import Malformed, cleaned, split, whole

GZIP = b"\x1f\x8b"

Found = tuple[str, bytes]


def events(name: str, progress=None) -> Iterator[Found]:
    """(where, bytes) of each event of a file; "-" is standard input.

    `progress` is called with the number of bytes read from the file. Raises OSError.
    """
    with sys.stdin.buffer if name == "-" else Path(name).open("rb") as raw:
        counted = Counted(raw, progress)
        file = io.BufferedReader(counted, 2**20)
        if file.peek(2)[:2] == GZIP:
            file = io.BufferedReader(gzip.GzipFile(fileobj=file), 2**20)
        yield from read(name, file)


class Counted(io.RawIOBase):
    """A file that tells how far it has been read."""

    def __init__(self, file: BinaryIO, progress):
        self.file, self.progress = file, progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        part = self.file.read(len(buffer))
        buffer[: len(part)] = part
        if self.progress:
            self.progress(len(part))
        return len(part)


def read(name: str, file: io.BufferedReader) -> Iterator[Found]:
    """JSON lines if the first line is a whole JSON value, else one value over many lines."""
    first = skip_blank(file)
    if not first:
        return
    whole = first.lstrip().startswith(b"[") or not is_json(first)
    if whole:
        rest = file.read()
        if not first.lstrip().startswith(b"[") and rest.lstrip()[:1] == b"{":
            yield from numbered(name, [first, *rest.splitlines()])  # lines, the first of them damaged
        else:
            yield from document(name, first + rest)
    else:
        yield from numbered(name, [first])
        yield from numbered(name, file, start=2)


def skip_blank(file: io.BufferedReader) -> bytes:
    for line in file:
        if line.strip():
            return line
    return b""


def document(name: str, body: bytes) -> Iterator[Found]:
    if not body.lstrip().startswith(b"["):
        yield name, body
        return
    try:
        for index, item in enumerate(split(body)):
            yield f"{name}[{index}]", item
    except Malformed:
        yield name, body


def numbered(name: str, lines, start: int = 1) -> Iterator[Found]:
    for number, line in enumerate(lines, start):
        if line.strip():
            yield f"{name}:{number}", line


def is_json(body: bytes) -> bool:
    try:
        whole(*cleaned(body))
    except Malformed:
        return False
    return True
