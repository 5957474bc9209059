"""What a driver hands to the workers of a cluster that runs already, for they have that cluster's environment.

Ray's dashboard shows a runtime_env to everyone. So where events go, and the API key, are kept in the cluster's own
store of keys and values, which the dashboard does not show; the runtime_env says only under which key.
"""

import hashlib
import json
import os

from . import identity, settings
from .settings import HANDED_OVER
from .trouble import warn_once

NAMESPACE = b"lineage_capture"
# Seconds, at the start of a driver or a worker.
TIMEOUT = 5
NAMES = (HANDED_OVER, "LINEAGE_", *settings.OPEN)


def give(gcs) -> dict[str, str]:
    """Variables for the workers' runtime_env. `gcs` is Ray's client of the cluster's store."""
    given = identity.variables()
    if settings.said("LINEAGE_CAPTURE_PASS_ON", True):
        given |= settings.starting_with(settings.OPEN)
        kept = json.dumps(settings.starting_with(("OPENLINEAGE_",)), sort_keys=True).encode()
        # The same for the same settings: a cluster that runs for months keeps few.
        key = hashlib.sha256(kept).hexdigest()
        gcs.internal_kv_put(key.encode(), kept, True, NAMESPACE, TIMEOUT)
        given[HANDED_OVER] = key
    return given


def given(runtime_env: dict | None) -> dict[str, str]:
    """Those that are in a job's runtime_env."""
    found = (runtime_env or {}).get("env_vars") or {}
    return {name: value for name, value in found.items() if name.startswith(NAMES)}


def take(gcs) -> None:
    """In a worker, once it is connected. What is in its environment already goes first."""
    key = settings.text(HANDED_OVER)
    if not key:
        return
    kept = gcs.internal_kv_get(key.encode(), NAMESPACE, TIMEOUT)
    if kept is None:
        warn_once("The settings of the driver are not known to this cluster: nothing is captured in its workers.")
        del os.environ[HANDED_OVER]
        return
    for name, value in json.loads(kept).items():
        os.environ.setdefault(name, value)
