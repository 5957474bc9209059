"""How columns of values travel to PostgreSQL: as arrays in its binary form, which neither side parses.

Each value stands behind its length in bytes. The numbers that name types are PostgreSQL's.
"""

import sys
from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from struct import pack

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

TEXT, VARCHAR, UUID, MOMENT = 25, 1043, 2950, 1184
# Type, how a value is packed, and its length.
NUMBERS = {"boolean": (16, "b", 1), "smallint": (21, "h", 2), "integer": (23, "i", 4), "bigint": (20, "q", 8)}
NULL = b"\xff\xff\xff\xff"  # in place of a length
EPOCH, MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
# The lengths of texts whose characters are a byte each, as such a text.
SHORT = [f"\0\0\0{chr(length)}" for length in range(256)]


class Array:
    """An array in binary form, of values that are packed; its type is that of the cast it stands under."""

    __slots__ = ("data",)

    def __init__(self, type: int, count: int, nulls: bool, packed: bytes):
        self.data = pack(">iiIii", 1, nulls, type, count, 1) + packed


class ArrayDumper(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, value: Array) -> bytes:
        return value.data


class ArrayInLog(Dumper):
    """For a log of statements, which shows parameters as text."""

    def dump(self, value: Array) -> bytes:
        return b"{%d bytes}" % len(value.data)


psycopg.adapters.register_dumper(Array, ArrayInLog)
psycopg.adapters.register_dumper(Array, ArrayDumper)  # the last one is the one preferred


def numbers(type: int, form: str, length: int, values: Sequence[int | None]) -> Array:
    if None in values:
        packed = [NULL if value is None else pack(f">i{form}", length, value) for value in values]
        return Array(type, len(values), True, b"".join(packed))
    data = array(form, values)
    if sys.byteorder == "little":
        data.byteswap()
    # Byte by byte of all values at once: four for the length, which is the last of them, then the value's own.
    bytes_of, step = data.tobytes(), 4 + length
    packed = bytearray(step * len(values))
    packed[3::step] = bytes([length]) * len(values)
    for at in range(length):
        packed[4 + at :: step] = bytes_of[at::length]
    return Array(type, len(values), False, bytes(packed))


def moments(values: Sequence[datetime | None]) -> Array:
    return numbers(MOMENT, "q", 8, [value and microseconds(value) for value in values])


@lru_cache(maxsize=1024)
def microseconds(value: datetime) -> int:
    return (value - EPOCH) // MICROSECOND


def uuids(values: Sequence[str | None]) -> Array:
    """Of UUIDs as 32 hex digits."""
    if None not in values:
        return Array(UUID, len(values), False, bytes.fromhex("00000010" + "00000010".join(values)))
    digits = ["ffffffff" if value is None else f"00000010{value}" for value in values]
    return Array(UUID, len(values), True, bytes.fromhex("".join(digits)))


def texts(type: int, values: Sequence[str | None]) -> Array:
    first = values[0] if values else ""
    if first is not None and values.count(first) == len(values):
        data = first.encode()
        return Array(type, len(values), False, (len(data).to_bytes(4, "big") + data) * len(values))
    if None not in values and max(map(len, values)) < len(SHORT):
        packed = "".join([SHORT[len(value)] + value for value in values])
        if "".join(values).isascii():
            return Array(type, len(values), False, packed.encode("latin-1"))
    parts = []
    for value in values:
        if value is None:
            parts.append(NULL)
        else:
            data = value.encode()
            parts += (len(data).to_bytes(4, "big"), data)
    return Array(type, len(values), None in values, b"".join(parts))


def writer(type: str) -> Callable[[Sequence], Array]:
    """What writes an array of this type of column."""
    if type in NUMBERS:
        return partial(numbers, *NUMBERS[type])
    if type.startswith("varchar"):
        return partial(texts, VARCHAR)
    return {"text": partial(texts, TEXT), "uuid": uuids, "timestamp with time zone": moments}[type]


def listed(values: Iterable) -> str:
    """An array as text, for numbers and hashes."""
    return "{" + ",".join([str(value) for value in values]) + "}"
