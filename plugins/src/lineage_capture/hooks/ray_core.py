"""`ray.init`: the driver's job tells its workers whose work it is; on a cluster started elsewhere also our settings.
`ray start --head --block`: the cluster ends with that process."""

import sys

from .. import handover, identity, ray_facts, session
from ..patching import wrap

DRIVER, WORKER = 0, 1


def worker(module) -> None:
    """Patches ray._private.worker."""

    def connect(call):
        mode, node = call.get(2, "mode"), call.get(0, "node")
        if mode == DRIVER:
            tell_workers(call, node)
        yield
        if mode == WORKER and call.error is None:
            handover.take(node.get_gcs_client())

    wrap(module, "connect", connect)


def tell_workers(call, node) -> None:
    job = call.get(8, "job_config")
    if job is None:
        from ray.job_config import JobConfig

        job = call.kwargs["job_config"] = JobConfig()
    job.set_metadata(ray_facts.METADATA, identity.to_pass_on())
    # Workers of a cluster that this program starts inherit its environment.
    if not node.head and (variables := handover.give(node.get_gcs_client())):
        env = dict(job.runtime_env or {})
        env["env_vars"] = {**variables, **(env.get("env_vars") or {})}
        job.set_runtime_env(env)


def node(module) -> None:
    """Patches ray._private.node."""

    def started(call):
        yield
        head = call.error is None and getattr(call.args[0], "head", False)
        if head and {"start", "--head", "--block"} <= set(sys.argv):
            session.ends_here(call.args[0].session_name)

    wrap(module.Node, "__init__", started)
