"""Hashes that name rows, and stamps that order what was said. All are 32 hex digits; they sort."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

import msgspec

from .observation import Facets, Observation, Ref, Shared

YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LAST_MOMENT = 2**56 - 1
HOUR = 3_600_000_000  # microseconds
FURTHEST_AHEAD = timedelta(days=366)  # of the clock; an event beyond outranks nothing
LARGEST_ID = 2**63 - 1  # of a row
LED = 12  # hex digits
NEVER = "0" * 32
ALWAYS = "f" * 32

encode = msgspec.json.Encoder(order="sorted").encode


def digest(*parts: object) -> str:
    return hashed(joined(*parts).encode())


def hashed(text: bytes) -> str:
    return blake2b(text, digest_size=16).hexdigest()


def joined(*parts: object) -> str:
    """As one part for `digest`."""
    return "\0".join(map(str, parts))


def node_key(ref: Ref) -> str:
    # A cache of names of any length would have no bound in bytes.
    return short_key(ref) if len(ref.name) < 500 else digest(int(ref.entity), ref.namespace, ref.name)


@lru_cache(maxsize=65536)
def short_key(ref: Ref) -> str:
    return digest(int(ref.entity), ref.namespace, ref.name)


def run_id(cloud_id: int, uuid: str) -> str:
    return led(uuid.replace("-", ""), digest("run", cloud_id, uuid))


def led(by: str, hash: str) -> str:
    """The hash as the id of a row that is to lie where `by` has its place: by the first LED digits of that, which of a
    UUID of version 7 are its time (docs/decisions/0012)."""
    return by[:LED] + hash[: 32 - LED]


def ids_in_run(run: str | None, parts: Iterable[bytes]) -> list[str]:
    """Of rows that belong to a run, or to none; `parts` are what else tells each apart (`joined`, as bytes)."""
    first, by, rest = f"{run}\0".encode(), (run or "")[:LED], 32 - LED if run else 32
    return [by + hashed(first + each)[:rest] for each in parts]


def version_id(organization_id: int, key: str, label: str) -> str:
    return digest("version", organization_id, key, label)


@lru_cache(maxsize=4096)
def keys_digest(keys: tuple[str, ...]) -> str:
    return digest(*sorted(keys))


def body_of(value: Facets | list) -> tuple[str, str]:
    """(digest, JSON text with sorted keys)."""
    if type(value) is not Shared:
        return encoded(value)
    if value.body is None:
        value.body = encoded(value)
    return value.body


def encoded(value: Facets | list) -> tuple[str, str]:
    text = encode(value)
    return hashed(text), text.decode()


def keys_of(facets: Facets) -> str:
    """The hash of the facets' keys."""
    if type(facets) is not Shared:
        return keys_digest(tuple(facets))
    if facets.key_set is None:
        facets.key_set = keys_digest(tuple(facets))
    return facets.key_set


class Said:
    """The stamps of one observation: what orders what it says by priority, event time and event hash.

    A time absurdly in the future comes first in `latest`, so that it wins over nothing, and last in `first`, where the
    least wins.
    """

    __slots__ = ("late", "latest", "tail")

    def __init__(self, seen: Observation):
        self.late = seen.ranks_last
        self.tail = f"{moment(seen.at):014x}{seen.digest[:16]}"
        self.latest = ("01" if self.late else "02") + self.tail

    @property
    def first(self) -> str:
        return ("02" if self.late else "01") + self.tail

    def ranked(self, priority: int) -> str:
        return f"{2 * priority + (1 if self.late else 2):02x}{self.tail}" if priority else self.latest

    def of_type(self, type: str, declared: bool) -> str:
        """A declared type outranks an inferred one and the latest declaration wins, to the hour; what is inferred
        does not depend on time. So a type that is said again and again is written once an hour, or once."""
        if not type:
            return NEVER
        if declared:
            return f"ff{self.latest[:2]}{int(self.tail[:14], 16) // HOUR:08x}{type_digest(type)}"
        return inferred(type)


def inferred(type: str) -> str:
    """The stamp of a type that no facet declares."""
    return f"000000000000{type_digest(type)}"


@lru_cache(maxsize=4096)
def type_digest(type: str) -> str:
    return digest(type)[:20]


def last_stamp(at: datetime) -> str:
    """Below it is what was said up to a moment with no priority, above it what was said later."""
    return f"{2:02x}{moment(at):014x}{'f' * 16}"


def moment(at: datetime) -> int:
    return min((at - YEAR_ONE) // MICROSECOND, LAST_MOMENT)
