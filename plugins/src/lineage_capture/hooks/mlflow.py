"""MLflow: models that are logged, registered and loaded, artifacts, and runs with their parameters, metrics and data.

Few functions see it all: each flavor's `log_model` ends in Model.log, each `load_model` in _download_artifact_from_uri,
all that is said of runs in TrackingServiceClient. What is registered: mlflow_registry.py.
"""

import functools
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .. import session
from ..events import Operation
from ..patching import Call, wrap
from ..told import Event
from . import mlflow_artifacts, mlflow_models, mlflow_registry, mlflow_runs
from .mlflow_store import NAMESPACE, Store
from .ray_train import opened_last

# What flavors call the function that loads a model.
LOADERS = {"load_model", "load_explainer", "load_state_dict", "spark_udf", "_load_model_or_server"}
# MLflow's modules that a user's own call may come through.
DOORS = ("mlflow.artifacts.", "mlflow.telemetry.", "mlflow.utils.annotations.", "mlflow.tracking.")
# Seconds from a model's log to the call that registers it, and that this may take.
REGISTERED_WITHIN = 2.0
LONGEST_REGISTRATION = 10
STATES = {"FINISHED": "COMPLETE", "FAILED": "FAIL", "KILLED": "ABORT"}


def models(module) -> None:
    """Patches mlflow.models.model."""
    wrap(module.Model, "log", log_model, NAMESPACE)


def artifact_utils(module) -> None:
    """Patches mlflow.tracking.artifact_utils."""
    wrap(module, "_download_artifact_from_uri", load_model, NAMESPACE)


def artifacts(module) -> None:
    """Patches mlflow.artifacts."""
    wrap(module, "download_artifacts", download_artifacts, NAMESPACE)


def tracking(module) -> None:
    """Patches mlflow.tracking._tracking_service.client."""
    service = module.TrackingServiceClient
    wrap(service, "create_run", create_run, NAMESPACE)
    wrap(service, "set_terminated", end_run, NAMESPACE)
    wrap(service, "log_inputs", log_inputs, NAMESPACE)
    wrap(service, "download_artifacts", download_of_run, NAMESPACE)
    wrap(service, "log_artifact", log_artifact, NAMESPACE)
    wrap(service, "log_artifacts", log_artifacts, NAMESPACE)


def log_model(call: Call):
    if call.nested:
        return
    operation = Operation(NAMESPACE, "log_model")
    operation.inputs = list(opened_last)
    operation.start()
    yield
    if call.error:
        return operation.fail(call.error)
    model, store = mlflow_models.of_info(call.result), Store.of()

    def late(event: Event) -> None:
        # Most models that are registered are so right after they were logged: then their name is known.
        session.linger(event.at + REGISTERED_WITHIN)
        for _ in range(LONGEST_REGISTRATION):
            if mlflow_registry.registering:
                session.linger(time.time() + 1)
        event.outputs.append(mlflow_models.dataset(model, store, event.workload))

    operation.late = late
    operation.complete()


def load_model(call: Call):
    """Only what a flavor's loader fetches: MLflow fetches much else for itself."""
    if call.nested or next(callers()).function not in LOADERS:
        return
    began, uri, operation = time.time(), str(call.get(0, "artifact_uri")), Operation(NAMESPACE, "load_model")
    yield
    if call.error:
        operation.start(began)
        return operation.fail(call.error)
    tell_download(operation, began, uri, call)


def download_artifacts(call: Call):
    """mlflow.artifacts.download_artifacts(artifact_uri, run_id, artifact_path, …)"""
    uri = call.get(0, "artifact_uri")
    yield from downloaded(call, str(uri or run_uri(call.get(1, "run_id"), call.get(2, "artifact_path"))))


def download_of_run(call: Call):
    """MlflowClient.download_artifacts(run_id, path, …)"""
    yield from downloaded(call, run_uri(call.get(1, "run_id"), call.get(2, "path")))


def run_uri(run_id: str, path: str | None) -> str:
    return f"runs:/{run_id}/{path or ''}"


