"""Everything downstream or upstream of a node, level by level, in a constant number of statements for each.

A step from a dataset over a workload to another dataset is taken where the workload declares that the one flows into
the other (with a->c and b->d declared, d is not downstream of a), where it declares nothing at all, or where no flow
that it declares ends in the other. Every other step is taken as it stands. So Y is downstream of X where, and only
where, X is upstream of Y.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from . import flows, past
from .kinds import AssociationType, Entity
from .models import Edge, Flow, Node, Sighting
from .queries import DOWNSTREAM, ENDS, sightings, within

MOST = 10_000
MOST_EDGES = 100_000
LONGEST_PATH = 20


class Place(NamedTuple):
    """A node to go on from; `entry` is the dataset that a workload with declared flows was entered from."""

    node: int
    entry: int | None = None


class Arrival(NamedTuple):
    """How a node was reached first: in how many edges, from where, and whether by a declared flow."""

    hops: int
    source: Place | None
    declared: bool


@dataclass
class Reached:
    """A node, how many edges away, over which node, and whether by a declared flow or a workload's edges."""

    sighting: Sighting
    hops: int
    via: Sighting | None
    declared: bool


@dataclass
class Closure:
    """`cut` says that the walk stopped at MOST nodes, or at MOST_EDGES edges of one level: there may be more."""

    rows: list[Reached] = field(default_factory=list)
    cut: bool = False
    arrivals: dict[int, Arrival] = field(default_factory=dict)
    came: dict[Place, Place | None] = field(default_factory=dict)
    named: dict[int, Sighting] = field(default_factory=dict)

    def path(self, row: Reached) -> tuple[list[Sighting], bool]:
        """(the nodes from the start to the row's, the last LONGEST_PATH of them where they are more, whether that
        left some out)."""
        ids, place = [row.sighting.root_id], self.arrivals[row.sighting.root_id].source
        while place and len(ids) < LONGEST_PATH:
            ids.append(place.node)
            place = self.came[place]
        return [self.named[id] for id in reversed(ids) if id in self.named], place is not None


def closure(viewer, root_id: int, direction: str, depth: int | None = None) -> Closure:
    """Nodes reachable from `root_id` in a direction within `depth` edges (None: all), nearest first."""
    walk = Walk(viewer, direction, root_id)
    while walk.frontier and not walk.cut and (depth is None or walk.hops < depth):
        walk.step()
    named = sightings(viewer, walk.arrivals)
    rows = [
        Reached(named[node], arrival.hops, named.get(arrival.source.node), arrival.declared)
        for node, arrival in walk.arrivals.items()
        if node in named and node != root_id
    ]
    rows.sort(key=lambda row: (row.hops, row.sighting.sort_name, row.sighting.root_id))
    return Closure(rows, walk.cut, walk.arrivals, walk.came, named)


