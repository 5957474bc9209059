"""Hashes that name rows, and stamps that order what was said. All are 32 hex digits; they sort."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

import msgspec

from .observation import Facets, NodeSeen, Observation, Ref

YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LAST_MOMENT = 2**56 - 1
HOUR = 3_600_000_000  # microseconds
NEVER = "0" * 32
ALWAYS = "f" * 32

encode = msgspec.json.Encoder(order="sorted").encode


def digest(*parts: object) -> str:
    return blake2b("\0".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def node_key(ref: Ref) -> str:
    # A cache of names of any length would have no bound in bytes.
    return short_key(ref) if len(ref.name) < 500 else digest(int(ref.entity), ref.namespace, ref.name)


@lru_cache(maxsize=65536)
def short_key(ref: Ref) -> str:
    return digest(int(ref.entity), ref.namespace, ref.name)


short_digest = lru_cache(maxsize=4096)(digest)


def run_id(cloud_id: int, uuid: str) -> str:
    return digest("run", cloud_id, uuid)


def version_id(organization_id: int, key: str, label: str) -> str:
    return digest("version", organization_id, key, label)


@lru_cache(maxsize=4096)
def keys_digest(keys: tuple[str, ...]) -> str:
    return digest(*sorted(keys))


# Facets that many events share, by id(): they themselves, and their Body once it was asked for.
SHARED: dict[int, list] = {}


def share(value: Facets) -> None:
    """Says that `value` will come again, the same object, and never changes."""
    SHARED[id(value)] = [value, None]


def unshare() -> None:
    SHARED.clear()


def body_of(value: Facets | list) -> tuple[str, str]:
    """(digest, JSON text with sorted keys)."""
    shared = SHARED.get(id(value))
    if shared and shared[1]:
        return shared[1]
    text = encode(value)
    body = (blake2b(text, digest_size=16).hexdigest(), text.decode())
    if shared:
        shared[1] = body
    return body


def stamp(seen: Observation, priority: int = 0) -> str:
    """Orders what was said by priority, event time and event hash; a time absurdly in the future comes first,
    so that it wins over nothing."""
    return f"{2 * priority + (1 if seen.ranks_last else 2):02x}{moment(seen.at):014x}{seen.digest[:16]}"


def type_stamp(node: NodeSeen, said: str) -> str:
    """A declared type outranks an inferred one and the latest declaration wins, to the hour; what is inferred does
    not depend on time. So a type that is said again and again is written once an hour, or once."""
    if not node.type:
        return NEVER
    rank, hour = ("ff" + said[:2], int(said[2:16], 16) // HOUR) if node.declared else ("0000", 0)
    return f"{rank}{hour:08x}{short_digest(node.type)[:20]}"


def first_stamp(seen: Observation) -> str:
    """As `stamp`, where the least wins: a time absurdly in the future comes last."""
    return f"{2 if seen.ranks_last else 1:02x}{moment(seen.at):014x}{seen.digest[:16]}"


def moment(at: datetime) -> int:
    return min((at - YEAR_ONE) // MICROSECOND, LAST_MOMENT)


def other_refs(seen: Observation) -> Iterable[Ref]:
    """The nodes that the observation names beside its `nodes`."""
    known = {node.ref for node in seen.nodes}
    named = [seen.workload] if seen.workload else []
    named += [each.ref for each in (*seen.io, *seen.versions)]
    named += [ref for edge in seen.edges for ref in (edge.source, edge.target)]
    named += [ref for flow in seen.flows for ref in (flow.input, flow.output)]
    named += [ref for pair in (*seen.symlinks, *seen.parents) for ref in pair]
    return [ref for ref in named if ref not in known]
