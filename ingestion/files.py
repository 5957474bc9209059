"""Events from files: one JSON value, a JSON array, or JSON lines; gzipped or not."""

import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .parse import Event, Invalid, Malformed, parse, parse_many

GZIP = b"\x1f\x8b"

Found = tuple[str, Event | Exception, bytes]


def events(name: str, progress=None) -> Iterator[Found]:
    """(where, event or the fault in it, its bytes) for each event of a file; "-" is standard input.

    `progress` is called with the number of bytes read from the file. Raises OSError.
    """
    with sys.stdin.buffer if name == "-" else Path(name).open("rb") as raw:
        counted = Counted(raw, progress)
        file = io.BufferedReader(counted, 2**20)
        if file.peek(2)[:2] == GZIP:
            file = io.BufferedReader(gzip.GzipFile(fileobj=file), 2**20)
        yield from split(name, file)


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


def split(name: str, file: io.BufferedReader) -> Iterator[Found]:
    """JSON lines if the first line is a whole JSON value, else one value over many lines."""
    first = skip_blank(file)
    if not first:
        return
    whole = first.lstrip().startswith(b"[") or isinstance(attempt(first), Malformed)
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
        yield name, attempt(body), body
        return
    try:
        found = parse_many(body)
    except Malformed as error:
        found = [error]
    for index, event in enumerate(found):
        yield f"{name}[{index}]", event, body


def numbered(name: str, lines, start: int = 1) -> Iterator[Found]:
    for number, line in enumerate(lines, start):
        if line.strip():
            yield f"{name}:{number}", attempt(line), line


def attempt(body: bytes) -> Event | Exception:
    try:
        return parse(body)
    except (Malformed, Invalid) as error:
        return error
