"""Whose work it is: the workload's details, the same from driver, worker, Train worker and Serve replica.

Each detail comes from the first that says it: our own LINEAGE_* variables, Anyscale's, what the driver put into its
Ray job's metadata, the metadata of `ray job submit`, KubeRay's variables and labels. Without any, a process is a job
named after its script, or a workspace where someone types into it.
"""

import functools
import json
import os
import platform
import sys
import time
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import PurePath

from . import ray_facts
from .settings import text

# Seconds since the epoch; near enough to the interpreter's start, and the same all through the process.
STARTED = time.time()
# The session's run, for workers that their Ray job does not tell.
RUN = "LINEAGE_CAPTURE_RUN_ID"
PROCESS = f"process_{uuid.uuid4().hex[:16]}"
VARIABLES = {
    "organization_id": ("LINEAGE_ORGANIZATION_ID", "ANYSCALE_ORGANIZATION_ID"),
    "cloud_id": ("LINEAGE_CLOUD_ID", "ANYSCALE_CLOUD_ID"),
    "project_id": ("LINEAGE_PROJECT_ID", "ANYSCALE_PROJECT_ID"),
    "project_name": ("LINEAGE_PROJECT_NAME", "ANYSCALE_PROJECT"),
    "owner_email": ("LINEAGE_OWNER_EMAIL", "ANYSCALE_USER_EMAIL", "ANYSCALE_USERNAME"),
    "cluster_id": ("LINEAGE_CLUSTER_ID", "ANYSCALE_CLUSTER_ID", "ANYSCALE_SESSION_ID"),
}
# Variable with the id, variables with the name, type.
SESSIONS = (
    ("LINEAGE_WORKLOAD_ID", ("LINEAGE_WORKLOAD_NAME",), ""),
    ("ANYSCALE_PRODJOB_ID", ("ANYSCALE_JOB_NAME", "ANYSCALE_PRODJOB_NAME"), "job"),
    ("ANYSCALE_HA_JOB_ID", ("ANYSCALE_JOB_NAME",), "job"),
    ("ANYSCALE_SERVICE_ID", ("ANYSCALE_SERVICE_NAME",), "service"),
    ("ANYSCALE_EXPERIMENTAL_WORKSPACE_ID", ("ANYSCALE_WORKSPACE_NAME",), "workspace"),
    ("ANYSCALE_WORKSPACE_ID", ("ANYSCALE_WORKSPACE_NAME",), "workspace"),
)
# What KubeRay made the pod's cluster for. On a RayCluster run many jobs, each with a name of its own.
KUBERAY = {"RayJob": "job", "RayService": "service"}


@dataclass(frozen=True)
class Workload:
    """Times are seconds since the epoch; "" stands for what is not known."""

    type: str
    id: str
    name: str
    organization_id: str = ""
    cloud_id: str = ""
    project_id: str = ""
    project_name: str = ""
    owner_email: str = ""
    cluster_id: str = ""
    cluster_started: float = 0.0
    ray_version: str = ""
    # Of the session's own run, the parent of all others: the same in each process of the workload.
    run_id: str = ""

    def facet(self) -> dict[str, str]:
        """The run facet `lc_workload`, without what is not known."""
        said = {
            "type": self.type,
            "id": self.id,
            "name": self.name,
            "organizationId": self.organization_id,
            "cloudId": self.cloud_id,
            "projectId": self.project_id,
            "projectName": self.project_name,
            "ownerEmail": self.owner_email,
            "clusterId": self.cluster_id,
            "clusterStartedAt": moment(self.cluster_started),
            "rayVersion": self.ray_version,
            "pythonVersion": platform.python_version(),
            "osVersion": os_version(),
        }
        return {key: value for key, value in said.items() if value}


def moment(seconds: float) -> str:
    """RFC 3339 in UTC, to the microsecond."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat()


def uuid7(seconds: float | None = None, bits: int | None = None) -> uuid.UUID:
    """A version 7 UUID (RFC 9562) of a moment: sorts by time. `bits` instead of chance make it repeatable."""
    milliseconds = int((time.time() if seconds is None else seconds) * 1000)
    low = (uuid.uuid4().int if bits is None else bits) & ((1 << 74) - 1)
    high, low = low >> 62, low & ((1 << 62) - 1)
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)


@functools.cache
def os_version() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform(terse=True)


def first(names) -> str:
    return next((value for name in names if (value := text(name))), "")


def current() -> Workload:
    """The workload of this process as it is now; remembered until Ray is connected to (another) job."""
    connection = ray_facts.connection()
    return resolved(connection, ray_facts.serve_application() if connection else "")


@functools.lru_cache(maxsize=64)
def resolved(connection: "ray_facts.Connection | None", application: str) -> Workload:
    """A replica of Ray Serve is the service that its application is, unless the whole workload has been declared."""
    metadata = connection.metadata if connection else ray_facts.submitted_metadata()
    passed = json.loads(metadata.get(ray_facts.METADATA, "{}"))
    mine = first(name for name, _, _ in SESSIONS)
    if application and mine and passed.get("id", mine) != mine:
        # A replica is part of the job that started Serve, and works for the one that deployed it.
        metadata, passed = {}, {}
    told = declared(metadata, passed)
    told["cluster_id"] = told["cluster_id"] or (connection.session if connection else PROCESS)
    told["cluster_started"] = connection.started if connection else STARTED
    told["ray_version"] = ray_facts.version()
    handed_over = text(RUN) if ray_facts.is_worker() else ""
    told["run_id"] = passed.get("run_id") or handed_over or session_run(told)
    workload = Workload(**told)
    return service(workload, application) if application and not declared_session() else workload


def of_cluster(session: str) -> Workload:
    """What the process that started a cluster for others knows: no workload, but which cluster it is."""
    return Workload("", "", "", cluster_id=first(VARIABLES["cluster_id"]) or session)


def service(of: Workload, application: str) -> Workload:
    """The application as a service of its own, on the cluster and with the owner of the workload that deploys it."""
    known = {"type": "service", "id": f"{application}@{of.cluster_id}", "name": application}
    return replace(of, **known, run_id=shared_run(of.cluster_started, of.cloud_id, of.cluster_id, *known.values()))


def session_run(told: dict) -> str:
    """A driver's run begins with it. A worker whose driver does not capture finds what the others find."""
    if not ray_facts.is_worker():
        return shared_run(STARTED, PROCESS)
    return shared_run(told["cluster_started"], told["cloud_id"], told["cluster_id"], told["type"], told["id"])


