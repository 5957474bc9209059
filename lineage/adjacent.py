"""What stands next to a node, upstream and downstream: the levels that graphs and pages show, and the runs behind an
edge."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from . import statements
from .kinds import AssociationType, Role
from .models import Edge, Flow, Node, Run, RunIO, Sighting
from .queries import ENDS, LARGEST_ID, leading, names_then, within

MOST_COUNTED = 1000


@dataclass
class Neighbour:
    """An edge and the node at its other end, as its viewer knows it; `node.type` is the fine type."""

    edge: Edge
    node: Node
    sighting: Sighting


@dataclass
class Level:
    """One level in one direction. `count` is all there are, up to 1,000 (`capped` says there are more);
    `cursor` continues after `rows`, or is None at the end."""

    rows: list[Neighbour] = field(default_factory=list)
    count: int = 0
    capped: bool = False
    cursor: str | None = None


@dataclass
class EdgeRuns:
    """The newest runs that made an edge. `count` is of all, up to 1,000 (`capped` says there are more);
    `first_at` is when the edge was first seen, also where it was declared without a run."""

    runs: list[Run]
    count: int
    capped: bool
    first_at: datetime


def level(viewer, root_id: int, direction: str, limit: int = 8, after: str | None = None) -> Level:
    """The neighbours of a node in one direction, oldest edge first, `limit` of them after a cursor.

    Raises ValueError on a cursor that is none.
    """
    return around(viewer, root_id, [direction], limit, after)[direction]


def around(viewer, root_id: int, directions: Iterable[str], limit: int, after: str | None = None) -> dict[str, Level]:
    """As `level`, in several directions at once."""
    start = decode(after) if after else 0
    edges = statements.edges(viewer, root_id, dict.fromkeys(directions, start), limit + 1)
    count = {side: len(found) for side, found in edges.items()}
    if after or max(count.values()) > limit:
        count = dict(zip(ENDS, statements.counts(viewer, [root_id], MOST_COUNTED + 1)[root_id], strict=True))
    return {side: level_of(rows, limit, count[side]) for side, rows in named(viewer, edges).items()}


def levels(viewer, direction: str, ids: Iterable[int]) -> dict[int, list[Neighbour]]:
    """All neighbours of each of these nodes in one direction. Not for hubs: it walks them to their end."""
    return named(viewer, statements.all_edges(viewer, direction, list(ids)))


def named(viewer, edges: dict[object, list[Edge]]) -> dict[object, list[Neighbour]]:
    """The edges, in their groups, with the nodes at their other ends."""
    ends = {edge.far for group in edges.values() for edge in group}
    seen = leading(statements.sightings(viewer, ends)) if ends else {}
    return {
        key: [Neighbour(edge, seen[edge.far].node, seen[edge.far]) for edge in group if edge.far in seen]
        for key, group in edges.items()
    }


def level_of(rows: list[Neighbour], limit: int, count: int) -> Level:
    """The first `limit` of rows that may be more, of `count` in all."""
    return Level(
        rows[:limit],
        min(count, MOST_COUNTED),
        count > MOST_COUNTED,
        encode(rows[limit - 1].edge.id) if len(rows) > limit else None,
    )


def related(viewer, node: Node, limit: int = 50) -> dict[str, Level]:
    return around(viewer, node.root_id, ENDS, limit)


def edge_runs(viewer, source: int, target: int, type: AssociationType, limit: int = 20) -> EdgeRuns | None:
    """The runs that made the edges between two nodes, by whatever names; None where there is no edge to be seen."""
    pair = Edge.objects.filter(source_root=source, target_root=target, type=type, hidden=False)
    first = within(viewer, pair).order_by("first_at").first()
    if not first:
        return None
    made = within(viewer, makers(names_then(viewer, source), names_then(viewer, target), type)).filter(
        run__isnull=False
    )
    ids = made.order_by("-first_at", "run").values_list("run", flat=True)
    newest = list(dict.fromkeys(ids[: limit * 5]))[:limit]
    found = Run.objects.select_related("workload").in_bulk(newest)
    count = made.order_by().values("run").distinct()[: MOST_COUNTED + 1].count()
    return EdgeRuns(
        [found[id] for id in newest if id in found], min(count, MOST_COUNTED), count > MOST_COUNTED, first.first_at
    )


def makers(source: QuerySet, target: QuerySet, type: AssociationType) -> QuerySet:
    """What the runs said that edges of this type were rolled up from."""
    if type == AssociationType.CONTRIBUTED_TO:
        return RunIO.objects.filter(node__in=source, workload__in=target, role=Role.INPUT)
    if type == AssociationType.PRODUCED:
        return RunIO.objects.filter(node__in=target, workload__in=source, role=Role.OUTPUT)
    return Flow.objects.filter(input__in=source, output__in=target)


def encode(id: int) -> str:
    return urlsafe_b64encode(str(id).encode()).decode().rstrip("=")


def decode(cursor: str) -> int:
    try:
        id = int(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        id = -1
    if not 0 <= id <= LARGEST_ID:
        raise ValueError("This is not a cursor of ours: take it from `more`, or leave `after` out.")
    return id
