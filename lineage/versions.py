"""Versions of a dataset or a model: those that events name, and one for each successful write that names none.

A read that names no version is bound to the newest at that time, when asked: nothing of it is stored.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from . import past
from .kinds import Role, State
from .models import Node, RunIO, Sighting, Tombstone, Version
from .queries import names_of, runs_then, unhidden, within

# Of all the nodes asked for at once, the newest; what is older is left out.
MOST = 5000


@dataclass(frozen=True)
class Snapshot:
    """A version of the node `root`. `key` names it in addresses: the first of `ids`, the rows of Version that name it
    (under any name of the node), or the row of RunIO that is the write. `label` is "" where no event names it; `at`
    is when it was first named, or written; `makers` are the ids of the runs that wrote it, the first one first."""

    root: int
    key: UUID
    label: str
    at: datetime
    makers: tuple[UUID, ...] = ()
    ids: tuple[UUID, ...] = ()

    @property
    def name(self) -> str:
        return self.label or f"{self.at:%Y-%m-%d %H:%M:%S}"

    @property
    def maker(self) -> UUID | None:
        return self.makers[0] if self.makers else None


def members(roots: Iterable[int]) -> dict[int, int]:
    """Each of the nodes, and each name joined to one today, with the id of the node."""
    roots = list(roots)
    rows = Node.objects.filter(Q(pk__in=roots) | Q(canonical__in=roots))
    return {id: canonical or id for id, canonical in rows.values_list("id", "canonical_id")}


def histories(viewer, roots: Iterable[int], until: datetime | None = None) -> dict[int, list[Snapshot]]:
    """For each node its versions, oldest first, up to a moment. Four statements, whatever the number of nodes."""
    root_of = past.members(viewer, roots)
    found: dict[int, list[Snapshot]] = {root: [] for root in root_of.values()}
    for each in [*(named := named_ones(viewer, root_of, until)), *written_ones(viewer, root_of, named, until)]:
        found[each.root].append(each)
    for versions in found.values():
        versions.sort(key=lambda each: (each.at, each.key))
    return found


def history(viewer, node: Node, until: datetime | None = None) -> list[Snapshot]:
    """The node's versions, oldest first."""
    return histories(viewer, [node.root_id], until)[node.root_id]


def named_in(viewer, nodes) -> QuerySet[Version]:
    """Rows of these nodes: those that a run that the viewer may see has touched, and those that were declared, first
    seen after people deleted the node, if they did: a declared version does not say in which project, so only of a
    node that is nowhere where the viewer may not look."""
    rows = Version.objects.filter(node__in=nodes)
    touched = Exists(within(viewer, RunIO.objects.filter(version=OuterRef("pk"))))
    deleted = Exists(Tombstone.objects.filter(node=OuterRef("node"), at__gte=OuterRef("first_at")))
    then = past.of(viewer)
    rows = rows.filter(first_at__lte=then.at) if then and then.at else rows
    return rows.filter(touched | (~deleted & ~seen_elsewhere(viewer)))


def seen_elsewhere(viewer) -> Q | Exists:
    """Of a Version: whether its node is also where the viewer may not look."""
    if viewer.sees_all:
        return Q(pk=None)
    return Exists(Sighting.objects.filter(node=OuterRef("node")).exclude(project__in=viewer.all_projects()))


def known_versions(viewer, node: Node) -> QuerySet[Version]:
    """Versions that events name of a node, newest first."""
    return named_in(viewer, names_of(node.root_id)).order_by("-first_at", "id")


def named_ones(viewer, root_of: dict[int, int], until: datetime | None) -> list[Snapshot]:
    rows = named_in(viewer, root_of)
    if until:
        rows = rows.filter(first_at__lte=until)
    groups: dict[tuple, list] = defaultdict(list)
    for row in rows.order_by("-first_at", "id")[:MOST]:
        groups[root_of[row.node_id], row.label].append(row)
    makers = makers_of(viewer, [row.pk for group in groups.values() for row in group], until)
    return [
        Snapshot(
            root,
            min(row.pk for row in group),
            label,
            min(row.first_at for row in group),
            tuple(dict.fromkeys(run for row in group for run in makers[row.pk])),
            tuple(row.pk for row in group),
        )
        for (root, label), group in groups.items()
    ]


def makers_of(viewer, ids: list[UUID], until: datetime | None) -> dict[UUID, list[UUID]]:
    """The runs that wrote each version, the first one first."""
    rows = within(viewer, RunIO.objects.filter(version__in=ids, role=Role.OUTPUT, run__isnull=False))
    if until:
        rows = rows.filter(first_at__lte=until)
    found = defaultdict(list)
    for version, run in rows.order_by("first_at", "run").values_list("version_id", "run_id"):
        found[version].append(run)
    return found


