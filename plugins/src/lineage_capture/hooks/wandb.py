"""Weights & Biases: artifacts that runs log and use. Offline, too, where W&B itself lets nothing be used."""

import time
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from ..events import Operation
from ..patching import Call, wrap
from ..told import Dataset, Facets
from ..values import numbers, parameters

NAMESPACE = "wandb"


def runs(module) -> None:
    """Patches wandb.sdk.wandb_run. All ways to log an artifact end in _log_artifact."""
    wrap(module.Run, "_log_artifact", log_artifact, NAMESPACE)
    wrap(module.Run, "use_artifact", use_artifact, NAMESPACE)


def log_artifact(call: Call):
    yield from told(call, "log_artifact", "outputs")


def use_artifact(call: Call):
    yield from told(call, "use_artifact", "inputs")


def told(call: Call, name: str, role: str):
    if call.nested:
        return
    began, operation = time.time(), Operation(NAMESPACE, name)
    yield
    operation.start(began)
    if call.error:
        return operation.fail(call.error)
    if role == "outputs":  # its files are known; the metrics are those of now
        operation.outputs.append(artifact(call.args[0], call.result))
    else:  # its files are asked for
        operation.late = lambda event: event.inputs.append(artifact(call.args[0], call.result))
    operation.complete()


def artifact(run, found) -> Dataset:
    """`wandb://HOST/ENTITY`, PROJECT/NAME. The version is `v3`, offline the digest."""
    settings = run._settings
    host = urlsplit(settings.base_url).netloc.rpartition("@")[2].removeprefix("api.")
    entity = known(found, "entity") or settings.entity or ""
    project = known(found, "project") or settings.project or ""
    name = (known(found, "source_name") or found.name).partition(":")[0]
    namespace = "/".join(filter(None, (f"wandb://{host}", entity)))
    return Dataset(namespace, f"{project}/{name}" if project else name, facets_of(run, found))


def facets_of(run, found) -> Facets:
    entries = list(found.manifest.entries.values())
    formats = {PurePath(str(each.path)).suffix[1:].lower() for each in entries}
    facets: Facets = {
        "version": {"datasetVersion": known(found, "source_version") or found.digest},
        "storage": {"storageLayer": "wandb", "fileFormat": formats.pop() if len(formats) == 1 else ""},
    }
    if reference := next((each.ref for each in entries if each.ref), None):
        facets["dataSource"] = {"name": "wandb", "uri": reference}
    if found.type == "model":
        facets["datasetType"] = {"datasetType": "MODEL"}
        facets["lc_model"] = {"experiment": run._settings.project or "", "runId": run.id}
        if known(found, "source_version") is None or known(found, "state") == "PENDING":
            facets["lc_model"] |= {"metrics": numbers(summary(run)), "hyperparameters": parameters(dict(run.config))}
    elif found.type != "dataset":
        facets["lc_model"] = {"artifact": True, "runId": run.id}
    return facets


def summary(run) -> dict[str, Any]:
    """The run's last metrics, without what W&B adds itself."""
    return {key: value for key, value in dict(run.summary).items() if not key.startswith("_")}


def known(found, name: str) -> Any:
    """What W&B tells only of artifacts that its server has; None before."""
    try:
        return getattr(found, name)
    except Exception:
        return None
