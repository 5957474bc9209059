"""Ray Serve: an application is a service. `serve.run` is a run of the program that calls it, which makes the endpoint,
and tells the service's route; each replica tells that it runs, however it was deployed (code or `serve deploy`); models
that a replica loads are the service's."""

import inspect
from typing import Any

from .. import handover, identity
from ..events import Dataset, Operation
from ..patching import wrap

NAMESPACE = "ray-serve"


def api(module) -> None:
    """Patches ray.serve.api."""
    wrap(module, "_run_many", run_many)
    wrap(module, "delete", delete)


def service_run(application: str, known: bool) -> Operation:
    """The run of the application's service, which driver and replicas tell alike. Where it is `known` which workload
    deploys it, it is a run of that."""
    workload = identity.current()
    if known:
        names = (workload.cloud_id, workload.cluster_id, workload.id, application)
        operation = Operation(NAMESPACE, application, identity.shared_run(workload.cluster_started, *names))
    else:
        service = identity.service(workload, application) if workload.name != application else workload
        operation = Operation(NAMESPACE, application, service.run_id, service)
    operation.job_facets["jobType"] = {"processingType": "SERVICE", "integration": "RAY", "jobType": "APPLICATION"}
    operation.wrote(endpoint(application))
    return operation


def endpoint(application: str) -> Dataset:
    return Dataset(NAMESPACE, f"deployment://{application}")


def run_many(call):
    """A run of the program that deploys, and one of each service."""
    targets = list(call.get(0, "targets") or ())
    deploying = Operation(NAMESPACE, "serve.run")
    deploying.start()
    yield
    if call.error is not None:
        deploying.fail(call.error)
    else:
        deploying.outputs = [endpoint(target.name) for target in targets]
        deploying.complete()
    for target in targets:
        operation = service_run(target.name, identity.known_session())
        operation.run_facets["lc_deployment"] = deployment(target.name, target.route_prefix, replicas(target.target))
        if call.error is None:
            operation.running()
        else:
            operation.fail(call.error)


def deployment(application: str, route: str | None = None, count: int | None = None) -> dict[str, Any]:
    told = {"application": application, "route": route, "replicas": count}
    return {key: value for key, value in told.items() if value is not None}


def replicas(application: Any) -> int | None:
    """How many the ingress deployment asks for; None where they are scaled."""
    config = getattr(getattr(application, "_bound_deployment", None), "_deployment_config", None)
    if config is None or getattr(config, "autoscaling_config", None):
        return None
    return config.num_replicas


def delete(call):
    yield
    if call.error is None:
        service_run(str(call.get(0, "name")), identity.known_session()).complete()


def building(module) -> None:
    """Patches ray.serve._private.build_app: a deployment with a runtime_env of its own gets nothing of its job's, but
    works for the same workload."""

    def runtime_env(call):
        yield
        variables = handover.given(call.get(1, "default_runtime_env"))
        if call.error is not None or not variables:
            return
        options = dict(call.result.ray_actor_options or {})
        env = dict(options.get("runtime_env") or {})
        options["runtime_env"] = env | {"env_vars": {**variables, **(env.get("env_vars") or {})}}
        call.result = call.result.options(ray_actor_options=options)

    wrap(module, "_set_default_runtime_env", runtime_env)


def replica(module) -> None:
    """Patches ray.serve._private.replica: a replica begins. Of what `serve deploy` deployed it alone tells."""
    owner = getattr(module, "ReplicaBase", None) or module.Replica  # the older name first
    signature = inspect.signature(owner.__init__)

    def begins(call):
        yield
        if call.error is not None:
            return
        given = signature.bind(*call.args, **call.kwargs).arguments
        application = given["replica_id"].deployment_id.app_name
        operation = service_run(application, identity.declared_session())
        if given.get("ingress"):
            count = None if given["deployment_config"].autoscaling_config else given["deployment_config"].num_replicas
            operation.run_facets["lc_deployment"] = deployment(application, given.get("route_prefix"), count)
        operation.running()

    wrap(owner, "__init__", begins)