def written_ones(viewer, root_of: dict[int, int], named: list[Snapshot], until: datetime | None) -> list[Snapshot]:
    """Successful writes of runs that named no version of the node."""
    told = {(each.root, run) for each in named for run in each.makers}
    found: dict[tuple, Snapshot] = {}
    for row in successful(viewer, RunIO.objects.filter(node__in=root_of, role=Role.OUTPUT, version=None), until):
        place = (root_of[row.node_id], row.run_id)
        if place not in told and (place not in found or row.pk < found[place].key):
            found[place] = Snapshot(root_of[row.node_id], row.pk, "", row.run.ended_at, (row.run_id,))
    return list(found.values())


def successful(viewer, writes: QuerySet[RunIO], until: datetime | None) -> list[RunIO]:
    """Those of runs that had completed by a moment, newest first."""
    then = past.of(viewer)
    if not (then and then.at):
        writes = writes.filter(run__state=State.COMPLETE)
    if until:
        writes = writes.filter(first_at__lte=until)
    rows = list(
        within(viewer, writes).filter(run__isnull=False).select_related("run").order_by("-first_at", "id")[:MOST]
    )
    runs_then(viewer, [row.run for row in rows])
    done = [row for row in rows if row.run.state == State.COMPLETE and row.run.ended_at]
    return [row for row in done if not until or row.run.ended_at <= until]


def newest(versions: list[Snapshot], at: datetime, run: UUID | None) -> Snapshot | None:
    """Of versions, oldest first, the one that a read at a moment sees: not what the reading run itself wrote."""
    return next((each for each in reversed(versions) if each.at <= at and run not in each.makers), None)


def told(rows: Iterable[RunIO], root_of: dict[int, int]) -> list[RunIO]:
    """The reads and writes without those that name no version where the same run names one of the same node."""
    rows = list(rows)
    versioned = {(row.run_id, root_of[row.node_id], row.role) for row in rows if row.version_id}
    return [row for row in rows if row.version_id or (row.run_id, root_of[row.node_id], row.role) not in versioned]


def bound(viewer, rows: Iterable[RunIO]) -> dict[UUID, Snapshot | None]:
    """By the ids of what runs read and wrote (each with its `run`): the version that is meant; None where none was
    known then, or the write did not succeed."""
    rows = list(rows)
    if not rows:
        return {}
    root_of = past.members(viewer, {past.root(viewer, row.node) for row in rows})
    moments = [moment for row in rows for moment in (row.first_at, row.run and row.run.ended_at) if moment]
    known = histories(viewer, set(root_of.values()), max(moments))
    return {row.pk: version_of(row, known[root_of[row.node_id]]) for row in rows}


def version_of(row: RunIO, versions: list[Snapshot]) -> Snapshot | None:
    if row.version_id:
        return next((each for each in versions if row.version_id in each.ids), None)
    if row.role == Role.OUTPUT:
        return next((each for each in versions if not each.ids and row.run_id in each.makers), None)
    return newest(versions, row.first_at, row.run_id)


def reads(viewer, known: dict[int, list[Snapshot]], wanted: list[Snapshot]) -> dict[Snapshot, list[RunIO]]:
    """What read each of the versions: reads that name it, and those that name none and happened while it was the
    newest. `known` are the whole histories of their nodes. Newest first, up to MOST in all."""
    root_of = past.members(viewer, {each.root for each in wanted})
    names = defaultdict(list)
    for id, root in root_of.items():
        names[root].append(id)
    windows = Q(pk=None)
    for each in wanted:
        windows |= window(each, known[each.root]) & Q(node__in=names[each.root])
    rows = within(viewer, unhidden(RunIO.objects.filter(windows, role=Role.INPUT, run__isnull=False)))
    rows = list(rows.select_related("node", "run", "workload").order_by("-first_at", "id")[:MOST])
    naming = naming_runs(viewer, root_of, [row.run_id for row in rows if not row.version_id])
    found: dict[Snapshot, list[RunIO]] = {each: [] for each in wanted}
    for row in rows:
        root = root_of[row.node_id]
        meant = version_of(row, known[root]) if row.version_id or (row.run_id, root) not in naming else None
        if meant in found:
            found[meant].append(row)
    return found


def window(wanted: Snapshot, versions: list[Snapshot]) -> Q:
    """The reads that may mean the version: what a run wrote itself is not what it read, so the makers of the next
    version are asked whenever they read."""
    later = versions[versions.index(wanted) + 1 :]
    unnamed = Q(version=None, first_at__gte=wanted.at)
    if later:
        unnamed &= Q(first_at__lt=later[0].at) | Q(run__in=later[0].makers)
    return unnamed | Q(version__in=wanted.ids)


def naming_runs(viewer, root_of: dict[int, int], runs: list[UUID]) -> set[tuple[UUID, int]]:
    """Those of the runs, and the nodes, that name a version of what they read: a read without one says no more."""
    rows = RunIO.objects.filter(run__in=runs, node__in=root_of, role=Role.INPUT, version__isnull=False)
    return {(run, root_of[node]) for run, node in within(viewer, rows).values_list("run", "node")}
