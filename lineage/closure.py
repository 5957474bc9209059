"""Everything downstream or upstream of a node, level by level.

A workload with declared flows is walked by them: with a->c and b->d declared, d is not downstream of a.
Any other workload leads from each of its inputs to each of its outputs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .kinds import AssociationType
from .models import Edge, Flow, Sighting
from .queries import DOWNSTREAM, ENDS, sightings, within

MOST = 10_000
SLICE = 1000


@dataclass
class Reached:
    """A node, how many edges away, over which node, and whether by a declared flow or a workload's edges."""

    sighting: Sighting
    hops: int
    via: Sighting | None
    declared: bool


@dataclass
class Closure:
    """`cut` says that the walk stopped at MOST nodes: there are more."""

    rows: list[Reached] = field(default_factory=list)
    cut: bool = False


@dataclass
class Walk:
    """What was found so far: by node id its hops, the node before it, and whether a flow led there; and the
    limits of where each node leads."""

    found: dict[int, tuple[int, int, bool]]
    leads: dict[int, "Limits | None"]
    cut: bool = False

    def reach(self, node: int, hops: int, via: int, declared: bool) -> bool:
        """Whether the node is new."""
        if node in self.found:
            return False
        if len(self.found) > MOST:
            self.cut = True
            return False
        self.found[node] = (hops, via, declared)
        return True

    def widen(self, node: int, limits: "Limits | None") -> bool:
        """Whether a node that was reached before leads further now that it is reached with these limits."""
        if node not in self.leads:
            return False
        known = self.leads[node]
        self.leads[node] = joined(known, limits)
        return self.leads[node] != known


def closure(viewer, root_id: int, direction: str, depth: int | None = None) -> Closure:
    """Nodes reachable from `root_id` in a direction within `depth` edges (None: all), nearest first."""
    walk = Walk({root_id: (0, root_id, False)}, {root_id: None})
    frontier, hops = {root_id: None}, 0
    while frontier and not walk.cut and (depth is None or hops < depth):
        hops += 1
        frontier = step(viewer, walk, frontier, direction, hops)
    named = sightings_of(viewer, walk.found)
    rows = [
        Reached(named[node], hops, named.get(via), declared)
        for node, (hops, via, declared) in walk.found.items()
        if node in named and node != root_id
    ]
    rows.sort(key=lambda row: (row.hops, row.sighting.sort_name, row.sighting.root_id))
    return Closure(rows, walk.cut)


@dataclass
class Limits:
    """Where a workload leads from the inputs it was reached by: to `targets`, and to what is not in `declared`."""

    targets: set[int]
    declared: set[int]

    def allow(self, node: int) -> bool:
        return node in self.targets or node not in self.declared


def step(viewer, walk: Walk, frontier: dict[int, Limits | None], direction: str, hops: int) -> dict:
    """One level on. A frontier maps a node to the limits of where it leads; None: there are none."""
    onward: dict[int, Limits | None] = {}
    edges = edges_from(viewer, walk, frontier, direction)
    limits = limits_of(viewer, edges, direction)
    for here, there, type in edges:
        limit = frontier[here]
        if limit and not limit.allow(there):
            continue
        declared = type == AssociationType.DERIVED_FROM or bool(limit and there in limit.targets)
        following = limits.get((here, there))
        if walk.reach(there, hops, here, declared):
            onward[there] = walk.leads[there] = following
        elif walk.widen(there, following):
            onward[there] = walk.leads[there]
    return onward


def joined(one: Limits | None, other: Limits | None) -> Limits | None:
    return Limits(one.targets | other.targets, one.declared) if one and other else None


def edges_from(viewer, walk: Walk, frontier: Iterable[int], direction: str) -> list[tuple[int, int, int]]:
    here, there = ENDS[direction]
    found = []
    for part in parts(frontier):
        edges = within(viewer, Edge.objects.filter(**{f"{here}__in": part}, hidden=False)).order_by("id")
        rows = list(edges.values_list(f"{here}_id", f"{there}_id", "type")[: MOST * 2])
        walk.cut = walk.cut or len(rows) == MOST * 2
        found += rows
    return found


def limits_of(viewer, edges: list[tuple[int, int, int]], direction: str) -> dict[tuple[int, int], Limits | None]:
    """(resource, workload) to the limits that the workload's declared flows set, for those that declare any.

    An output that no flow names is fed by all inputs.
    """
    ends = ("input", "output") if direction == DOWNSTREAM else ("output", "input")
    flows: dict[int, dict[int, set[int]]] = {}
    for part in parts({there for _, there, _ in edges}):
        rows = within(viewer, Flow.objects.filter(workload__in=part))
        columns = [column for end in ends for column in (f"{end}__canonical", f"{end}_id")]
        for workload, one, start, other, end in rows.values_list("workload", *columns).distinct():
            flows.setdefault(workload, {}).setdefault(one or start, set()).add(other or end)
    return {(here, there): limit(flows[there], here, direction) for here, there, _ in edges if there in flows}


def limit(flows: dict[int, set[int]], here: int, direction: str) -> Limits | None:
    targets = flows.get(here, set())
    if direction == DOWNSTREAM:
        return Limits(targets, set().union(*flows.values()))
    return Limits(targets, Everything()) if targets else None


class Everything(set):
    def __contains__(self, node: object) -> bool:
        return True


def sightings_of(viewer, ids: Iterable[int]) -> dict[int, Sighting]:
    named: dict[int, Sighting] = {}
    for part in parts(ids):
        named |= sightings(viewer, part)
    return named


def parts(ids: Iterable[int]) -> Iterator[list[int]]:
    ids = list(ids)
    for start in range(0, len(ids), SLICE):
        yield ids[start : start + SLICE]
