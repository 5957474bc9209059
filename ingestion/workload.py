"""Whose event it is: the workload, its project, its owner, its cluster and its run. Pure.

The run facet `lc_workload` says so; without it the OpenLineage job is the workload.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lineage.observation import Ref, RunSeen

from . import moments
from .event import Event
from .identities import field, first_owner, job, plain
from .reader import run_uuid

TYPES = {"job", "service", "workspace"}
DEFAULT_PROJECT = "default"
# The namespace of the job that stands for a workload's session, among parents: it is no other job.
SESSIONS = "workload"


@dataclass(slots=True)
class Context:
    """What the key of an event says. `project` gives the id of a project of the key's cloud by its name;
    `bound_project` is the name of the key's project, or "" where the key is of a whole cloud."""

    organization_id: int
    organization_name: str
    cloud_name: str
    project: Callable[[str], int]
    bound_project: str = ""
    key_owner: str = ""
    cloud_id: int = 0


@dataclass(slots=True)
class Workload:
    """Who ran. `operation` is the event's own job where the workload is another node."""

    ref: Ref
    type: str
    declared: bool
    project: str
    creator: str
    session: str = ""
    operation: str = ""
    facets: dict[str, Any] | None = None


def facet_of(event: Event) -> dict[str, Any]:
    facet = event.run_facets.get("lc_workload")
    return facet if type(facet) is dict else {}


def claimed_cloud(event: Event) -> str:
    """The cloud that the event says it is of, or ""."""
    return plain(facet_of(event).get("cloudId"))


def claimed_project(event: Event) -> str:
    """The project that the event says it is of, or ""."""
    facet = facet_of(event)
    return plain(facet.get("projectName")) or plain(facet.get("projectId"))


def cluster_of(event: Event) -> tuple[str, datetime | None]:
    """(id or "", start or None) of the cluster that the event says it ran on."""
    facet = facet_of(event)
    return plain(facet.get("clusterId")), moment(facet.get("clusterStartedAt"))


def moment(value: Any) -> datetime | None:
    try:
        return moments.read(value)[0] if type(value) is str else None
    except ValueError:
        return None


def workload_of(event: Event, context: Context) -> Workload | None:
    """None for a DatasetEvent. Where the facet gives neither name nor id, the job is the workload."""
    if event.kind == "dataset":
        return None
    facet = facet_of(event)
    session = plain(facet.get("id"))
    name = plain(facet.get("name")) or session
    return named_workload(event, context, name, session) if name else job_as_workload(event, context)


def named_workload(event: Event, context: Context, name: str, session: str) -> Workload:
    facet = facet_of(event)
    said = plain(facet.get("type")).lower()
    if said not in TYPES:
        event.warnings.append("$.run.facets.lc_workload.type: must be one of job, service, workspace; read as job")
        said = "job"
    project = context.bound_project or claimed_project(event) or DEFAULT_PROJECT
    return Workload(
        ref=job(f"lineage://{quoted(context.cloud_name)}/{quoted(project)}/{said}", name),
        type=said,
        declared=True,
        project=project,
        creator=plain(facet.get("ownerEmail")) or first_owner(event.job_facets) or context.key_owner,
        session=session,
        operation=f"{event.job_namespace}/{event.job_name}",
        facets={"lc_workload": facet},
    )


def job_as_workload(event: Event, context: Context) -> Workload:
    service = field(event.job_facets, "jobType", "processingType").upper() == "SERVICE"
    return Workload(
        ref=job(event.job_namespace, event.job_name),
        type="service" if service else "job",
        declared="jobType" in event.job_facets,
        project=context.bound_project or claimed_project(event) or event.job_namespace,
        creator=first_owner(event.job_facets) or context.key_owner,
        facets=event.job_facets,
    )


def quoted(name: str) -> str:
    """A name as one segment of a namespace."""
    return name.replace("%", "%25").replace("/", "%2F")


def run_of(event: Event, workload: Workload) -> RunSeen:
    nominal = event.run_facets.get("nominalTime")
    nominal = nominal if type(nominal) is dict else {}
    parent_run = identity(parent_of(event), "run", "runId")
    return RunSeen(
        uuid=event.run_id,
        state=event.event_type,
        external_id=event.external_run_id,
        operation=workload.operation,
        session=workload.session,
        facets=event.run_facets,
        job_facets=event.job_facets,
        parent_uuid=another(parent_run and run_uuid(parent_run)[0], event.run_id),
        nominal_start=moment(nominal.get("nominalStartTime")),
        nominal_end=moment(nominal.get("nominalEndTime")),
        cluster_id=field(event.run_facets, "lc_workload", "clusterId"),
    )


def another(uuid: str, than: str) -> str:
    return "" if uuid == than else uuid


def parent_of(event: Event) -> dict[str, Any]:
    facet = event.run_facets.get("parent")
    return facet if type(facet) is dict else {}


def identity(owner: dict[str, Any], key: str, name: str) -> str:
    inner = owner.get(key)
    value = inner.get(name) if type(inner) is dict else None
    return value if type(value) is str and not value.isspace() else ""


def jobs_above(event: Event) -> list[tuple[str, str]]:
    """(namespace, name) of the parent and of the root, as far as they are named."""
    facet = parent_of(event)
    root = facet.get("root")
    owners = (facet, root if type(root) is dict else {}) if facet else ()
    return [(identity(each, "job", "namespace"), identity(each, "job", "name")) for each in owners]


def parents_of(event: Event, workload: Workload) -> list[tuple[Ref, Ref]]:
    """(child, parent) pairs from the parent facet. With lc_workload, a parent job in the event's own namespace is
    an operation of the same workload, and one in SESSIONS the workload itself."""
    pairs, child = [], workload.ref
    for namespace, name in jobs_above(event):
        same = workload.operation and namespace in (event.job_namespace, SESSIONS)
        if same or not (namespace and name):
            continue
        parent = job(namespace, name)
        if parent not in (child, workload.ref):
            pairs.append((child, parent))
            child = parent
    return pairs
