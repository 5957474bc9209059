"""Versions of datasets: those that events name, and one for each run that wrote without naming any."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from lineage import queries
from lineage.kinds import Role, State
from lineage.models import Run, RunIO, Sighting, Version


@dataclass
class Made:
    """`bodies` are the digests of the facets it had, `run` is the run that made it."""

    id: UUID
    at: datetime
    label: str
    bodies: list[UUID | None]
    run: Run | None = None


def named(viewer, root: int) -> QuerySet[Version]:
    """The versions that events name. Of a dataset that is also where the viewer may not look, only those that a run
    used where they may: a declared version does not say where it was declared."""
    rows = Version.objects.filter(node__in=queries.names_of(root))
    seen = Sighting.objects.filter(root=root)
    if viewer.sees_all or not seen.exclude(project__in=viewer.all_projects()).exists():
        return rows
    used = queries.within(viewer, RunIO.objects.filter(version=OuterRef("pk")))
    return rows.filter(Exists(used))


def unnamed(viewer, root: int) -> QuerySet[RunIO]:
    """What runs wrote that have not failed, and that name no version of it."""
    wrote = RunIO.objects.filter(node__in=queries.names_of(root), role=Role.OUTPUT, run__isnull=False)
    named = RunIO.objects.filter(run=OuterRef("run"), node=OuterRef("node"), role=Role.OUTPUT, version__isnull=False)
    rows = queries.within(viewer, wrote.filter(version__isnull=True)).filter(~Exists(named))
    return rows.exclude(run__state__in=[State.FAIL, State.ABORT])


def history(viewer, root: int, page: slice) -> tuple[list[Made], int]:
    """(a page of a dataset's versions, newest first; how many there are)."""
    one, other = named(viewer, root), unnamed(viewer, root)
    rows = [of_version(row) for row in one.order_by("-first_at", "id")[: page.stop]]
    rows += [of_output(row) for row in other.select_related("run").order_by("-first_at", "id")[: page.stop]]
    rows.sort(key=lambda row: (-row.at.timestamp(), row.id.hex))
    return with_runs(viewer, rows[page]), one.count() + other.count()


def version(viewer, root: int, id: UUID) -> Made | None:
    rows = [of_version(row) for row in named(viewer, root).filter(pk=id)]
    rows += [of_output(row) for row in unnamed(viewer, root).select_related("run").filter(pk=id)]
    return with_runs(viewer, rows)[0] if rows else None


def of_version(row: Version) -> Made:
    return Made(row.pk, row.first_at, row.label, [row.facets])


def of_output(row: RunIO) -> Made:
    return Made(row.pk, row.first_at, "", [row.facets, row.io_facets], row.run)


def with_runs(viewer, rows: list[Made]) -> list[Made]:
    """Adds the first run that wrote each named version."""
    waiting = {row.id: row for row in rows if row.run is None}
    wrote = RunIO.objects.filter(version__in=list(waiting), role=Role.OUTPUT, run__isnull=False)
    for io in queries.within(viewer, wrote).select_related("run").order_by("-first_at", "-id"):
        waiting[io.version_id].run = io.run
    return rows


def of_io(io: RunIO) -> UUID | None:
    """The version that a run read or wrote; None for a read that names none."""
    return io.version_id or (io.pk if io.role == Role.OUTPUT else None)
