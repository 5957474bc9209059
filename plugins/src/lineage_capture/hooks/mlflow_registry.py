"""MLflow's registry: models that are registered, and versions that get an alias or a stage.

Each way to register a model ends in MlflowClient._create_model_version.
"""

import time
from collections.abc import Callable

from ..events import Operation
from ..patching import Call, wrap
from ..told import Event
from . import mlflow_models
from .mlflow_store import NAMESPACE, Store

# Calls that register a model just now.
registering: list[Call] = []


def client(module) -> None:
    """Patches mlflow.tracking.client."""
    wrap(module.MlflowClient, "_create_model_version", register_model, NAMESPACE)
    wrap(module.MlflowClient, "set_registered_model_alias", set_alias, NAMESPACE)
    wrap(module.MlflowClient, "transition_model_version_stage", set_stage, NAMESPACE)


def register_model(call: Call):
    """Inside of `log_model`, that one tells of it."""
    registering.append(call)
    try:
        yield from registry_changed(call, "register_model", lambda store: [call.result])
    finally:
        registering.remove(call)


def set_alias(call: Call):
    """(name, alias, version): the version that had the alias has it no longer."""
    name, alias, version = (str(call.get(place, key)) for place, key in enumerate(("name", "alias", "version"), 1))
    before = Store.of(call.args[0]).model_version_of(name, None, None, alias)
    changed = dict.fromkeys([str(before.version)] if before else []) | {version: None}
    yield from registry_changed(
        call, "set_registered_model_alias", lambda store: [store.model_version(name, each) for each in changed]
    )


def set_stage(call: Call):
    yield from registry_changed(call, "transition_model_version_stage", lambda store: [call.result])


def registry_changed(call: Call, name: str, versions: Callable[[Store], list]):
    """`versions(store)` are the ModelVersions that are new or changed, asked for on the sending thread."""
    if call.nested:
        return
    began, operation = time.time(), Operation(NAMESPACE, name)
    yield
    operation.start(began)
    if call.error:
        return operation.fail(call.error)
    store = Store.of(call.args[0])

    def late(event: Event) -> None:
        models = [mlflow_models.of_version(each, store) for each in versions(store) if each]
        event.outputs += [mlflow_models.dataset(model, store, event.workload, other_names=True) for model in models]

    operation.late = late
    operation.complete()
