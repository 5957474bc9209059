"""What flows into what, each once however many runs declare it: a leap along an index from each to the next."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from . import past, statements
from .models import Flow, Run
from .queries import DOWNSTREAM, within
from .upsert import any_of, as_list

LEAP = """
    WITH RECURSIVE near(id) AS ({near}), leap(id) AS (
        SELECT (SELECT f.id FROM lineage_flow f WHERE f.{here} = near.id {only} {visible} ORDER BY {order} LIMIT 1)
        FROM near
        UNION ALL
        SELECT (
            SELECT f.id FROM lineage_flow f WHERE f.{here} = p.{here} AND ({order}) > ({last}) {only} {visible}
            ORDER BY {order} LIMIT 1
        ) FROM leap JOIN lineage_flow p ON p.id = leap.id
    )
    SELECT {columns} FROM leap JOIN lineage_flow f ON f.id = leap.id LIMIT {limit:d}
"""
# A workload that is none cannot be compared with one; such flows are of no run, so there are few.
LOOSE = "SELECT DISTINCT {columns} FROM lineage_flow f WHERE f.{here} IN ({near}) AND {only} {visible} LIMIT {limit:d}"
NAMES = "SELECT n.id FROM lineage_node n WHERE {ids} UNION SELECT n.id FROM lineage_node n WHERE {aliases}"
MAPPED = "AND f.columns IS NOT NULL"


class Mapping(NamedTuple):
    """Columns of `input` flow into columns of `output`, as the Body `columns` says; ids are of any of the names."""

    input: int
    output: int
    workload: int | None
    columns: UUID


def pairs(viewer, workloads: Iterable[int], limit: int) -> list[tuple[int, int, int]]:
    """(workload, input, output) of the flows that the workloads of these ids declare."""
    columns = "f.workload_id, f.input_id, f.output_id"
    sql, values = leap(viewer, "workload_id", "f.output_id, f.input_id", columns, "", workloads, limit)
    return statements.answers(sql, values)


def mappings(viewer, direction: str, roots: Iterable[int], limit: int) -> list[Mapping]:
    """What is said of the columns of these nodes, under any of their names, in a direction."""
    here, there = ("input_id", "output_id") if direction == DOWNSTREAM else ("output_id", "input_id")
    columns, roots = "f.input_id, f.output_id, f.workload_id, f.columns", list(roots)
    order = f"f.workload_id, f.{there}, f.columns"
    sql, values = leap(viewer, here, order, columns, f"{MAPPED} AND f.workload_id IS NOT NULL", roots, limit)
    rows = statements.answers(sql, values)
    near, ids = names(roots)
    visible, projects = statements.within(viewer, "f.project_id")
    only = "f.workload_id IS NULL AND f.columns IS NOT NULL"
    sql = LOOSE.format(columns=columns, here=here, near=near, only=only, visible=visible, limit=limit)
    rows += statements.answers(sql, [*ids, *projects])
    return [Mapping(*row[:3], row[3] if isinstance(row[3], UUID) else UUID(row[3])) for row in rows]


def of_run(viewer, direction: str, roots: Iterable[int], run: Run) -> list[Mapping]:
    """As `mappings`, of what one run said alone."""
    here = "input" if direction == DOWNSTREAM else "output"
    rows = Flow.objects.filter(**{f"{here}__in": past.members(viewer, roots)}, run=run, columns__isnull=False)
    return [Mapping(*row) for row in within(viewer, rows).order_by("id").values_list(*Mapping._fields)]


def leap(viewer, here: str, order: str, columns: str, only: str, roots: Iterable[int], limit: int) -> tuple[str, list]:
    visible, projects = statements.within(viewer, "f.project_id")
    near, ids = names(roots)
    parts = {"here": here, "order": order, "last": order.replace("f.", "p."), "columns": columns, "only": only}
    return LEAP.format(**parts, near=near, visible=visible, limit=limit), [*ids, *projects, *projects]


def names(roots: Iterable[int]) -> tuple[str, list]:
    """SQL for the ids of these nodes and of the names that are joined to them, and its values."""
    ids = as_list(roots)
    return NAMES.format(ids=any_of("n.id"), aliases=any_of("n.canonical_id")), [ids, ids]
