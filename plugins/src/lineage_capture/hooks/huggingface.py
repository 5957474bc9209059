"""Hugging Face: datasets that are loaded and saved, models of transformers that are loaded and saved.

Local folders and files are named like any other path; what is on the hub is `hf://datasets/NAME` or `hf://models/NAME`.
"""

import os
import re
import time
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import Any

from ..events import Operation, dataset
from ..patching import Call, wrap
from ..told import Dataset, Facets

NAMESPACE = "huggingface"
MOST_FILES = 20
COMMIT = re.compile(r"@([0-9a-f]{40})(?:/|$)")
# The trainer's folders: versions of the model that the folder above is.
CHECKPOINT = re.compile(r"(?P<model>.+)/(?P<version>checkpoint-\d+)")
READERS = {"from_csv": "csv", "from_json": "json", "from_parquet": "parquet", "from_text": "text"}
WRITERS = {"to_csv": "csv", "to_json": "json", "to_parquet": "parquet", "save_to_disk": "arrow"}
# What the functions call the path, or paths, that they read or write.
PATHS = ("path_or_paths", "dataset_path", "dataset_dict_path", "path_or_buf")


# What was loaded into the files of datasets' cache, for hooks that meet its rows again (ray_dataset.py).
origins: dict[str, list[Dataset]] = {}


def loading(module) -> None:
    """Patches datasets.load."""
    wrap(module, "load_dataset", load_dataset, NAMESPACE)
    wrap(module, "load_from_disk", reads("load_from_disk", "arrow"), NAMESPACE)


def tables(module) -> None:
    """Patches datasets.arrow_dataset."""
    for name, format in READERS.items():
        wrap(module.Dataset, name, reads(name, format), NAMESPACE)
    for name, format in WRITERS.items():
        wrap(module.Dataset, name, writes(name, format), NAMESPACE)


def splits(module) -> None:
    """Patches datasets.dataset_dict."""
    wrap(module.DatasetDict, "save_to_disk", writes("save_to_disk", "arrow"), NAMESPACE)


def models(module) -> None:
    """Patches transformers.modeling_utils."""
    wrap(module.PreTrainedModel, "from_pretrained", from_pretrained, NAMESPACE)
    wrap(module.PreTrainedModel, "save_pretrained", save_pretrained, NAMESPACE)


def told(call: Call, name: str, role: str, found: Callable[[], Iterable[Dataset | None]]):
    """The hook of a call that reads ("inputs") or writes ("outputs") what `found()` gives, after it. Nothing is told
    where that is not captured."""
    if call.nested:
        return
    began, operation = time.time(), Operation(NAMESPACE, name)
    yield
    datasets = [] if call.error else [each for each in found() if each]
    getattr(operation, role).extend(datasets)
    if datasets or call.error:
        operation.start(began)
        operation.fail(call.error) if call.error else operation.complete()


def load_dataset(call: Call):
    found: list[Dataset] = []
    yield from told(call, "load_dataset", "inputs", lambda: found.extend(filter(None, sources(call))) or found)
    for file in cached(call.result):
        origins[file] = found


def cached(data: Any) -> list[str]:
    """The files that hold the rows of a Dataset, or of the splits of a DatasetDict; rows that are picked from it
    (filter, select, shuffle) are in the same."""
    parts = list(data.values()) if isinstance(data, dict) else [data]
    return [each["filename"] for part in parts for each in getattr(part, "cache_files", None) or ()]


def reads(name: str, format: str):
    """A hook for a function (a static one) whose first argument is a path or several."""
    return lambda call: told(
        call,
        name,
        "inputs",
        lambda: described(paths(call, 0), format, call.result, "inputStatistics"),
    )


def writes(name: str, format: str):
    """A hook for a method whose first argument is a path; a file that is open already has none."""
    return lambda call: told(
        call,
        name,
        "outputs",
        lambda: described(paths(call, 1), format, call.args[0], "outputStatistics"),
    )


def paths(call: Call, place: int) -> list[str]:
    said = (
        call.args[place] if len(call.args) > place else next((call.kwargs[n] for n in PATHS if n in call.kwargs), None)
    )
    return flat(said)


