"""How columns of values travel to PostgreSQL: as arrays in its binary form, which neither side parses.

Each value stands behind its length in bytes. The numbers that name types are PostgreSQL's.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from struct import Struct, pack

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


# Numbers are packed so many at a time, so that few forms of a pack are kept.
MOST_PACKED = 256


class Array:
    """An array in binary form, of values that are packed; its type is that of the cast it stands under."""

    __slots__ = ("count", "nulls", "packed", "type")

    def __init__(self, type: int, count: int, nulls: bool, packed: bytes):
        self.type, self.count, self.nulls, self.packed = type, count, nulls, packed

    @property
    def data(self) -> bytes:
        return pack(">iiIii", 1, self.nulls, self.type, self.count, 1) + self.packed


class ArrayDumper(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, value: Array) -> bytes:
        return value.data


class ArrayInLog(Dumper):
    """For a log of statements, which shows parameters as text."""

    def dump(self, value: Array) -> bytes:
        return b"{%d bytes}" % len(value.packed)


psycopg.adapters.register_dumper(Array, ArrayInLog)
psycopg.adapters.register_dumper(Array, ArrayDumper)  # the last one is the one preferred


def numbers(type: int, form: str, length: int, values: Sequence[int | None]) -> Array:
    if None in values:
        packed = [NULL if value is None else pack(f">i{form}", length, value) for value in values]
        return Array(type, len(values), True, b"".join(packed))
    parts = []
    for start in range(0, len(values), MOST_PACKED):
        part = values[start : start + MOST_PACKED]
        each = [length] * (2 * len(part))
        each[1::2] = part
        parts.append(form_of(form, len(part)).pack(*each))
    return Array(type, len(values), False, b"".join(parts))


@lru_cache(maxsize=4 * MOST_PACKED)
def form_of(form: str, count: int) -> Struct:
    return Struct(f">{f'i{form}' * count}")


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
    if None not in values and max(map(len, values), default=0) < len(SHORT):
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
        return partial(repeated, partial(numbers, *NUMBERS[type]))
    if type.startswith("varchar"):
        return partial(repeated, partial(texts, VARCHAR))
    return partial(repeated, {"text": partial(texts, TEXT), "uuid": uuids, "timestamp with time zone": moments}[type])


def repeated(write: Callable[[Sequence], Array], values: Sequence) -> Array:
    """Many columns of a group hold one value throughout: it is packed once."""
    if len(values) > 1 and values[0] == values[-1] and values.count(values[0]) == len(values):
        one = write(values[:1])
        return Array(one.type, len(values), one.nulls, one.packed * len(values))
    return write(values)


def listed(values: Iterable) -> str:
    """An array as text, for numbers and hashes."""
    return "{" + ",".join([str(value) for value in values]) + "}"
