"""What Ray itself knows of the process: connected or not, to which session and job. Never imports Ray, never starts
it: where Ray is not there and connected, there is nothing to know."""

import json
import os
import re
import sys
import time
from datetime import datetime
from typing import NamedTuple

METADATA = "lineage_capture"
SESSION = re.compile(r"session_(\d{4}-\d\d-\d\d)_(\d\d-\d\d-\d\d)_(\d{6})_")


class Connection(NamedTuple):
    """`session` names the cluster, `started` is in seconds since the epoch."""

    session: str
    started: float
    items: tuple[tuple[str, str], ...]

    @property
    def metadata(self) -> dict[str, str]:
        """Of the Ray job, as given to `ray job submit --metadata-json` and by the driver."""
        return dict(self.items)


remembered: dict[str, Connection] = {}


def worker():
    """Ray's global worker, or None where it is not connected."""
    module = sys.modules.get("ray._private.worker")
    found = getattr(module, "global_worker", None)
    return found if found is not None and getattr(found, "connected", False) else None


def connection() -> Connection | None:
    found = worker()
    if found is None:
        return None
    key = f"{id(found.node)} {found.current_job_id.hex()}"
    if key not in remembered:
        remembered.clear()
        remembered[key] = connected(found)
    return remembered[key]


def connected(found) -> Connection:
    metadata = dict(found.core_worker.get_job_config().metadata)
    session = getattr(found.node, "session_name", "") or "ray"
    return Connection(session, session_start(session), tuple(sorted(metadata.items())))


def submitted_metadata() -> dict[str, str]:
    """That of `ray job submit`, in the driver, before it is connected."""
    try:
        return json.loads(os.environ.get("RAY_JOB_CONFIG_JSON_ENV_VAR", "{}")).get("metadata") or {}
    except ValueError:
        return {}


def session_start(session: str) -> float:
    """The name of a session has the local time of its start on the head node."""
    match = SESSION.match(session)
    if not match:
        return time.time()
    return datetime.strptime("".join(match.groups()), "%Y-%m-%d%H-%M-%S%f").timestamp()


def is_worker() -> bool:
    """Whether Ray started this process to run tasks and actors, rather than someone to run a program."""
    found = worker()
    if found is not None:
        return found.mode == 1
    return any(argument.endswith("default_worker.py") for argument in sys.orig_argv[:4])


def is_local_cluster() -> bool:
    """Whether this very process started the cluster that it is connected to, and ends it."""
    found = worker()
    return found is not None and found.mode == 0 and bool(found.node) and found.node.head


def version() -> str:
    return getattr(sys.modules.get("ray"), "__version__", "")


def serve_application() -> str:
    """The application whose replica this process is, or ""."""
    context = sys.modules.get("ray.serve.context")
    inner = context and getattr(context, "_get_internal_replica_context", None)
    replica = inner() if inner else None
    return getattr(replica, "app_name", "") if replica else ""
