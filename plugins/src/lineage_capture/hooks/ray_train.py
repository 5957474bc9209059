"""Ray Train: `Trainer.fit` is a run that reads its datasets and writes its checkpoint, with parameters and metrics.

A checkpoint is a version of a model: the folder of the training's run is the model, `checkpoint_…` in it the version.
"""

import math
import uuid
from typing import Any

from ..events import Operation, dataset
from ..patching import wrap
from ..told import Dataset
from ..values import parameters
from . import ray_plan

NAMESPACE = "ray-train"
# The checkpoint that this process opened last: a model that it logs afterwards is made of it.
opened_last: list[Dataset] = []


def trainer(module) -> None:
    """Patches ray.train.v2.api.data_parallel_trainer."""
    wrap(module.DataParallelTrainer, "fit", fit)


def old_trainer(module) -> None:
    """Patches ray.train.base_trainer, of Ray Train before its second version."""
    wrap(module.BaseTrainer, "fit", fit)


def fit(call):
    if call.nested:
        return
    trained = call.args[0]
    context = getattr(trained, "train_run_context", None)
    operation = Operation(NAMESPACE, name_of(trained), run_id=str(uuid.UUID(context.run_id)) if context else "")
    for read in (trained.datasets or {}).values():
        for each in sources_of(read):
            operation.read(each)
    if found := parameters(configuration(trained)):
        said = [{"key": key, "name": key, "value": value} for key, value in found.items()]
        operation.run_facets["executionParameters"] = {"parameters": said}
    operation.start()
    yield
    if call.error is not None:
        operation.fail(call.error)
        return
    finish(operation, call.result)
    operation.complete()


def name_of(trained: Any) -> str:
    """The trainer's class, and the name of the run where the user gave one."""
    name = getattr(getattr(trained, "run_config", None), "name", None)
    return f"{type(trained).__name__}.fit" + (f" {name}" if name and not name.startswith("ray_train_run-") else "")


def configuration(trained: Any) -> dict[str, Any]:
    found = getattr(trained, "train_loop_config", None) or getattr(trained, "_train_loop_config", None) or {}
    return found if isinstance(found, dict) else {}


def sources_of(read: Any) -> list[Dataset]:
    """What a Ray Dataset is made from."""
    plan = getattr(read, "_logical_plan", None)
    found = ray_plan.sources([plan.dag]) if plan is not None else []
    return [each for _, source in found for each in source.datasets()]


def finish(operation: Operation, result: Any) -> None:
    metrics = numbers(getattr(result, "metrics", None) or {})
    if metrics:
        operation.run_facets["lc_metrics"] = metrics
    if checkpoint := getattr(result, "checkpoint", None):
        model = model_of(checkpoint)
        if model is not None:
            model.facets["lc_model"] = {"flavor": "ray-train", **({"metrics": metrics} if metrics else {})}
            operation.wrote(model)


def numbers(metrics: dict[str, Any]) -> dict[str, float]:
    """Those of a report that are numbers; JSON knows no NaN and no infinity."""
    found = {str(key): value for key, value in metrics.items() if not isinstance(value, bool)}
    found = {key: getattr(value, "item", lambda value=value: value)() for key, value in found.items()}
    return {key: value for key, value in found.items() if isinstance(value, int | float) and math.isfinite(value)}


def model_of(checkpoint: Any) -> Dataset | None:
    """None where its folder is not captured (a local path)."""
    uri = ray_plan.with_scheme([checkpoint.path], checkpoint.filesystem)[0].rstrip("/")
    folder, _, version = uri.rpartition("/")
    if not version.startswith("checkpoint"):
        folder, version = uri, ""
    made = dataset(folder, datasetType={"datasetType": "MODEL"})
    if made is not None and version:
        made.facets["version"] = {"datasetVersion": version}
    return made


def checkpoints(module) -> None:
    """Patches ray.train._checkpoint: who opens a checkpoint loads the model."""
    for name in ("to_directory", "as_directory"):
        wrap(module.Checkpoint, name, opened)


def opened(call):
    """A folder of the user's that is to become a checkpoint has no such name yet."""
    yield
    if call.nested or call.error is not None:
        return
    model = model_of(call.args[0])
    if model is not None and "version" in model.facets:
        opened_last[:] = [model]
        operation = Operation(NAMESPACE, "load_checkpoint")
        operation.read(model)
        operation.start()
        operation.complete()
