"""Ray Serve: an application is a service. `serve.run` is a run of the program that calls it, which makes the endpoint,
and tells the service's route; each replica tells that it runs, however it was deployed (code or `serve deploy`); models
that a replica loads are the service's."""

import inspect
from typing import Any

from .. import identity
from ..events import Dataset, Operation
from ..patching import wrap

NAMESPACE = "ray-serve"


def api(module) -> None:
    """Patches ray.serve.api."""
    wrap(module, "_run_many", run_many)
    wrap(module, "delete", delete)


def service_run(application: str, workload: identity.Workload | None = None) -> Operation:
    """The run of the application's service, which driver and replicas tell alike. Where variables declare the whole
    workload, it is a run of that."""
    workload = workload or identity.current()
    if identity.declared_session():
        known = (workload.cloud_id, workload.cluster_id, workload.id, application)
        operation = Operation(NAMESPACE, application, identity.shared_run(workload.cluster_started, *known))
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
        operation = service_run(target.name)
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
        service_run(str(call.get(0, "name"))).complete()


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
        operation = service_run(application)
        if given.get("ingress"):
            count = None if given["deployment_config"].autoscaling_config else given["deployment_config"].num_replicas
            operation.run_facets["lc_deployment"] = deployment(application, given.get("route_prefix"), count)
        operation.running()

    wrap(owner, "__init__", begins)
