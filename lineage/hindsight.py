"""What is kept only as it was said last, as it was said by a past moment: types, creators, last runs, states, facets.

A value that bears a stamp of before the moment is the value of then: whatever else was said lost to it or came before.
Only for the others the events are read again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL

from clouds.models import Organization

from .bodies import said_at
from .identity import HOUR, MICROSECOND, YEAR_ONE, inferred
from .kinds import Kind
from .models import ALWAYS, NEVER, Node, NodeFacets, Run, RunIO, Sighting, Trait

# What events of these runs, and those without a run about the nodes of these keys, said by a moment (replay.fold);
# the app that keeps the events puts its own in the place of this one.
Told = Callable[[int, Iterable[UUID], Iterable[UUID], datetime], dict[str, list[dict]]]


def nothing(organization_id: int, runs: Iterable[UUID], keys: Iterable[UUID], until: datetime) -> dict[str, list[dict]]:
    return {"sightings": [], "node_facets": [], "runs": []}


told_by: Told = nothing
# The time of the oldest event that an organization has kept, None where it has none; the same app's.
kept_since: Callable[[int], datetime | None] | None = None
# Of a node, the newest runs whose events are read again.
RUNS = 200
# SQLite joins no more SELECTs than 500, and each node takes two.
TOGETHER = 200
NEWEST = """
    SELECT * FROM (
        SELECT r.id FROM lineage_run r WHERE r.workload_id = {node:d} AND r.first_at <= %s
        ORDER BY r.first_at DESC LIMIT {limit:d}
    ) AS of_{node:d}
    UNION ALL SELECT * FROM (
        SELECT io.run_id FROM lineage_runio io
        WHERE io.node_id = {node:d} AND io.run_id IS NOT NULL AND io.first_at <= %s
        ORDER BY io.first_at DESC LIMIT {limit:d}
    ) AS at_{node:d}
