"""`ray.init`: the driver's job tells its workers whose work it is; on a cluster started elsewhere also our settings."""

from .. import identity, ray_facts, settings
from ..patching import wrap

DRIVER = 0


def worker(module) -> None:
    """Patches ray._private.worker."""

    def connect(call):
        if call.get(2, "mode") != DRIVER:
            return
        job = call.get(8, "job_config")
        if job is None:
            from ray.job_config import JobConfig

            job = call.kwargs["job_config"] = JobConfig()
        job.set_metadata(ray_facts.METADATA, identity.to_pass_on())
        node = call.args[0] if call.args else call.kwargs["node"]
        if not node.head:
            pass_settings_on(job)
        yield

    wrap(module, "connect", connect)


def pass_settings_on(job) -> None:
    """Workers of a cluster that runs already have that cluster's environment, not ours. What the user's own
    runtime_env says goes first."""
    env = dict(job.runtime_env or {})
    env["env_vars"] = {**settings.passed_on(), **(env.get("env_vars") or {})}
    job.set_runtime_env(env)
