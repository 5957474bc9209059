"""How columns of values travel to PostgreSQL: as arrays.

Values that need no escaping are written as an array's text, which is built faster than psycopg's arrays; texts travel
in binary form.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from struct import pack

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

TEXT, TEXT_ARRAY = 25, 1009  # PostgreSQL's types


class Texts:
    """An array of texts in PostgreSQL's binary form."""

    __slots__ = ("data",)

    def __init__(self, data: bytes):
        self.data = data


class TextsDumper(Dumper):
    format = Format.BINARY
    oid = TEXT_ARRAY

    def dump(self, value: Texts) -> bytes:
        return value.data


class TextsInLog(Dumper):
    """For a log of statements, which shows parameters as text."""

    def dump(self, value: Texts) -> bytes:
        return b"{%d bytes}" % len(value.data)


psycopg.adapters.register_dumper(Texts, TextsInLog)
psycopg.adapters.register_dumper(Texts, TextsDumper)  # the last one is the one preferred


def texts(values: Sequence[str | None]) -> str | Texts:
    return quoted(values) or in_binary(values)


def quoted(values: Sequence[str | None]) -> str:
    """The array as text where no value needs escaping, else ""."""
    if None in values or (len(values[0]) > 100):
        return ""
    inner = '","'.join(values)
    return "" if "\\" in inner or inner.count('"') > 2 * (len(values) - 1) else f'{{"{inner}"}}'


def in_binary(values: Sequence[str | None]) -> Texts:
    nulls = int(None in values)
    parts = [pack(">iiIii", 1, nulls, TEXT, len(values), 1)]
    for value in values:
        if value is None:
            parts.append(b"\xff\xff\xff\xff")
        else:
            data = value.encode()
            parts += (len(data).to_bytes(4, "big"), data)
    return Texts(b"".join(parts))


def array(values: Iterable) -> str:
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def hexes(values: Iterable[str | None]) -> str:
    return "{" + ",".join([value or "NULL" for value in values]) + "}"


def moments(values: Iterable[datetime | None]) -> str:
    return "{" + ",".join([written(value) if value else "NULL" for value in values]) + "}"


@lru_cache(maxsize=1024)
def written(moment: datetime) -> str:
    return f'"{moment.isoformat()}"'


def writer(type: str) -> Callable:
    """What writes an array of this type of column."""
    if type.startswith(("text", "varchar")):
        return texts
    return {"uuid": hexes, "timestamp with time zone": moments}.get(type, array)
