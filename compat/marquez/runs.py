"""Runs: one, those of a job, and what their facets say."""

from django.http import Http404
from django.utils.translation import gettext as _

from lineage import bulk, queries, versions
from lineage.kinds import Entity, Role
from lineage.models import Node, Run

from . import job_versions, shapes, things
from .asked import Asked, Fault


def find(viewer, uuid: str) -> Run:
    """Raises Http404."""
    row = queries.all_runs(viewer).filter(uuid=uuid).first()
    if row is None:
        raise Http404(_("Run “%s” not found.") % uuid)
    return row


def shown(viewer, runs: list[Run], jobs: dict[int, Node]) -> list[dict]:
    """The runs in Marquez's form; `jobs` are their workloads, by id."""
    ids = [run.pk for run in runs]
    own, of_job = bulk.run_facets(ids)
    io = bulk.run_io(viewer, ids)
    bound = versions.bound(viewer, [row for rows in io.values() for row in rows])
    return [
        shape(run, jobs[run.workload_id], own.get(run.pk, {}), of_job.get(run.pk, {}), io.get(run.pk, []), bound)
        for run in runs
    ]


def shape(run: Run, job: Node, facets: dict, job_facets: dict, io: list, bound: dict) -> dict:
    """`bound` has the version that each of `io` means."""
    reads = [entry(row, bound[row.pk]) for row in io if row.role == Role.INPUT]
    writes = [entry(row, bound[row.pk]) for row in io if row.role == Role.OUTPUT]
    version = str(job_versions.version_id(job, io, shapes.location(job_facets)))
    return {
        "id": str(run.uuid),
        "createdAt": shapes.moment(run.first_at),
        "updatedAt": shapes.moment(max(filter(None, (run.first_at, run.started_at, run.ended_at)))),
        "nominalStartTime": shapes.moment(run.nominal_start),
        "nominalEndTime": shapes.moment(run.nominal_end),
        "state": shapes.run_state(run),
        "startedAt": shapes.moment(run.started_at),
        "endedAt": shapes.moment(run.ended_at),
        "durationMs": shapes.duration(run),
        "args": shapes.arguments(facets),
        "jobVersion": {**shapes.identity(job), "version": version},
        "inputDatasetVersions": reads,
        "outputDatasetVersions": writes,
        "facets": shapes.plain(facets),
    }


def entry(io, version: versions.Snapshot | None) -> dict:
    id = {**shapes.identity(io.node), "version": str(version.key) if version else None}
    return {"datasetVersionId": id, "facets": {}}


def get(asked: Asked, run: str) -> dict:
    found = find(asked.viewer, run)
    return shown(asked.viewer, [found], {found.workload_id: found.workload})[0]


def of_job(asked: Asked, namespace: str, job: str) -> dict:
    node = things.find(asked.viewer, Entity.JOB, namespace, job)
    rows = queries.runs(asked.viewer, node)
    names = Node.objects.in_bulk(versions.members([node.root_id]))
    return {"runs": shown(asked.viewer, list(rows[asked.page()]), names), "totalCount": rows.count()}


def facets(asked: Asked, run: str) -> dict:
    kind = asked.text("type").lower()
    if kind not in ("run", "job"):
        raise Fault(400, _("query param type must be run or job"))
    found = find(asked.viewer, run)
    return {"runId": str(found.uuid), "facets": shapes.plain(queries.run_facets(found)[kind == "job"])}
