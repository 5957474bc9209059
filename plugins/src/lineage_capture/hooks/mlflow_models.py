"""What is known of a logged model, and the dataset it is in lineage.

A logged model (`m-…`, in MLflow 2 a run's id and path) is a version of its model. The model's name is the registered
one, else the logged name within its experiment; however a model is addressed, it is found under the same name.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from ..identity import Workload
from ..told import Dataset, Facets
from ..values import numbers, parameters
from .mlflow_store import Store, namespace, versions_of

REGISTERED = re.compile(r"models:/+(?P<name>[^/@]+)(?:/(?P<version>\d+)|/(?P<stage>[^/@]+)|@(?P<alias>[^/@]+))")
LOGGED = re.compile(r"models:/+(m-[0-9a-f]{32})", re.IGNORECASE)


@dataclass
class Model:
    """A logged model. `id` is MLflow 3's, `run_id` and `path` those of the run that logged it; "" where unknown.

    `uri` is how the user asked for it; `versions` are its registrations (name, version), oldest first.
    """

    id: str = ""
    run_id: str = ""
    path: str = ""
    uri: str = ""
    flavors: list[str] = field(default_factory=list)
    signature: dict[str, str | None] = field(default_factory=dict)
    location: str = ""
    experiment_id: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    versions: list[tuple[str, str]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The label of this version of the model."""
        return self.id or (f"{self.run_id}/{self.path}" if self.run_id and self.path else "")

    @property
    def flavor(self) -> str:
        own = [name for name in self.flavors if name != "python_function"]
        return own[0] if own else ("pyfunc" if self.flavors else "")

    @property
    def registration(self) -> tuple[str, str]:
        """(name, version) of the registered model: the one that was asked for, else the last one; "" where none."""
        asked = REGISTERED.match(self.uri)
        mine = [each for each in self.versions if not asked or each[0] == asked["name"]]
        if asked and asked["version"]:
            return asked["name"], asked["version"]
        return mine[-1] if mine else (asked["name"] if asked else "", "")


# (flavors, signature) by key, of models that this process logged or loaded.
REMEMBERED: dict[str, tuple[list[str], dict]] = {}
MOST_REMEMBERED = 1000


def of_info(info) -> Model:
    """From the ModelInfo that `log_model` returns."""
    path = getattr(info, "name", None) or info.artifact_path
    id = getattr(info, "model_id", None) or ""
    return Model(id, info.run_id or "", path or "", flavors=list(info.flavors or {}), signature=signature_of(info))


def of_file(text: str, uri: str) -> Model:
    """From an MLmodel file, whose YAML `text` is."""
    import yaml

    said = yaml.safe_load(text)
    id, path = said.get("model_id") or "", said.get("artifact_path") or ""
    model = Model(id, said.get("run_id") or "", "" if id else path, uri)
    model.flavors = list(said.get("flavors") or {})
    model.signature = said.get("signature") or {}
    return model


def of_version(version, store: Store, uri: str = "") -> Model:
    """From the registry's ModelVersion. What was registered from elsewhere than a run has no key."""
    origin = of_uri(version.source, store) if version.source.startswith("models:") else None
    _, _, path = version.source.rstrip("/").partition(f"{version.run_id}/artifacts/")
    id = getattr(version, "model_id", None) or (origin.id if origin else "")
    model = Model(id, version.run_id or "", "" if id else path)
    if origin and not model.key:
        model.run_id, model.path = origin.run_id, origin.path
    model.uri = uri or f"models:/{version.name}/{version.version}"
    model.versions = [(version.name, str(version.version))]
    return model


def of_uri(uri: str, store: Store) -> Model | None:
    """The model that a `models:/…` URI, or the start of it, means; None for other URIs."""
    if logged := LOGGED.match(uri):
        return Model(logged[1], uri=uri)
    asked = REGISTERED.match(uri)
    if not asked:
        return None
    found = store.model_version_of(asked["name"], asked["version"], asked["stage"], asked["alias"])
    return of_version(found, store, uri) if found else Model(uri=uri)


def complete(model: Model, store: Store) -> None:
    """Asks MLflow for what is not known yet."""
    logged = store.logged_model(model.id)
    if logged:
        model.run_id = model.run_id or logged.source_run_id or ""
        model.path, model.experiment_id, model.location = logged.name, logged.experiment_id, logged.artifact_location
        model.versions = versions_of(logged) or model.versions
    run = store.run(model.run_id)
    if run:
        model.experiment_id = model.experiment_id or run.info.experiment_id
        model.params, model.metrics = dict(run.data.params), dict(run.data.metrics)
        if not model.id and model.path:
            model.location = f"{run.info.artifact_uri.rstrip('/')}/{model.path}"
            model.versions = store.registered(model.run_id, model.path) or model.versions
    if not model.flavors:
        model.flavors, model.signature = REMEMBERED.get(model.key) or described(model, store)
    if logged:
        model.params |= logged.params or {}
        model.metrics |= {each.key: each.value for each in logged.metrics or []}