class Walk:
    """What was reached so far, the places to go on from and where each was come to from, and the flows of the
    workloads that were met: by workload, the sets of inputs by output."""

    def __init__(self, viewer, direction: str, root_id: int):
        self.viewer, self.direction = viewer, direction
        self.arrivals = {root_id: Arrival(0, None, False)}
        self.frontier = [Place(root_id)]
        self.came: dict[Place, Place | None] = {Place(root_id): None}
        self.flows: dict[int, dict[int, set[int]]] = {}
        self.jobs: set[int] = set()
        self.known: set[int] = set()
        self.hops = 0
        self.cut = False

    def step(self) -> None:
        """One level on."""
        self.hops += 1
        edges, cut = edges_from(self.viewer, {place.node for place in self.frontier}, self.direction)
        self.cut = self.cut or cut
        self.learn({there for group in edges.values() for there, _type in group}, edges.keys())
        places, self.frontier = self.frontier, []
        for place in places:
            for there, type in edges.get(place.node, ()):
                if self.leads(place, there):
                    self.reach(place, there, type)

    def learn(self, nodes: Collection[int], here: Iterable[int]) -> None:
        """Reads the declared flows of those that were not met before, and which of the nodes are jobs."""
        new = list(set(nodes) - self.known)
        self.known.update(new)
        flows = flows_of(self.viewer, new)
        self.flows |= flows
        if self.flows:
            ids = {*nodes, *here} - self.jobs
            self.jobs.update(Node.objects.filter(pk__among=ids, entity=Entity.JOB).values_list("pk", flat=True))

    def leads(self, place: Place, there: int) -> bool:
        """Whether the workload at `place` leads from where it was entered to `there`."""
        if place.entry is None or there in self.jobs:
            return True
        source, target = self.turn(place, there)
        inputs = self.flows[place.node].get(target)
        return inputs is None or source in inputs

    def turn(self, place: Place, there: int) -> tuple[int | None, int | None]:
        """The two ends in the direction of the data."""
        return (place.entry, there) if self.direction == DOWNSTREAM else (there, place.entry)

    def reach(self, place: Place, there: int, type: int) -> None:
        entry = place.node if there in self.flows and place.node not in self.jobs else None
        if there not in self.arrivals:
            if len(self.arrivals) > MOST:
                self.cut = True
                return
            self.arrivals[there] = Arrival(self.hops, place, self.declared(place, there, type))
        following = Place(there, entry)
        if following not in self.came and Place(there) not in self.came:
            self.came[following] = place
            self.frontier.append(following)

    def declared(self, place: Place, there: int, type: int) -> bool:
        if place.entry is None:
            return type == AssociationType.DERIVED_FROM
        source, target = self.turn(place, there)
        return source in self.flows[place.node].get(target, ())


def edges_from(viewer, nodes: Iterable[int], direction: str) -> tuple[dict[int, dict[tuple[int, int], None]], bool]:
    """(by node, the (neighbour, type) of its edges, oldest first; whether there are more than MOST_EDGES)."""
    if then := past.of(viewer):
        groups = then.all_edges(direction, nodes)
        return {node: dict.fromkeys((edge.far, edge.type) for edge in group) for node, group in groups.items()}, False
    here, there = ENDS[direction]
    rows = within(viewer, Edge.objects.filter(**{f"{here}__in": list(nodes)}, hidden=False)).order_by("id")
    rows = list(rows.values_list(f"{here}_id", f"{there}_id", "type")[: MOST_EDGES + 1])
    found: dict[int, dict[tuple[int, int], None]] = {}
    for one, other, type in rows[:MOST_EDGES]:
        found.setdefault(one, {})[other, type] = None
    return found, len(rows) > MOST_EDGES


def flows_of(viewer, nodes: list[int]) -> dict[int, dict[int, set[int]]]:
    """By workload the declared flows: the inputs by output, for those of the nodes that declare any."""
    if not nodes:
        return {}
    if past.of(viewer):
        return flows_then(viewer, nodes)
    rows = flows.pairs(viewer, nodes, MOST_EDGES)
    ids = {id for row in rows for id in row}
    roots = dict(Node.objects.filter(pk__among=ids, canonical__isnull=False).values_list("pk", "canonical"))
    found: dict[int, dict[int, set[int]]] = {}
    for workload, source, target in rows:
        outputs = found.setdefault(roots.get(workload, workload), {})
        outputs.setdefault(roots.get(target, target), set()).add(roots.get(source, source))
    return found


def flows_then(viewer, nodes: list[int]) -> dict[int, dict[int, set[int]]]:
    """As `flows_of`, at the viewer's moment."""
    rows = within(viewer, Flow.objects.filter(workload__among=past.members(viewer, nodes)))
    found: dict[int, dict[int, set[int]]] = {}
    for flow in rows.select_related("workload", "input", "output")[:MOST_EDGES]:
        workload, source, target = (past.root(viewer, end) for end in (flow.workload, flow.input, flow.output))
        found.setdefault(workload, {}).setdefault(target, set()).add(source)
    return found