def downloaded(call: Call, uri: str):
    if call.nested or internal():
        return
    began, operation = time.time(), Operation(NAMESPACE, "download_artifacts")
    yield
    if call.error:
        operation.start(began)
        return operation.fail(call.error)
    tell_download(operation, began, uri, call)


def tell_download(operation: Operation, began: float, uri: str, call: Call) -> None:
    """A model, where there is one in the folder; else what of a run's artifacts or elsewhere it was."""
    path, store = call.result, Store.of().other(call.kwargs.get("tracking_uri"), call.kwargs.get("registry_uri"))
    text = model_file(path)
    files = [] if text else mlflow_artifacts.files(path)

    def late(event: Event) -> None:
        event.inputs += mlflow_artifacts.downloaded(uri, text, files, store, event.workload)

    operation.start(began)
    operation.late = late
    operation.complete()


def model_file(folder: str) -> str:
    """The text of the MLmodel file in a folder, "" where there is none."""
    path = os.path.join(folder, mlflow_artifacts.MODEL_FILE)
    if not os.path.isfile(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def log_artifact(call: Call):
    """Also what ends in it: `log_text`, `log_figure`, … Not a model's files."""
    yield from artifact_logged(call, "log_artifact", mlflow_artifacts.logged)


def log_artifacts(call: Call):
    yield from artifact_logged(call, "log_artifacts", mlflow_artifacts.logged_inside)


def artifact_logged(call: Call, name: str, paths_of: Callable[[str, str, str | None], list[str]]):
    if call.nested:
        return
    began, operation = time.time(), Operation(NAMESPACE, name)
    run_id, local = str(call.get(1, "run_id")), call.get(2, "local_path") or call.kwargs["local_dir"]
    yield
    if call.error:
        operation.start(began)
        return operation.fail(call.error)
    store, paths = Store.of(call.args[0]), paths_of(run_id, os.fspath(local), call.get(3, "artifact_path"))

    def late(event: Event) -> None:
        event.outputs += mlflow_artifacts.of_run(run_id, paths, store, event.workload)

    if paths:
        operation.start(began)
        operation.late = late
        operation.complete()


def create_run(call: Call):
    yield
    if not call.error:
        tell_run(call.result.info.run_id, "START", Store.of(call.args[0]))


def log_inputs(call: Call):
    yield
    if not call.error:
        told = mlflow_runs.reading(call.get(2, "datasets"), call.get(3, "models"))
        tell_run(call.get(1, "run_id"), "RUNNING", Store.of(call.args[0]), told)


def end_run(call: Call):
    """A run that is resumed ends again."""
    state, error = STATES.get(call.get(2, "status") or "FINISHED"), sys.exc_info()[1]
    yield
    if state and not call.error:
        facets = mlflow_runs.error_of(error) if state == "FAIL" else {}
        tell_run(call.get(1, "run_id"), state, Store.of(call.args[0]), mlflow_runs.ended, facets)


def tell_run(
    id: str, state: str, store: Store, add: mlflow_runs.Telling | None = None, facets: dict | None = None
) -> None:
    """MLflow's run is a run in lineage, by the same id."""
    operation = Operation(NAMESPACE, "run", str(uuid.UUID(id)))
    operation.run_facets |= facets or {}
    operation.late = functools.partial(mlflow_runs.tell, id, store, add)
    operation.emit(state)


class Caller(NamedTuple):
    module: str
    function: str


def callers() -> Iterator[Caller]:
    """The functions that the wrapped one was called from, the nearest first."""
    frame = sys._getframe(1)
    while frame:
        module = frame.f_globals.get("__name__") or ""
        if not module.startswith("lineage_capture."):
            yield Caller(module, frame.f_code.co_name)
        frame = frame.f_back


def internal() -> bool:
    """Whether MLflow calls for a purpose of its own."""
    for caller in callers():
        if not f"{caller.module}.".startswith(DOORS):
            return caller.module.startswith("mlflow.")
    return False
