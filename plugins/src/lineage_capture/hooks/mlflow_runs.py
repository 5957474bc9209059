"""What is told of MLflow's runs: experiment, parameters, metrics, the data that was read, the models that were made."""

import json
from collections.abc import Callable
from typing import Any

from .. import values
from ..identity import Workload
from ..naming import place_of
from ..told import Dataset, Event, one_line
from ..trouble import guarded
from . import mlflow_models
from .mlflow_store import Store, namespace

HISTORY = "mlflow.log-model.history"
CONTEXT = "mlflow.data.context"
MOST_MODELS = 20
# Kinds of sources of MLflow's datasets whose `path` is a name on Hugging Face's hub.
HUB = {"hugging_face", "huggingface"}

Telling = Callable[[Event, Any, Store], None]


def tell(id: str, store: Store, add: Telling | None, event: Event) -> None:
    """Completes an event of MLflow's run `id`: its experiment is the operation's name, and what `add` adds."""
    run = store.run(id)
    if run is None:
        return
    event.name = store.experiment(run.info.experiment_id)
    if tags := tags_of(run.data.tags):
        event.run_facets["tags"] = {"tags": tags}
    if add:
        add(event, run, store)


def tags_of(tags: dict[str, str]) -> list[dict[str, str]]:
    """The user's own, and those of MLflow's that name the run and its code."""
    named = {"mlflow.runName", "mlflow.source.git.commit", "mlflow.source.git.branch"}
    told = values.parameters({key: tags[key] for key in tags if key in named or not key.startswith("mlflow.")})
    return [{"key": key, "value": value, "source": "MLFLOW"} for key, value in told.items()]


def reading(datasets, models) -> Telling:
    """What a run has just read."""

    def add(event: Event, run, store: Store) -> None:
        inputs = [data_of(each.dataset, event.name, store, event.workload) for each in datasets or []]
        event.inputs += [each for each in inputs if each]
        event.inputs += models_of([each.model_id for each in models or []], store, event.workload)

    return add


def ended(event: Event, run, store: Store) -> None:
    """All that is known of a run at its end."""
    params, metrics = values.parameters(run.data.params), values.numbers(run.data.metrics)
    if params:
        said = [{"key": key, "name": key, "value": value} for key, value in params.items()]
        event.run_facets["executionParameters"] = {"parameters": said}
    if metrics:
        event.run_facets["lc_metrics"] = metrics
    read = run.inputs
    reading(read.dataset_inputs, getattr(read, "model_inputs", None))(event, run, store)
    made = getattr(run, "outputs", None)
    event.outputs += models_of([each.model_id for each in made.model_outputs] if made else [], store, event.workload)
    event.outputs += history(run, store, event.workload)


def models_of(ids: list[str], store: Store, workload: Workload) -> list[Dataset]:
    found = [mlflow_models.Model(id) for id in dict.fromkeys(ids)]
    return [mlflow_models.dataset(model, store, workload) for model in found[:MOST_MODELS]]


def history(run, store: Store, workload: Workload) -> list[Dataset]:
    """The models that MLflow 2 keeps in a tag of the run that logged them."""
    found = {each["artifact_path"]: each for each in json.loads(run.data.tags.get(HISTORY) or "[]")}
    models = []
    for path, said in list(found.items())[:MOST_MODELS]:
        model = mlflow_models.Model("", said["run_id"], path)
        model.flavors, model.signature = list(said.get("flavors") or {}), said.get("signature") or {}
        models.append(mlflow_models.dataset(model, store, workload))
    return models


def data_of(data, experiment: str, store: Store, workload: Workload) -> Dataset | None:
    """A dataset of `log_input`: by its source's URI; without one by its name, its digest being the version.

    None where the URI is not captured.
    """
    source = json.loads(data.source or "{}")
    uri = next((source[key] for key in ("uri", "path", "url") if isinstance(source.get(key), str)), "")
    facets: dict[str, dict] = {}
    with guarded("reading a dataset's schema"):
        if fields := schema(json.loads(data.schema or "{}")):
            facets["schema"] = {"fields": fields}
    if data.source_type in HUB:
        found = Dataset("hf://datasets", uri, facets)
    elif uri:
        where = place_of(uri, workload.id, workload.cloud_id)
        found = where and Dataset(where.namespace, where.name, facets)
    else:
        home = "inmemory" + namespace(store.tracking, workload).removeprefix("mlflow")
        found = Dataset(home, f"{experiment}/{data.name}", {**facets, "version": {"datasetVersion": data.digest}})
    rows = json.loads(data.profile or "{}").get("num_rows")
    if found and isinstance(rows, int):
        found.more["inputStatistics"] = {"rowCount": rows}
    return found


def schema(said: dict[str, Any]) -> list[dict[str, Any]]:
    """MLflow's column or tensor specification."""
    if columns := said.get("mlflow_colspec"):
        return mlflow_models.columns(columns)
    tensors = said.get("mlflow_tensorspec") or {}
    return mlflow_models.schema({"inputs": tensors.get("features"), "outputs": tensors.get("targets")})


def error_of(error: BaseException | None) -> dict[str, dict]:
    return {"errorMessage": {"message": one_line(error), "programmingLanguage": "python"}} if error else {}