def shared_run(seconds: float, *names: str) -> str:
    """A run id that each process makes of the same names by itself."""
    return str(uuid7(seconds, uuid.uuid5(uuid.NAMESPACE_URL, "\0".join(names)).int))


def declared_session() -> bool:
    """Whether variables say which workload it is."""
    names = [*(name for name, _, _ in SESSIONS), "LINEAGE_WORKLOAD_NAME"]
    return any(text(name) for name in names) or bool(kuberay_type() and kuberay_name())


def known_session() -> bool:
    """Whether variables or `ray job submit` say which workload it is. Not of replicas: their Ray job is that of who
    started Serve."""
    connection = ray_facts.connection()
    metadata = connection.metadata if connection else ray_facts.submitted_metadata()
    return declared_session() or "job_submission_id" in metadata


def declared(metadata: dict[str, str], passed: dict[str, str]) -> dict:
    """What is said of the workload; `passed` is what its driver passed on."""
    said = {field: first(names) or passed.get(field, "") for field, names in VARIABLES.items()}
    said["owner_email"] = said["owner_email"] or metadata.get("owner_email", "") or metadata.get("owner", "")
    return said | session_of(metadata, passed)


def session_of(metadata: dict[str, str], passed: dict[str, str]) -> dict[str, str]:
    """type, id and name of the workload."""
    for variable, names, type in SESSIONS:
        if id := text(variable):
            return {"type": declared_type() or type or "job", "id": id, "name": first(names) or id}
    id = metadata.get("job_submission_id") or kuberay_id() or passed.get("id") or PROCESS
    name = text("LINEAGE_WORKLOAD_NAME") or passed.get("name") or submitted_name(metadata)
    type = declared_type() or passed.get("type") or kuberay_type()
    return {
        "type": type or ("workspace" if interactive() else "job"),
        "id": id,
        "name": name or kuberay_name() or script() or id,
    }


def submitted_name(metadata: dict[str, str]) -> str:
    """Of a job that was submitted without a name, Ray says that its id is its name."""
    names = (metadata.get("job_name"), metadata.get("name"))
    return next((name for name in names if name and name != metadata.get("job_submission_id")), "")


def declared_type() -> str:
    word = text("LINEAGE_WORKLOAD_TYPE").lower()
    return word if word in ("job", "service", "workspace") else ""


def kuberay_type() -> str:
    """By the label ray.io/originated-from-crd, as the pod gets it (README.md, KubeRay)."""
    return KUBERAY.get(text("RAY_ORIGINATED_FROM_CRD"), "")


def kuberay_name() -> str:
    """The RayJob's or RayService's: the label ray.io/originated-from-cr-name."""
    return text("RAY_ORIGINATED_FROM_CR_NAME") if kuberay_type() else ""


def kuberay_id() -> str:
    """That of a service, which nobody submits: the RayCluster that KubeRay made for this version of it."""
    return text("RAY_CLUSTER_NAME") or kuberay_name() if kuberay_type() == "service" else ""


def interactive() -> bool:
    return hasattr(sys, "ps1") or "ipykernel" in sys.modules


def script() -> str:
    """The name of the program, without its folder."""
    if interactive():
        return os.environ.get("JPY_SESSION_NAME", "").rpartition("/")[2] or "notebook"
    argv = getattr(sys, "argv", None) or [""]
    main = sys.modules.get("__main__")
    if getattr(main, "__spec__", None) and main.__spec__.name:
        return main.__spec__.name.removesuffix(".__main__")
    return PurePath(argv[0]).name if argv[0] not in ("", "-c", "-") else "python"


def variables() -> dict[str, str]:
    """The workload's details as variables say them, for replicas of Ray Serve, whose Ray job is that of who started
    Serve; {} where nothing but the script says which workload it is."""
    found = current()
    if not known_session():
        return {}
    said = {names[0]: getattr(found, field) for field, names in VARIABLES.items() if field != "cluster_id"}
    said |= {"LINEAGE_WORKLOAD_TYPE": found.type, "LINEAGE_WORKLOAD_ID": found.id, "LINEAGE_WORKLOAD_NAME": found.name}
    return {name: value for name, value in (said | {RUN: found.run_id}).items() if value}


def to_pass_on() -> str:
    """What the driver tells its workers, as JSON for the Ray job's metadata: they cannot find it out themselves."""
    mine = asdict(replace(current(), cluster_id="", cluster_started=0, ray_version=""))
    return json.dumps({key: value for key, value in mine.items() if value})