def flat(said: Any) -> list[str]:
    """A path, a list of paths, or either for each split; what is none is passed over."""
    if isinstance(said, dict):
        return [path for each in said.values() for path in flat(each)]
    if isinstance(said, list | tuple):
        return [path for each in said for path in flat(each)][:MOST_FILES]
    return [os.fspath(said)] if isinstance(said, str | os.PathLike) else []


def sources(call: Call) -> list[Dataset | None]:
    """Files of a format, a folder, or a dataset of the hub."""
    path = str(call.get(0, "path"))
    files = flat(call.get(3, "data_files")) or flat(call.get(2, "data_dir"))
    if files and "/" not in path:
        return described(files, path, call.result, "inputStatistics")
    if os.path.exists(path) or "://" in path:
        return described([path], PurePath(path).suffix[1:], call.result, "inputStatistics")
    facets, rows = facts(call.result)
    if version := commit(call.result) or str(call.kwargs.get("revision") or ""):
        facets["version"] = {"datasetVersion": version}
    return [Dataset("hf://datasets", path, facets, {"inputStatistics": rows} if rows else {})]


def described(paths: list[str], format: str, data: Any, statistics: str) -> list[Dataset | None]:
    """Files or folders that hold the data together; how many rows each has, only one of them tells."""
    schema, rows = facts(data)
    found = [dataset(path) for path in paths]
    for each in found:
        if each:
            each.facets |= schema | ({"storage": {"storageLayer": "file", "fileFormat": format}} if format else {})
            each.more = {statistics: rows} if rows and len(found) == 1 else {}
    return found


def facts(data: Any) -> tuple[Facets, dict[str, int]]:
    """(schema, {"rowCount"}) of a Dataset, or of the splits of a DatasetDict; a stream does not know its rows."""
    parts = list(data.values()) if isinstance(data, dict) else [data]
    features = getattr(parts[0], "features", None) if parts else None
    counts = [getattr(part, "num_rows", None) for part in parts]
    schema: Facets = {"schema": {"fields": [field(name, each) for name, each in features.items()]}} if features else {}
    return schema, {"rowCount": sum(counts)} if counts and None not in counts else {}


def field(name: str, feature: Any) -> dict[str, Any]:
    """A column of datasets.Features."""
    if isinstance(feature, dict):
        return {"name": name, "type": "struct", "fields": [field(key, each) for key, each in feature.items()]}
    inside = getattr(feature, "feature", None)
    type = getattr(feature, "dtype", None) if inside is None else "list"
    said = {"name": name, "type": str(type or feature.__class__.__name__)}
    return said | ({"fields": [field("item", inside)]} if inside is not None else {})


def commit(data: Any) -> str:
    """The hub's commit that the data came from, or ""."""
    part = next(iter(data.values()), None) if isinstance(data, dict) else data
    checksums = getattr(getattr(part, "info", None), "download_checksums", None) or {}
    return next((found[1] for url in checksums if (found := COMMIT.search(url))), "")


def from_pretrained(call: Call):
    """cls, then where from."""
    yield from told(
        call, "from_pretrained", "inputs", lambda: [model(call, call.get(1, "pretrained_model_name_or_path"))]
    )


def save_pretrained(call: Call):
    """Only one process of several writes."""
    yield from told(call, "save_pretrained", "outputs", lambda: [model(call, call.get(1, "save_directory"))])


def model(call: Call, path: Any) -> Dataset | None:
    """Of transformers, in a folder or on the hub."""
    made = call.args[0] if call.result is None or not hasattr(call.result, "config") else call.result
    if path is None or call.get(2, "is_main_process", True) is False:
        return None
    facets: Facets = {
        "datasetType": {"datasetType": "MODEL"},
        "storage": {"storageLayer": "huggingface", "fileFormat": "transformers"},
        "lc_model": {"flavor": "transformers", "hyperparameters": {"architecture": type(made).__name__}},
    }
    path = os.fspath(path)
    local = call.result is None or os.path.isdir(path)
    version = "" if local else getattr(made.config, "_commit_hash", None) or ""
    if checkpoint := CHECKPOINT.fullmatch(path.rstrip("/")) if local else None:
        path, version = checkpoint["model"], checkpoint["version"]
    found = dataset(path) if local else Dataset("hf://models", path)
    if found:
        found.facets |= facets | ({"version": {"datasetVersion": version}} if version else {})
    return found
