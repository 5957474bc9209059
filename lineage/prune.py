"""Takes away what is old: runs, versions, and texts that nothing holds any more. Nodes, edges, declared flows and what
was said last of each node stay.

Each generator works in short transactions and says after each how many rows it has looked at and taken away; with
`dry`, how many it would. A writer waits for one such transaction at most.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from clouds.models import Organization

from .models import Body, Flow, Run, RunFacets, RunIO, Version
from .nodes import changed
from .queries import said_at
from .record import lock
from .upsert import any_of, as_list

TOGETHER = 500
BODIES_TOGETHER = 20_000
Done = tuple[int, int]  # rows looked at, rows taken away
# What holds a body, by table.
HOLDERS = {
    "lineage_nodefacets": ["body"],
    "lineage_runfacets": ["body", "job_body"],
    "lineage_version": ["facets"],
    "lineage_runio": ["facets", "io_facets"],
    "lineage_flow": ["columns"],
    "ingestion_rawevent": ["shared"],
}


def organizations() -> set[int]:
    return set(Organization.objects.values_list("pk", flat=True))


def old_runs(before: datetime):
    """Runs that began before then, but for the newest of each workload."""
    newer = Run.objects.filter(workload=OuterRef("workload"), first_at__gt=OuterRef("first_at"))
    return Run.objects.filter(Exists(newer), first_at__lt=before)


def runs(before: datetime, dry: bool = False) -> Iterator[Done]:
    """Runs that nothing was heard of since then, with what they read, wrote and said."""
    for organization in sorted(organizations()):
        last = None
        while True:
            with transaction.atomic():
                if not dry:
                    lock({organization})
                page = page_of(old_runs(before).filter(organization=organization), last)
                gone = [run.pk for run in page if last_heard(run) < before]
                if gone and not dry:
                    remove(gone)
            if not page:
                break
            last = page[-1]
            yield len(page), len(gone)


def page_of(rows, last: Run | None) -> list[Run]:
    if last:
        rows = rows.filter(Q(first_at__gt=last.first_at) | Q(pk__gt=last.pk), first_at__gte=last.first_at)
    return list(rows.order_by("first_at", "pk")[:TOGETHER])


def last_heard(run: Run) -> datetime:
    """By the times of its events; one absurdly in the future has an odd rank and does not count (identity.Said)."""
    stamps = [stamp for stamp in (run.said_stamp, run.state_stamp, run.parent_stamp) if not stamp.bytes[0] % 2]
    return max([run.first_at, run.ended_at or run.first_at, *map(said_at, stamps)])


def remove(runs: list) -> None:
    """A flow that no other run declares stays, as one of the workload: what flows into what is part of the graph."""
    same = {name: OuterRef(name) for name in ("input", "output", "workload", "basis", "project")}
    again = Flow.objects.filter(pk__gt=OuterRef("pk"), **same)
    repeated = Q(Exists(again.filter(columns=OuterRef("columns")))) | Q(
        Exists(again.filter(columns=None)), columns__isnull=True
    )
    flows = Flow.objects.filter(run__in=runs)
    ids = list(flows.filter(repeated).values_list("pk", flat=True))
    for rows in (
        Flow.objects.filter(pk__in=ids),
        RunFacets.objects.filter(run__in=runs),
        RunIO.objects.filter(run__in=runs),
        Run.objects.filter(pk__in=runs),
    ):
        rows._raw_delete(rows.db)
    flows.update(run=None)


def versions(before: datetime, dry: bool = False) -> Iterator[Done]:
    """Versions first seen before then that no run which is kept touched, but for the newest of each node."""
    newer = Version.objects.filter(node=OuterRef("node"), first_at__gt=OuterRef("first_at"))
    touched = RunIO.objects.filter(version=OuterRef("pk"))
    old = Version.objects.filter(Exists(newer), ~Exists(touched), first_at__lt=before).order_by("pk")
    last, everyone = None, organizations()
    while True:
        with transaction.atomic():
            if not dry:
                lock(everyone)
            page = list((old.filter(pk__gt=last) if last else old).values_list("pk", flat=True)[:TOGETHER])
            if page and not dry:
                rows = Version.objects.filter(pk__in=page)
                rows._raw_delete(rows.db)
        if not page:
            return
        last = page[-1]
        yield len(page), len(page)


def bodies(dry: bool = False) -> Iterator[Done]:
    """Texts that nothing holds. What is to go is looked up once, and each part again under the lock; processes that
    remember to have stored it are told."""
    found = unheld()
    everyone = organizations()
    for start in range(0, len(found), BODIES_TOGETHER):
        part = found[start : start + BODIES_TOGETHER]
        if dry:
            yield len(part), len(part)
            continue
        with transaction.atomic():
            lock(everyone)
            gone = unheld(part)
            rows = Body.objects.filter(pk__in=gone)
            rows._raw_delete(rows.db)
            changed(everyone, deletions=1)
        yield len(part), len(gone)


def unheld(among: list[str] | None = None) -> list[str]:
    """Digests of bodies that no row holds. The tables are read once, from end to end: no index leads there, which each
    event would pay for."""

    def narrowed(column: str) -> str:
        return "" if among is None else f"WHERE {any_of(column, 'uuid')}"

    held = [
        f"SELECT {column} FROM {table} {narrowed(column)}" for table, columns in HOLDERS.items() for column in columns
    ]
    values = [] if among is None else [as_list(among)] * (len(held) + 1)
    sql = f"SELECT digest FROM lineage_body {narrowed('digest')} EXCEPT SELECT * FROM ({' UNION ALL '.join(held)}) held"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [key if isinstance(key, str) else key.hex for (key,) in cursor.fetchall()]
