"""Versions of a job: each set of inputs, outputs and source location that its runs had is one."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from lineage import bulk, queries
from lineage.kinds import Role
from lineage.models import Node, Run

# A job's versions are those of so many of its newest runs.
LOOKED_AT = 1000


@dataclass
class JobVersion:
    """`at` is when the first of the runs that were looked at had it; `latest` is the newest of these."""

    id: UUID
    at: datetime
    latest: Run
    location: str | None
    io: list = field(default_factory=list)


def version_id(job: Node, io: list, location: str | None) -> UUID:
    """The same for the same names, whatever the versions of the datasets."""
    used = sorted({(row.role, row.node.namespace, row.node.name) for row in io})
    return uuid5(NAMESPACE_URL, repr((job.namespace, job.name, used, location)))


def history(viewer, node: Node, location_of) -> list[JobVersion]:
    """Newest first. `location_of` reads a job's facets."""
    runs = list(queries.runs(viewer, node).select_related("workload")[:LOOKED_AT])
    ids = [run.pk for run in runs]
    io, (_own, facets) = bulk.run_io(viewer, ids), bulk.run_facets(ids)
    found: dict[UUID, JobVersion] = {}
    for run in runs:
        rows, location = io.get(run.pk, []), location_of(facets.get(run.pk, {}))
        id = version_id(run.workload, rows, location)
        known = found.setdefault(id, JobVersion(id, run.first_at, run, location, rows))
        known.at = run.first_at
    return list(found.values())


def ends(version: JobVersion, role: Role) -> list[Node]:
    return list({row.node_id: row.node for row in version.io if row.role == role}.values())
