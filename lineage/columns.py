"""Which columns a column is made of, and which are made of it, to any depth, as events declare it.

A column is (a dataset, a name). The name "" stands for the whole dataset: what flows into all of its columns, or out of
any of them, so a step goes on from it with every column, and from every column to it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from . import facts, flows, queries
from .models import Body, Node, Run, Sighting
from .queries import DOWNSTREAM

MOST = 10_000
MOST_MAPPINGS = 2_000
MOST_WAYS = 5


class Column(NamedTuple):
    node: int
    name: str


class How(NamedTuple):
    """What is done to a column on its way: DIRECT or INDIRECT, its kind (JOIN, AGGREGATION…), a description."""

    type: str = ""
    subtype: str = ""
    description: str = ""
    masked: str = ""


class Way(NamedTuple):
    """One step between two columns: the one that it was taken from, the workload (None where an event says so of the
    dataset itself), what is done."""

    source: Column
    workload: int | None
    how: How


@dataclass
class Reached:
    """A column and the number of steps to it; `ways` are the last of these, each a different one, up to MOST_WAYS."""

    column: Column
    hops: int
    ways: list[Way] = field(default_factory=list)

    def add(self, way: Way) -> None:
        if way not in self.ways and len(self.ways) < MOST_WAYS:
            self.ways.append(way)


@dataclass
class Lineage:
    """`rows` nearest first; `named` says which dataset or workload an id is. `cut`: there may be more."""

    rows: list[Reached]
    named: dict[int, Sighting]
    cut: bool = False


def lineage(viewer, start: Column, direction: str, depth: int | None = None) -> Lineage:
    """What is upstream or downstream of a column within `depth` steps (None: all). 4 statements for each step."""
    walk = Walk(viewer, direction)
    found, frontier, hops = {start: Reached(start, 0)}, [start], 0
    while frontier and not walk.cut and (depth is None or hops < depth):
        hops += 1
        walk.read({column.node for column in frontier})
        following = []
        for column in frontier:
            for there, way in walk.steps(column):
                if there not in found:
                    if len(found) > MOST:
                        walk.cut = True
                        break
                    found[there] = Reached(there, hops)
                    following.append(there)
                if found[there].hops == hops:
                    found[there].add(way)
        frontier = following
    del found[start]
    return Lineage(walk.in_order(found.values()), walk.named, walk.cut)


def around(viewer, node: int, direction: str) -> "Walk":
    """What is one step away from the columns of a node: ask its `names` and `nearest`."""
    walk = Walk(viewer, direction)
    walk.read([node])
    return walk


@dataclass
class Map:
    """What is said of the columns of two nodes: by column at this end, (column at the other end, what is done)."""

    there: int
    workload: int | None
    lines: dict[str, list[tuple[str, How]]]


class Walk:
    """Reads what is said of the columns of nodes, each once; of a `run`, what it said alone."""

    def __init__(self, viewer, direction: str, run: Run | None = None):
        self.viewer, self.down, self.run = viewer, direction == DOWNSTREAM, run
        self.direction = direction
        self.maps: dict[int, list[Map]] = {}
        self.bodies: dict = {}
        self.named: dict[int, Sighting] = {}
        self.cut = False

    def read(self, nodes: Iterable[int]) -> None:
        new = sorted(set(nodes) - self.maps.keys())
        self.maps |= {node: [] for node in new}
        if not new:
            return
        if self.run:
            rows = flows.of_run(self.viewer, self.direction, new, self.run)
        else:
            rows = flows.mappings(self.viewer, self.direction, new, MOST_MAPPINGS + 1)
        self.cut = self.cut or len(rows) > MOST_MAPPINGS
        roots = roots_of({id for row in rows for id in row[:3] if id})
        self.meet({*new, *roots.values()})
        self.decode({row.columns for row in rows})
        for row in rows:
            ends = [roots[row.input], roots[row.output]]
            here, there = ends if self.down else reversed(ends)
            workload = roots[row.workload] if row.workload else None
            if there in self.named and (workload is None or workload in self.named):
                self.maps[here].append(Map(there, workload, self.bodies[row.columns]))

    def meet(self, ids: set[int]) -> None:
        """Nodes that the viewer may see and that people have not hidden."""
        self.named |= queries.sightings(self.viewer, ids - self.named.keys(), hidden=False)

    def decode(self, digests: set) -> None:
        bodies = Body.objects.filter(digest__in=digests - self.bodies.keys())
        for digest, text in bodies.values_list("digest", "text"):
            lines = self.bodies[digest] = {}
            for source, target, *how in json.loads(text):
                here, there = (source, target) if self.down else (target, source)
                lines.setdefault(here, []).append((there, How(*how)))

    def names(self, node: int) -> set[str]:
        """The columns of a node that something is said of."""
        return {name for each in self.maps.get(node, []) for name in each.lines}

    def nearest(self, column: Column) -> list[Reached]:
        """What is one step away. Of a whole dataset: what is said of it as a whole, and not of single columns."""
        found: dict[Column, Reached] = {}
        for there, way in self.taken(column, {column.name, ""}):
            found.setdefault(there, Reached(there, 1)).add(way)
        return self.in_order(found.values())

    def in_order(self, rows: Iterable[Reached]) -> list[Reached]:
        """By steps and names: the database gives them as it comes to them."""
        return sorted(rows, key=lambda row: (row.hops, self.named[row.column.node].sort_name, row.column))

    def steps(self, column: Column) -> Iterable[tuple[Column, Way]]:
        """Where one step leads; from a whole dataset every column's."""
        return self.taken(column, {column.name, ""} if column.name else self.names(column.node))

    def taken(self, column: Column, names: set[str]) -> Iterable[tuple[Column, Way]]:
        for each in self.maps.get(column.node, []):
            for name in sorted(names & each.lines.keys(), reverse=True):
                for there, how in each.lines[name]:
                    yield Column(each.there, there), Way(column, each.workload, how)


def roots_of(ids: set[int]) -> dict[int, int]:
    rows = Node.objects.filter(pk__in=ids).values_list("pk", "canonical")
    return {pk: canonical or pk for pk, canonical in rows}


def known(facets: dict, said: set[str]) -> dict[str, facts.Field]:
    """The columns of a dataset: those of its schema in their order, nested ones as "outer.inner", then those that
    only column lineage names."""
    found = flat(facts.schema(facets))
    for name in sorted(said - found.keys() - {""}):
        found[name] = facts.Field(name)
    return found


def flat(fields: Iterable[facts.Field], before: str = "") -> dict[str, facts.Field]:
    found: dict[str, facts.Field] = {}
    for each in fields:
        found[before + each.name] = each
        found |= flat(each.fields, f"{before}{each.name}.")
    return found
