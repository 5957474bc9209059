"""The graph as of a past moment (`?as_of=`), or what one run or version is made of (`?run=`, `?version=`).

What is later than the moment is to the viewer as if it were not there. Rows have their first moments; what a row keeps
only the last of is exact as long as that was said by then, and else is asked of the events (docs/decisions/0008).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _

from . import hindsight
from .joins import components
from .kinds import AssociationType, Role
from .models import Edge, Flow, Node, Parentage, Run, RunIO, Sighting, Symlink, Trait

MOMENT = {Sighting: "created_at"} | dict.fromkeys((Edge, Flow, Parentage, Run, RunIO, Symlink, Trait), "first_at")
# Of one node's edges at a past moment, the oldest so many are looked at.
MOST_EDGES = 5000
Triple = tuple[int, int, int]  # source, target, type: nodes as of the moment


class NoMoment(Http404):
    """`as_of` says no moment: to people a page that is not there, to programs a parameter that makes no sense."""


@dataclass
class Pin:
    """What the view is narrowed to: the nodes and edges of a trail, how the banner names it, and a version's key."""

    name: str
    key: str = ""
    nodes: set[int] = field(default_factory=set)
    edges: set[Triple] = field(default_factory=set)


def of(viewer) -> "Past | None":
    """The past that the viewer asked for; None for the present. Raises NoMoment."""
    if "past" not in viewer.__dict__:
        viewer.past = None  # so that the page of an error can be drawn
        text = str(viewer.choice.get("as_of") or "").strip()
        if text:
            viewer.past = Past(viewer, moment(text))
    return viewer.past


def pinned(viewer, pin: Pin) -> None:
    """From now on the viewer sees what the pin holds, and nothing else."""
    known = of(viewer)
    viewer.past = Past(viewer, known.at if known else None, pin)


def moment(text: str) -> datetime:
    """Raises NoMoment. A date is its end, and a time without a zone is UTC."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise NoMoment(_("This is no moment: write as_of=2026-05-01, or as_of=2026-05-01T12:00:00Z.")) from None


def until(viewer, rows: QuerySet) -> QuerySet:
    """The rows that were there at the viewer's moment."""
    past = of(viewer)
    column = MOMENT.get(rows.model)
    return rows.filter(**{f"{column}__lte": past.at}) if past and past.at and column else rows


def visible(viewer, rows: QuerySet) -> QuerySet:
    rows = until(viewer, rows)
    return rows if viewer.sees_all else rows.filter(project__in=viewer.all_projects())


