"""A tracking server (or file, or database) of MLflow: its name in lineage, and what it knows of runs and models.

It is asked with MLflow's own client, on the sending thread, so that nobody waits for the answers.
"""

import functools
import json
import os
import re
import sys
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from .. import settings
from ..identity import Workload
from ..naming import CLUSTER_STORAGE, SHARED_STORAGE
from ..trouble import guarded, log

# Of the operations, and what calls inside of calls are told by (patching.Call.nested).
NAMESPACE = "mlflow"
MODEL_VERSIONS = "mlflow.modelVersions"
# How many logged models and versions are looked through for another registered name.
MOST_COMPARED = 1000
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Store:
    """Where MLflow keeps runs (`tracking`) and registered models (`registry`), as URIs."""

    tracking: str
    registry: str

    @classmethod
    def of(cls, client=None) -> "Store":
        """That of one of MLflow's clients, or the one that is set now."""
        import mlflow

        tracking = client.tracking_uri if client is not None else mlflow.get_tracking_uri()
        return cls(tracking, getattr(client, "_registry_uri", None) or registry_beside(tracking))

    def other(self, tracking: str | None, registry: str | None) -> "Store":
        """As MLflow's functions take them: what is not given stays."""
        return Store(tracking or self.tracking, registry or self.registry)

    @property
    def client(self):
        return client_of(self)

    def experiment(self, id: str) -> str:
        """Its name, or its id where the server does not tell."""
        return experiment_name(self, id) if id else ""

    def run(self, id: str):
        """mlflow.entities.Run, or None."""
        return self.asked("get_run", id) if id else None

    def logged_model(self, id: str):
        """mlflow.entities.LoggedModel (MLflow 3), or None."""
        return self.asked("get_logged_model", id) if id else None

    def model_version(self, name: str, version: str):
        """mlflow.entities.model_registry.ModelVersion, or None."""
        return self.asked("get_model_version", name, version) if name and version else None

    def model_version_of(self, name: str, version: str | None, stage: str | None, alias: str | None):
        """That of `models:/name/version`, `models:/name/stage` ("latest" is any) or `models:/name@alias`, or None."""
        if version:
            return self.model_version(name, version)
        if alias:
            return self.asked("get_model_version_by_alias", name, alias)
        stages = None if (stage or "").lower() == "latest" else [stage]
        found = self.asked("get_latest_versions", name, stages) or []
        return max(found, key=lambda each: int(each.version), default=None)

    def model_info(self, uri: str):
        """mlflow.models.model.ModelInfo, from the model's files; None where this is no longer the store that is set."""
        from mlflow.models import get_model_info

        try:
            return get_model_info(uri) if Store.of() == self else None
        except Exception as error:
            log.debug("MLflow's files of %s: %s", uri, error)
            return None

    def asked(self, method: str, *args, **kwargs):
        try:
            return getattr(self.client, method)(*args, **kwargs)
        except Exception as error:
            log.debug("MLflow's %s%s: %s", method, args, error)
            return None

    def registered(self, run_id: str, path: str) -> list[tuple[str, str]]:
        """(name, version) of what was registered from a run's path, oldest first."""
        found = self.asked("search_model_versions", f"run_id = '{run_id}'") or []
        versions = [(each.name, str(each.version)) for each in found if each.source.rstrip("/").endswith(f"/{path}")]
        return sorted(versions, key=lambda version: int(version[1]))

    def others_registered(self, name: str, experiment_id: str, logged_name: str, has_ids: bool) -> bool:
        """Whether models of this logged name in the experiment are registered under other names than `name`.

        MLflow 2, which keeps no list of logged models (`has_ids` False), is asked for a path of that name anywhere.
        True where there is no answer.
        """
        if not has_ids:
            versions = self.asked("search_model_versions", max_results=MOST_COMPARED)
            same = [each for each in versions or [] if each.source.rstrip("/").endswith(f"/{logged_name}")]
            return versions is None or any(each.name != name for each in same)
        # MLflow's search takes no escaped quote.
        named = None if "'" in logged_name else f"name = '{logged_name}'"
        models = named and self.asked(
            "search_logged_models", [experiment_id], filter_string=named, max_results=MOST_COMPARED
        )
        return models is None or any(other != name for model in models for other, _ in versions_of(model))


def registry_beside(tracking: str) -> str:
    """As mlflow.get_registry_uri(), which tries to import Spark each time, for it may have a session that knows."""
    if "pyspark" in sys.modules or tracking.startswith("databricks"):
        import mlflow

        return mlflow.get_registry_uri()
    utils = sys.modules.get("mlflow.tracking._model_registry.utils")
    return getattr(utils, "_registry_uri", None) or settings.text("MLFLOW_REGISTRY_URI") or tracking


@functools.lru_cache(maxsize=16)
def client_of(store: Store):
    from mlflow import MlflowClient

    return MlflowClient(store.tracking, store.registry)


@functools.lru_cache(maxsize=256)
def experiment_name(store: Store, id: str) -> str:
    found = store.asked("get_experiment", id)
    return found.name if found else id


def versions_of(logged_model) -> list[tuple[str, str]]:
    """(name, version) of the registrations that a logged model's tags tell of, oldest first."""
    with guarded("reading a logged model's versions"):
        said = json.loads(logged_model.tags.get(MODEL_VERSIONS) or "[]")
        return [(each["name"], str(each["version"])) for each in said]
    return []


def namespace(uri: str, workload: Workload) -> str:
    """`mlflow://host[:port]` of a server, `mlflow://host/database` of a database, `mlflow:///path` of a local one;
    cluster and shared storage are under the id of the workload and the cloud."""
    if re.match(r"^(databricks|uc)\b", uri):
        return "mlflow://" + uri.replace("://", "/").rstrip("/")
    split = urlsplit(uri)
    if split.scheme in ("", "file") or split.scheme.startswith("sqlite") or len(split.scheme) == 1:
        return f"mlflow://{local(uri, split, workload)}"
    host = split.netloc.rpartition("@")[2]
    if split.scheme in DEFAULT_PORTS:
        host = host.removesuffix(f":{DEFAULT_PORTS[split.scheme]}")
    return f"mlflow://{host}{split.path.rstrip('/')}"


def local(uri: str, split, workload: Workload) -> str:
    """The path of a local store, after its owner's id."""
    path = split.path if split.scheme else uri
    if split.scheme.startswith("sqlite"):
        path = path[1:]
    path = os.path.abspath(unquote(path))
    for folder, owner in ((CLUSTER_STORAGE, workload.id), (SHARED_STORAGE, workload.cloud_id)):
        if path == folder or path.startswith(f"{folder}/"):
            return owner + path
    return path