def described(model: Model, store: Store) -> tuple[list[str], dict]:
    """(flavors, signature) from the MLmodel file, which MLflow fetches; for what was logged elsewhere."""
    info = store.model_info(home_of(model, "")[1]) if model.key else None
    return (list(info.flavors), signature_of(info)) if info else ([], {})


def signature_of(info) -> dict:
    return info.signature.to_dict() if info.signature else {}


def dataset(model: Model, store: Store, workload: Workload, other_names: bool = False) -> Dataset:
    """The model as lineage knows it, with all that MLflow tells of it.

    `other_names`: a registered model may have been logged under its logged name before; says that they are one.
    """
    complete(model, store)
    if len(REMEMBERED) < MOST_REMEMBERED:
        REMEMBERED[model.key] = model.flavors, model.signature
    home = namespace(store.tracking, workload)
    experiment = store.experiment(model.experiment_id)
    logged_name = f"{experiment}/{model.path}" if experiment and model.path else ""
    registered, version = model.registration
    facets = facets_of(model, registered, version, experiment, store.model_version(registered, version))
    names = [home_of(model, home)] if model.key else []
    if registered:
        where = (namespace(store.registry, workload), f"models:/{registered}")
        if logged_name and other_names:
            others = store.others_registered(registered, model.experiment_id, model.path, bool(model.id))
            # A logged name that several registered models go by is a name of none of them.
            names = [] if others else [*names, (home, logged_name)]
    else:
        where = (home, logged_name) if logged_name else (names or [(home, model.uri)])[0]
    links = [{"namespace": space, "name": name, "type": "MODEL"} for space, name in names if (space, name) != where]
    if links:
        facets["symlinks"] = {"identifiers": links}
    return Dataset(*where, facets)


def home_of(model: Model, home: str) -> tuple[str, str]:
    """The name that the logged model has by its id."""
    return home, f"models:/{model.id}" if model.id else f"runs:/{model.key}"


def facets_of(model: Model, registered: str = "", version: str = "", experiment: str = "", known=None) -> Facets:
    """`known` is the registry's ModelVersion."""
    stage = getattr(known, "current_stage", None) or ""
    said = {
        "flavor": model.flavor,
        "metrics": numbers(model.metrics),
        "hyperparameters": parameters(model.params),
        "aliases": list(getattr(known, "aliases", None) or []),
        "stage": "" if stage == "None" else stage,
        "registeredName": registered,
        "version": version,
        "experiment": experiment,
        "runId": model.run_id,
    }
    facets = {"datasetType": {"datasetType": "MODEL"}, "lc_model": {key: value for key, value in said.items() if value}}
    if model.key or version:
        facets["version"] = {"datasetVersion": model.key or version}
    if fields := schema(model.signature):
        facets["schema"] = {"fields": fields}
    if model.flavor:
        facets["storage"] = {"storageLayer": "mlflow", "fileFormat": model.flavor}
    if model.location:
        facets["dataSource"] = {"name": "mlflow", "uri": model.location}
    return facets


def schema(signature: dict[str, str | None]) -> list[dict[str, Any]]:
    """Of a signature, whose parts are JSON: fields "inputs", "outputs" and "params", each with the columns."""
    parts = [(part, json.loads(signature.get(part) or "[]")) for part in ("inputs", "outputs", "params")]
    return [{"name": part, "type": "struct", "fields": columns(said)} for part, said in parts if said]


def columns(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A column or tensor without a name is known by its place."""
    return [{"name": each.get("name") or str(place), **kind(each)} for place, each in enumerate(said)]


def kind(said: dict[str, Any]) -> dict[str, Any]:
    """{"type", "fields" of what is inside} of a column."""
    type = said.get("type") or ""
    if type == "tensor":
        spec = said.get("tensor-spec") or {}
        return {"type": f"tensor<{spec.get('dtype')}>{spec.get('shape')}"}
    if type == "object":
        inside = [{"name": name, **kind(each)} for name, each in (said.get("properties") or {}).items()]
        return {"type": "struct", "fields": inside}
    if type in ("array", "map"):
        inside = kind(said.get("items") or said.get("values") or {})
        return {**inside, "type": f"{type}<{inside['type']}>"}
    return {"type": type}
