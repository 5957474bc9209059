"""Files that runs log, and what is downloaded. An artifact is known by its path within the experiment; each run that
logs it makes a version of it."""

import os
import re
from pathlib import PurePath

from ..identity import Workload
from ..naming import place_of
from ..told import Dataset
from . import mlflow_models
from .mlflow_store import Store, namespace

# A folder of more files is one artifact.
MOST_FILES = 10
MODEL_FILE = "MLmodel"
MOST_REMEMBERED = 10_000
RUN = re.compile(r"runs:/+(?P<run>[^/]+)/?(?P<path>.*)")
# What log_image puts after an image's key.
STEP = re.compile(r"[%+]step[%+].*")

# (run, path) of what was told already: a loop may log one file again and again.
told: set[tuple[str, str]] = set()


def files(path: str) -> list[str]:
    """The paths of the files in a folder, relative to it; [""] for a file, and for a folder of many.

    Of a model in it, its MLmodel file.
    """
    if not os.path.isdir(path):
        return [""]
    found: list[str] = []
    for folder, inside, names in os.walk(path):
        if MODEL_FILE in names:
            names, inside[:] = [MODEL_FILE], []
        found += [os.path.relpath(os.path.join(folder, name), path).replace(os.sep, "/") for name in names]
        if len(found) > MOST_FILES:
            return [""]
    return sorted(found)


def joined(*parts: str | None) -> str:
    return "/".join(part.strip("/") for part in parts if part and part.strip("/"))


def logged(run_id: str, local: str, folder: str | None) -> list[str]:
    """The paths, within the run, of a file that was logged; without those that are known already."""
    return fresh(run_id, [joined(folder, os.path.basename(os.path.normpath(local)), each) for each in files(local)])


def logged_inside(run_id: str, local: str, folder: str | None) -> list[str]:
    """As `logged`, of what is in a folder."""
    return fresh(run_id, [joined(folder, each) for each in files(local)])


def fresh(run_id: str, paths: list[str]) -> list[str]:
    if len(told) > MOST_REMEMBERED:
        told.clear()
    paths = dict.fromkeys(STEP.sub("", path) for path in paths)
    new = [path for path in paths if (run_id, path) not in told]
    told.update((run_id, path) for path in new)
    return new


def of_run(run_id: str, paths: list[str], store: Store, workload: Workload) -> list[Dataset]:
    """Artifacts of a run, by their paths ("" is all of them)."""
    run, home = store.run(run_id), namespace(store.tracking, workload)
    experiment = store.experiment(run.info.experiment_id) if run else ""
    root = run.info.artifact_uri.rstrip("/") if run else ""
    found = []
    for path in paths:
        folder, _, file = path.rpartition("/")
        if file == MODEL_FILE:
            found.append(mlflow_models.dataset(mlflow_models.Model("", run_id, folder), store, workload))
            continue
        name = f"{experiment}/{path}" if run else joined(f"runs:/{run_id}", path)
        facets = {
            "version": {"datasetVersion": joined(run_id, path)},
            "lc_model": {"artifact": True, "experiment": experiment, "runId": run_id},
            "storage": {"storageLayer": "mlflow", "fileFormat": PurePath(path).suffix[1:].lower()},
        }
        if root:
            facets["dataSource"] = {"name": "mlflow", "uri": joined_uri(root, path)}
        found.append(Dataset(home, name, facets))
    return found


def joined_uri(root: str, path: str) -> str:
    return f"{root}/{path}" if path else root


def downloaded(uri: str, text: str, names: list[str], store: Store, workload: Workload) -> list[Dataset]:
    """What `uri` is: a model, whose MLmodel file holds `text`, or part of one; artifacts of a run, whose files are
    `names`; else the URI itself, if it is one that is captured."""
    model = mlflow_models.of_file(text, uri) if text else mlflow_models.of_uri(uri, store)
    if model and (model.key or uri.startswith("models:")):
        return [mlflow_models.dataset(model, store, workload, other_names=True)]
    if run := RUN.fullmatch(uri):
        return of_run(run["run"], [joined(run["path"], name) for name in names], store, workload)
    where = place_of(uri, workload.id, workload.cloud_id)
    if where is None:
        return []
    facets = mlflow_models.facets_of(model) if model else {"lc_model": {"artifact": True}}
    return [Dataset(where.namespace, where.name, facets)]
