"""From a run or a version to all that it was made from, or that was made from it, version by version.

Follows runs, not workloads: of a job that ran a thousand times, the one run that matters. A run that declares flows
leads only where they lead, as in closure.py.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from . import past
from .kinds import AssociationType, Role
from .models import Flow, RunIO
from .queries import UPSTREAM, unhidden, within
from .versions import Snapshot, bound, histories, reads, told

MOST_RUNS = 2000
SLICE = 200
Edge = tuple[int, int, int]  # source, target, type: canonical nodes
Frontier = dict[UUID, set[int] | None]  # a run to the nodes it was reached by; None: by itself


@dataclass(frozen=True)
class Passed:
    """A node that the trail passes, in a version or (None) in none that is known, over a run, so many runs away."""

    root: int
    snapshot: Snapshot | None
    run: UUID
    hops: int


@dataclass
class Trail:
    """`steps` nearest first; `edges` of the graph that the trail goes along. `cut`: it passes more than 2,000 runs,
    and the rest is left out."""

    steps: dict[tuple, Passed] = field(default_factory=dict)
    edges: set[Edge] = field(default_factory=set)
    runs: set[UUID] = field(default_factory=set)
    cut: bool = False


def of_run(viewer, run, direction: str) -> Trail:
    """What the run read, and what that was made from; or what it wrote, and what was made of that."""
    return walk(viewer, direction, {run.pk: None})


def of_version(viewer, snapshot: Snapshot, direction: str) -> Trail:
    if direction == UPSTREAM:
        return walk(viewer, direction, {run: {snapshot.root} for run in snapshot.makers})
    trail = Trail()
    start = readers(viewer, [snapshot], trail)
    return walk(viewer, direction, start, trail)


def walk(viewer, direction: str, frontier: Frontier, trail: Trail | None = None) -> Trail:
    """Level by level, in a constant number of statements for each 200 runs of a level."""
    trail = trail or Trail()
    seen: dict[UUID, set] = defaultdict(set)
    hops = 0
    while frontier and not trail.cut:
        hops += 1
        trail.runs |= set(frontier)
        if len(trail.runs) > MOST_RUNS:
            trail.cut = True
            break
        for run, nodes in frontier.items():
            seen[run] |= nodes if nodes is not None else {None}
        new = []
        for part in parts(frontier):
            new += level(viewer, direction, part, trail, hops)
        following = makers(new) if direction == UPSTREAM else readers(viewer, new, trail)
        frontier = {run: nodes - seen[run] for run, nodes in following.items() if nodes - seen[run]}
    return trail


def parts(frontier: Frontier):
    runs = sorted(frontier)
    for start in range(0, len(runs), SLICE):
        yield {run: frontier[run] for run in runs[start : start + SLICE]}


def level(viewer, direction: str, frontier: Frontier, trail: Trail, hops: int) -> list[Snapshot]:
    """Adds what these runs read (upstream) or wrote; the versions that are new."""
    rows = within(viewer, unhidden(RunIO.objects.filter(run__in=list(frontier)))).select_related(
        "node", "workload", "run"
    )
    rows = list(rows.order_by("role", "node__name", "id"))
    root_of = {row.node_id: past.root(viewer, row.node) for row in rows}
    ahead = Role.INPUT if direction == UPSTREAM else Role.OUTPUT
    behind = [row for row in rows if row.role != ahead and reached_by(viewer, frontier[row.run_id], row)]
    flows = flows_of(viewer, direction, frontier)
    kept = [row for row in told(rows, root_of) if row.role == ahead]
    kept = [
        row
        for row in kept
        if leads(direction, flows.get(row.run_id), frontier[row.run_id], past.root(viewer, row.node))
    ]
    trail.edges |= {edge_of(viewer, row) for row in [*behind, *kept]}
    meant, new = bound(viewer, kept), []
    for row in kept:
        snapshot = meant[row.pk]
        place = (past.root(viewer, row.node), snapshot and snapshot.key)
        if place not in trail.steps:
            trail.steps[place] = Passed(past.root(viewer, row.node), snapshot, row.run_id, hops)
            if snapshot:
                new.append(snapshot)
    return new


def reached_by(viewer, nodes: set[int] | None, row: RunIO) -> bool:
    return nodes is not None and past.root(viewer, row.node) in nodes


def edge_of(viewer, row: RunIO) -> Edge:
    node, workload = past.root(viewer, row.node), past.root(viewer, row.workload)
    if row.role == Role.INPUT:
        return node, workload, int(AssociationType.CONTRIBUTED_TO)
    return workload, node, int(AssociationType.PRODUCED)


def flows_of(viewer, direction: str, frontier: Frontier) -> dict[UUID, dict[int, set[int]]]:
    """For the runs that declare flows: from each node behind to the nodes ahead that it flows into or from."""
    rows = within(viewer, Flow.objects.filter(run__in=list(frontier))).select_related("input", "output")
    found: dict[UUID, dict[int, set[int]]] = {}
    for flow in rows:
        ends = (past.root(viewer, flow.output), past.root(viewer, flow.input))
        behind, ahead = ends if direction == UPSTREAM else reversed(ends)
        found.setdefault(flow.run_id, {}).setdefault(behind, set()).add(ahead)
    return found


def leads(direction: str, flows: dict[int, set[int]] | None, behind: set[int] | None, there: int) -> bool:
    """Whether a run leads from the nodes behind, by which it was reached, to a node. An output that no flow names is
    fed by all inputs."""
    if flows is None or behind is None:
        return True
    if direction == UPSTREAM:
        return any(there in flows.get(node, [there]) for node in behind)
    declared = set().union(*flows.values())
    return there not in declared or any(there in flows.get(node, []) for node in behind)


def makers(snapshots: list[Snapshot]) -> dict[UUID, set[int]]:
    found: dict[UUID, set[int]] = defaultdict(set)
    for each in snapshots:
        for run in each.makers:
            found[run].add(each.root)
    return found


def readers(viewer, snapshots: list[Snapshot], trail: Trail) -> dict[UUID, set[int]]:
    found: dict[UUID, set[int]] = defaultdict(set)
    for start in range(0, len(snapshots), SLICE):
        part = snapshots[start : start + SLICE]
        known = histories(viewer, {each.root for each in part})
        for snapshot, rows in reads(viewer, known, part).items():
            for row in rows:
                found[row.run_id].add(snapshot.root)
                trail.edges.add(edge_of(viewer, row))
    return found