"""


def is_thinned(organization_id: int) -> bool:
    """Whether events have been pruned: something is older than the oldest of them. What was said anew since is lost."""
    seen = Sighting.objects.filter(organization=OuterRef("pk")).order_by("created_at").values("created_at")
    firsts = [Subquery(seen.filter(kind=kind)[:1]) for kind in (Kind.DATASET, Kind.WORKLOAD)]
    found = Organization.objects.filter(pk=organization_id).values_list(*firsts).first()
    oldest = min([at for at in found or () if at], default=None)
    kept = kept_since(organization_id) if kept_since else None
    return oldest is not None and (kept is None or kept > oldest)


def later(stamp: UUID, at: datetime) -> bool:
    """Whether the stamp was given after the moment."""
    return stamp not in (NEVER, ALWAYS) and said_at(stamp) > at


def settle(past, rows: list[Sighting]) -> None:
    """Gives sightings the kind, type, creator and last run that they had."""
    kinds = past.kinds({row.root_id for row in rows})
    types = types_of(past.at, rows)
    last = [row for row in rows if later(row.last_run_stamp, past.at)]
    again = [row for row in rows if types[row.pk] is None]
    said = said_again(past, {row.node_id for row in [*last, *again]}) if last or again else {}
    for row in rows:
        row.kind = row.node.kind = kinds.get(row.root_id, row.kind)
        if later(row.creator_stamp, past.at):
            row.creator = ""
        known = said.get((row.node_id, row.project_id), {})
        if types[row.pk] is None:
            row.type, row.type_stamp = known.get("type", ""), UUID(known.get("type_stamp", NEVER.hex))
        else:
            row.type, row.type_stamp = types[row.pk]
        if row in last:
            row.last_run = UUID(known["last_run"]) if known.get("last_run") else None
            row.last_run_stamp = UUID(known.get("last_run_stamp", NEVER.hex))


def types_of(at: datetime, rows: list[Sighting]) -> dict[int, tuple[str, UUID] | None]:
    """For each sighting its (type, stamp) at the moment; None where only the events can tell which of several."""
    traits = Trait.objects.filter(node__in={row.node_id for row in rows}, first_at__lte=at)
    said: dict[tuple, dict] = defaultdict(lambda: {True: set(), False: set()})
    for node, project, type, declared in traits.values_list("node", "project", "type", "declared"):
        if type:
            said[node, project][declared].add(type)
    several = Counter(row.root_id for row in rows)
    return {row.pk: type_then(at, row, said[row.node_id, row.project_id], several[row.root_id] > 1) for row in rows}


def type_then(at: datetime, row: Sighting, said: dict[bool, set], several: bool) -> tuple[str, UUID] | None:
    """`said` are the types by whether they were declared; of `several` sightings the stamps must be exact, too."""
    declared = bool(int(row.type_stamp.hex[:2], 16))
    hour = int(row.type_stamp.hex[4:12], 16)
    if declared and (hour + 1) * HOUR * MICROSECOND <= at - YEAR_ONE:
        return row.type, row.type_stamp
    if not said[True]:
        return max(((type, UUID(inferred(type))) for type in said[False]), key=itemgetter(1), default=("", NEVER))
    return (next(iter(said[True])), row.type_stamp) if len(said[True]) == 1 and not several else None


def said_again(past, nodes: Iterable[int]) -> dict[tuple[int, int], dict]:
    """By node and project the rows of Sighting that the events came to."""
    rows = events_about(past, set(nodes))["sightings"]
    return {(row["node_id"], row["project_id"]): row for row in rows}


def events_about(past, nodes: set[int]):
    """The events of the newest runs that touched each of the nodes by then, folded."""
    runs = newest_runs(nodes, past.at)
    declared = RunIO.objects.filter(node__in=nodes, run=None, first_at__lte=past.at).values("workload")
    keys = Node.objects.filter(Q(pk__in=nodes) | Q(pk__in=declared)).values_list("key", flat=True)
    return told_by(past.viewer.organization.pk, runs, list(keys), past.at)


def newest_runs(nodes: Iterable[int], at: datetime) -> set[UUID]:
    """Of each of the nodes the RUNS newest runs of it, and the RUNS newest that read or wrote it, by a moment."""
    found: set[UUID] = set()
    ids, moment = list(nodes), connection.ops.adapt_datetimefield_value(at)
    for start in range(0, len(ids), TOGETHER):
        part = ids[start : start + TOGETHER]
        sql = " UNION ALL ".join([NEWEST.format(node=id, limit=RUNS) for id in part])
        rows = Run.objects.filter(pk__in=RawSQL(sql, [moment, moment] * len(part)))
        found |= set(rows.values_list("uuid", flat=True))
    return found


def runs_then(past, runs: Iterable[Run]) -> None:
    """Gives runs the state, start and end that they had."""
    runs = [run for run in runs if run]
    again = [run for run in runs if later(run.state_stamp, past.at)]
    said = {}
    if again:
        rows = told_by(past.viewer.organization.pk, {run.uuid for run in again}, [], past.at)["runs"]
        said = {UUID(row["id"]): row for row in rows}
    for run in runs:
        if run.started_at and run.started_at > past.at:
            run.started_at = None
        if run in again:
            known = said.get(run.pk, {})
            run.state, run.ended_at = known.get("state", ""), known.get("ended_at")


def facets_then(past, rows: Iterable[NodeFacets]) -> list[NodeFacets]:
    """Rows of one node as they were at the moment, in the order of their stamps."""
    rows = list(rows)
    kept = [row for row in rows if not later(row.stamp, past.at)]
    if len(kept) < len(rows):
        kept += facets_again(past, rows, kept)
    return sorted(kept, key=lambda row: (row.stamp, row.keys, row.body))


def facets_again(past, rows: list[NodeFacets], kept: list[NodeFacets]) -> Iterator[NodeFacets]:
    """What events said by then under the sets of keys that are not among the kept rows."""
    places = {(row.node_id, row.project_id) for row in rows}
    held = {(row.node_id, row.project_id, row.keys) for row in kept}
    for row in events_about(past, {node for node, _project in places})["node_facets"]:
        place = (row["node_id"], row["project_id"])
        if place in places and (*place, UUID(row["keys"])) not in held:
            said = {"keys": UUID(row["keys"]), "stamp": UUID(row["stamp"]), "body": UUID(row["body"])}
            yield NodeFacets(node_id=place[0], project_id=place[1], **said)