class Past:
    """A viewer's graph at a moment, or (`at` None) now; with a pin, what it holds of that."""

    def __init__(self, viewer, at: datetime | None, pin: Pin | None = None):
        self.viewer, self.at, self.pin = viewer, at, pin

    @cached_property
    def joined_since(self) -> dict[int, int]:
        """For nodes that symlinks after the moment join to others: the node that each was joined to then."""
        if not self.at:
            return {}
        pairs = Symlink.objects.filter(one__organization=self.viewer.organization)
        groups = pairs.filter(first_at__gt=self.at).values(root=Coalesce("one__canonical_id", "one_id"))
        nodes = Node.objects.filter(Q(pk__in=groups) | Q(canonical__in=groups))
        keys = dict(nodes.values_list("pk", "key"))
        found = {id: id for id in keys}
        kept = pairs.filter(first_at__lte=self.at, one__in=nodes.values("pk")).values_list("one_id", "other_id")
        for members in components(set(kept)):
            found |= dict.fromkeys(members, min(members, key=keys.__getitem__))
        return found

    @cached_property
    def thinned(self) -> bool:
        """Whether some of what was said by the moment may have been pruned."""
        return bool(self.at) and hindsight.is_thinned(self.viewer.organization.pk)

    def root(self, node: int, now: int) -> int:
        """The node that `node`, which is joined to `now` today, was joined to."""
        return self.joined_since.get(node, now)

    def today(self, roots: Iterable[int]) -> dict[int, int]:
        """Each node with the one that it is joined to today."""
        rows = Node.objects.filter(pk__among=roots).values_list("pk", "canonical_id")
        return {id: canonical or id for id, canonical in rows}

    def holds(self, edge: Edge) -> bool:
        return not self.pin or (edge.source_root_id, edge.target_root_id, edge.type) in self.pin.edges

    def all_edges(self, side: str, roots: Iterable[int]) -> dict[int, list[Edge]]:
        """The edges of each of the nodes on one side, oldest first and each once."""
        here, there = ("target", "source") if side == "upstream" else ("source", "target")
        found: dict[int, list[Edge]] = {root: [] for root in roots}
        groups = set(self.today(found).values())
        rows = visible(self.viewer, Edge.objects.filter(**{f"{here}_root__among": groups}, hidden=False))
        seen: set[Triple] = set()
        for edge in rows.order_by("id")[: MOST_EDGES * max(len(found), 1)]:
            edge.source_root_id = self.root(edge.source_id, edge.source_root_id)
            edge.target_root_id = self.root(edge.target_id, edge.target_root_id)
            edge.side, edge.far = side, getattr(edge, f"{there}_root_id")
            triple = (edge.source_root_id, edge.target_root_id, edge.type)
            if getattr(edge, f"{here}_root_id") in found and triple not in seen and self.holds(edge):
                seen.add(triple)
                found[getattr(edge, f"{here}_root_id")].append(edge)
        return found

    def edges(self, root: int, after: dict[str, int], limit: int) -> dict[str, list[Edge]]:
        """As statements.edges."""
        found = {}
        for side, id in after.items():
            found[side] = [edge for edge in self.all_edges(side, [root])[root] if edge.id > id][:limit]
        self.add_runs([edge for edges in found.values() for edge in edges])
        return found

    def edges_of(self, side: str, roots: Iterable[int]) -> dict[int, list[Edge]]:
        """As statements.all_edges, with their runs."""
        found = self.all_edges(side, roots)
        self.add_runs([edge for edges in found.values() for edge in edges])
        return found

    def counts(self, roots: Iterable[int], most: int) -> dict[int, tuple[int, int]]:
        """As statements.counts."""
        roots = list(roots)
        up, down = (self.all_edges(side, roots) for side in ("upstream", "downstream"))
        return {root: (min(len(up[root]), most), min(len(down[root]), most)) for root in roots}

    def add_runs(self, edges: list[Edge]) -> None:
        """Gives each edge the `run` that had made it last, and its id as `last_run`."""
        ends = {
            AssociationType.CONTRIBUTED_TO: ("source", "target", Role.INPUT),
            AssociationType.PRODUCED: ("target", "source", Role.OUTPUT),
        }
        last = [
            When(type=type, then=Subquery(self.io(node, workload, role).values("run")[:1]))
            for type, (node, workload, role) in ends.items()
        ]
        rows = Edge.objects.filter(pk__in=[edge.pk for edge in edges]).annotate(last=Case(*last, default=None))
        made = dict(rows.values_list("pk", "last"))
        runs = Run.objects.in_bulk([run for run in made.values() if run])
        if self.at:
            hindsight.runs_then(self, runs.values())
        for edge in edges:
            edge.run = runs.get(made.get(edge.pk))
            edge.last_run = edge.run and edge.run.pk

    def io(self, node: str, workload: str, role: Role) -> QuerySet[RunIO]:
        same = {"node": OuterRef(node), "workload": OuterRef(workload), "project": OuterRef("project")}
        return until(self.viewer, RunIO.objects.filter(role=role, run__isnull=False, **same)).order_by("-first_at")

    def sightings(self, roots: Iterable[int]) -> list[Sighting]:
        """As statements.sightings: with nodes, kinds and types as of the moment."""
        wanted = set(roots) & self.pin.nodes if self.pin else set(roots)
        groups = set(self.today(wanted).values())
        rows = visible(self.viewer, Sighting.objects.filter(root__in=groups, organization=self.viewer.organization))
        found = list(rows.select_related("node", "project__cloud").order_by("created_at", "id"))
        return [row for row in self.settled(found) if row.root_id in wanted]

    def sightings_of(self, pk: int) -> list[Sighting]:
        """As statements.sightings_of."""
        now = self.today([pk]).get(pk)
        return self.sightings([self.root(pk, now)]) if now else []

    def settled(self, rows: list[Sighting]) -> list[Sighting]:
        """The sightings, saying what they said at the moment."""
        for row in rows:
            row.root_id = self.root(row.node_id, row.root_id)
            row.node.canonical_id = row.root_id if row.root_id != row.node_id else None
        if self.at:
            hindsight.settle(self, rows)
        return rows

    def kinds(self, roots: Iterable[int]) -> dict[int, int]:
        """The kind of each node at the moment: the greatest said of it under any of its names."""
        groups = set(self.today(roots).values())
        names = Node.objects.filter(Q(pk__among=groups) | Q(canonical__among=groups))
        rows = Trait.objects.filter(node__in=names.values("pk"), first_at__lte=self.at)
        found: dict[int, int] = defaultdict(int)
        for node, canonical, kind in rows.values_list("node", "node__canonical", "kind").distinct():
            root = self.root(node, canonical or node)
            found[root] = max(found[root], kind)
        return found


def root(viewer, node: Node) -> int:
    """The node that this one was joined to at the viewer's moment."""
    past = of(viewer)
    return past.root(node.pk, node.root_id) if past else node.root_id


def members(viewer, roots: Iterable[int]) -> dict[int, int]:
    """Each of the nodes, and each name joined to one at the viewer's moment, with the id of the node."""
    past, roots = of(viewer), set(roots)
    groups = set(past.today(roots).values()) if past else roots
    rows = Node.objects.filter(Q(pk__among=groups) | Q(canonical__among=groups)).values_list("pk", "canonical_id")
    found = {id: past.root(id, canonical or id) if past else canonical or id for id, canonical in rows}
    return {id: root for id, root in found.items() if root in roots}


def settled(viewer, rows: list[Sighting]) -> list[Sighting]:
    """Rows of a list, saying what they said at the viewer's moment."""
    past = of(viewer)
    return past.settled(rows) if past else rows
