"""What many nodes and runs say at once, in a constant number of statements, for one viewer."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import OuterRef, Subquery

from . import statements
from .bodies import Facet, laid, of_runs, texts
from .kinds import AssociationType, Role
from .models import Edge, NodeFacets, Run, RunFacets, RunIO
from .queries import within
from .versions import told

# More edges than these are not looked at.
MOST, MOST_ENDS = 10_000, 1000
# SQLite joins no more SELECTs than 500.
TOGETHER = 200
NEWEST = """
    SELECT * FROM (
        SELECT {columns} FROM lineage_run r WHERE r.workload_id = {node:d} {visible} AND (
            SELECT t.id FROM lineage_tombstone t JOIN clouds_project p ON p.cloud_id = t.cloud_id
            WHERE t.node_id = {node:d} AND p.id = r.project_id AND t.at >= r.first_at LIMIT 1
        ) IS NULL
        ORDER BY r.first_at DESC, r.id LIMIT {limit:d}
    ) AS of_{node:d}
"""


def facets(viewer, named: dict[int, int]) -> dict[int, dict[str, Facet]]:
    """By root, as queries.facets. `named` is what versions.members answers."""
    rows = within(viewer, NodeFacets.objects.filter(node__in=list(named)))
    return merged(rows, lambda row: named[row.node_id])


def run_facets(runs: Iterable[UUID]) -> tuple[dict[UUID, dict[str, Facet]], dict[UUID, dict[str, Facet]]]:
    """(the runs' own facets, their jobs' as of each run), by the run's id."""
    found = of_runs(RunFacets.objects.filter(run__in=list(runs)))
    return {run: own for run, (own, _) in found.items()}, {run: of_job for run, (_, of_job) in found.items()}


def merged(rows, key) -> dict:
    rows = list(rows.order_by("stamp", "keys", "body"))
    bodies = texts(row.body for row in rows)
    groups = grouped(rows, key)
    return {name: laid([(row.stamp, row.body) for row in group], bodies) for name, group in groups.items()}


def grouped(rows: Iterable, key) -> dict:
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def newest_runs(viewer, named: dict[int, int], limit: int) -> dict[int, list[Run]]:
    """By root, the newest runs of workloads since people deleted them, if they did; newest first."""
    found, ids, run = defaultdict(list), sorted(named), statements.columns(Run)
    visible, projects = statements.within(viewer, "r.project_id")
    for start in range(0, len(ids), TOGETHER):
        part = ids[start : start + TOGETHER]
        each = [NEWEST.format(columns=run.of("r"), node=id, visible=visible, limit=limit) for id in part]
        for row in statements.answers(" UNION ALL ".join(each), projects * len(part)):
            one = run.read(row)
            found[named[one.workload_id]].append(one)
    for rows in found.values():
        rows.sort(key=lambda row: (-row.first_at.timestamp(), row.pk.hex))
        del rows[limit:]
    return found


def run_io(viewer, runs: Iterable[UUID]) -> dict[UUID, list[RunIO]]:
    """By run what it read and wrote, by the names it used, as versions.told."""
    rows = within(viewer, RunIO.objects.filter(run__in=list(runs))).select_related("node", "version", "run")
    rows = list(rows.order_by("role", "node__name", "version__label", "id"))
    kept = told(rows, {row.node_id: row.node.root_id for row in rows})
    return grouped(kept, lambda row: row.run_id)


def neighbours(viewer, roots: Iterable[int]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """(inputs, outputs) of workloads as roots, by the workload's root."""
    roots = list(roots)
    inputs = within(
        viewer, Edge.objects.filter(target_root__in=roots, hidden=False, type=AssociationType.CONTRIBUTED_TO)
    )
    outputs = within(viewer, Edge.objects.filter(source_root__in=roots, hidden=False, type=AssociationType.PRODUCED))
    return (
        ends(inputs.order_by("id").values_list("target_root", "source_root")[:MOST]),
        ends(outputs.order_by("id").values_list("source_root", "target_root")[:MOST]),
    )


def ends(pairs) -> dict[int, list[int]]:
    found: dict[int, dict[int, None]] = defaultdict(dict)
    for here, there in pairs:
        found[here][there] = None
    return {here: list(there) for here, there in found.items()}


def newest_io(viewer, named: dict[int, int], role: Role) -> dict[int, list[RunIO]]:
    """By root, the newest time that each of its workloads read or wrote it, newest first. Of all the nodes asked for at
    once, the MOST_ENDS workloads that began to do so last."""
    here, there, type = (
        ("source", "target", AssociationType.CONTRIBUTED_TO)
        if role == Role.INPUT
        else ("target", "source", AssociationType.PRODUCED)
    )
    last = RunIO.objects.filter(
        node=OuterRef(here), workload=OuterRef(there), role=role, project=OuterRef("project"), run__isnull=False
    )
    edges = within(viewer, Edge.objects.filter(**{f"{here}__in": list(named)}, type=type, hidden=False)).order_by("-id")
    ids = edges.annotate(io=Subquery(last.order_by("-first_at").values("pk")[:1])).values_list("io", flat=True)
    rows = RunIO.objects.filter(pk__in=[id for id in ids[:MOST_ENDS] if id]).select_related("version")
    return grouped(rows.order_by("-first_at", "id"), lambda row: named[row.node_id])
