"""Asks a console's REST API whether the whole story of this folder is in its graph. Needs nothing but Python.

python check_story.py      (LINEAGE_URL and LINEAGE_API_KEY say which console)
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from functools import cached_property

DATASET = "customer_churn"
MODEL = "models:/churn_predictor"
ENDPOINTS = ["deployment://churn_predictor_v1", "deployment://churn_predictor_v2"]
SERVICES = ["churn_predictor_v1", "churn_predictor_v2"]
JOBS = ["generate_customer_dataset", "train_churn_model", "deploy_churn_model"]
Get = Callable[..., dict]


class Told:
    """What the console tells of the story. `get(path, **query)` gives what REST answers."""

    def __init__(self, get: Get):
        self.get = get

    def named(self, kind: str, name: str) -> dict:
        """{} where there is none. The name of a dataset is a path, and its last part the one we know."""
        found = self.get(f"/api/{kind}/", q=name, limit=100)["results"]
        if kind == "datasets":
            found = [each | {"name": each["name"].rpartition("/")[2]} for each in found]
        return next((each for each in found if each["name"] == name), {})

    @cached_property
    def jobs(self) -> dict[str, dict]:
        return {name: self.named("workloads", name) for name in [*JOBS, *SERVICES]}

    @cached_property
    def dataset(self) -> dict:
        return self.named("datasets", DATASET)

    @cached_property
    def model(self) -> dict:
        return self.named("models", MODEL)

    def runs(self, job: str, operation: str) -> list[dict]:
        """Those that ended well, oldest first, with facets, inputs and outputs."""
        workload = self.jobs[job].get("id")
        if workload is None:
            return []
        found = self.get("/api/runs/", workload=workload, q=operation, state="COMPLETE", limit=100)["results"]
        return [self.get(f"/api/runs/{each['id']}/") for each in reversed(found)]

    def around(self, node: dict, direction: str) -> set[str]:
        """The names of all that is upstream or downstream."""
        if not node:
            return set()
        closure = self.get(f"/api/nodes/{node['id']}/closure", direction=direction)
        return {each["name"].rpartition("/")[2] for each in closure["results"]}


def versions(runs: list[dict], side: str, node: dict) -> list[str]:
    """Of the node, as the runs read or wrote it; each once, in order."""
    found = [each["version"] for run in runs for each in run[side] if each["id"] == node.get("id")]
    return list(dict.fromkeys(filter(None, found)))


def checks(get: Get) -> Iterator[tuple[str, bool]]:
    """(what, whether it is so), of all that the story should have left."""
    told = Told(get)
    for name, node in told.jobs.items():
        yield f"{'service' if name in SERVICES else 'job'} {name}", bool(node)
    yield f"dataset {DATASET}, an Iceberg table", told.dataset.get("type") == "iceberg"
    yield f"model {MODEL}", bool(told.model)
    for name in ENDPOINTS:
        yield f"endpoint {name}", bool(told.named("workloads", name))
    yield from flow(told)
    yield from data(told)
    yield from training(told)
    yield from serving(told)


def flow(told: Told) -> Iterator[tuple[str, bool]]:
    served = {name.rpartition("/")[2] for name in ENDPOINTS}
    after = told.around(told.dataset, "downstream")
    wanted = {"train_churn_model", "churn_predictor", "deploy_churn_model", *SERVICES} | served
    yield "downstream of the data: training, model, deployment, services, endpoints", wanted <= after
    for name in ENDPOINTS:
        before = told.around(told.named("workloads", name), "upstream")
        wanted = {DATASET, "generate_customer_dataset", "train_churn_model", "churn_predictor"}
        yield f"upstream of {name}: all the way to the data's making", wanted <= before


def data(told: Told) -> Iterator[tuple[str, bool]]:
    writes = told.runs("generate_customer_dataset", "write_iceberg")
    yield f"a run of generate_customer_dataset for each version ({len(writes)})", len(writes) >= 2
    found = versions(writes, "outputs", told.dataset)
    yield f"snapshots of {DATASET}: {', '.join(found)}", len(found) >= 2
    yield "each run has its times", bool(writes) and all(each["started_at"] and each["ended_at"] for each in writes)
    counts = [statistics(each, told.dataset).get("rowCount") for each in writes]
    yield f"rows written, by run: {counts}", {2000, 3000} <= set(counts)
    columns = [len(schema(each, told.dataset)) for each in writes]
    yield f"columns written, by run: {columns}: the schema evolved", {7, 8} <= set(columns)


def output(run: dict, node: dict) -> dict:
    return next((each for each in run["outputs"] if each["id"] == node.get("id")), {})


def statistics(run: dict, node: dict) -> dict:
    return output(run, node).get("facets", {}).get("outputStatistics", {})


def schema(run: dict, node: dict) -> list[dict]:
    return output(run, node).get("facets", {}).get("schema", {}).get("fields", [])


def training(told: Told) -> Iterator[tuple[str, bool]]:
    fits = told.runs("train_churn_model", "TorchTrainer")
    yield f"a run of train_churn_model for each version ({len(fits)})", len(fits) >= 2
    written = versions(told.runs("generate_customer_dataset", "write_iceberg"), "outputs", told.dataset)
    read = versions(fits, "inputs", told.dataset)
    yield "each training read a snapshot of its own", len(read) >= 2 and set(read) <= set(written)
    yield "the trainings differ in their hyperparameters", len({json.dumps(parameters(each)) for each in fits}) >= 2
    accuracy = [each["facets"].get("lc_metrics", {}).get("accuracy", 0) for each in fits]
    yield f"accuracy, by run: {', '.join(f'{each:.3f}' for each in accuracy)}", len(fits) >= 2 and all(accuracy)
    logged = versions(told.runs("train_churn_model", "log_model"), "outputs", told.model)
    yield f"versions of {MODEL}: {', '.join(logged)}", len(logged) >= 2
    made = {(each["id"], each["version"]) for run in fits for each in run["outputs"]}
    logs = told.runs("train_churn_model", "log_model")
    used = [{(each["id"], each["version"]) for each in run["inputs"]} for run in logs]
    yield "each version is made of its training's checkpoint", len(logs) >= 2 and all(each & made for each in used)


def parameters(run: dict) -> dict[str, str]:
    found = run["facets"].get("executionParameters", {}).get("parameters", [])
    return {each["name"]: each["value"] for each in found}


def serving(told: Told) -> Iterator[tuple[str, bool]]:
    logged = versions(told.runs("train_churn_model", "log_model"), "outputs", told.model)
    served = [versions(told.runs(name, "load_model"), "inputs", told.model) for name in SERVICES]
    yield "each service loaded a version of its own", all(served) and served[0] != served[1]
    yield "those that were trained", all(served) and set().union(*served) <= set(logged)
    written = {each["name"] for run in told.runs("deploy_churn_model", "serve.run") for each in run["outputs"]}
    yield "deploy_churn_model deployed both endpoints", set(ENDPOINTS) <= written


def asker(url: str, key: str) -> Get:
    def get(path: str, **query) -> dict:
        asked = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
        request = urllib.request.Request(f"{url}{path}?{asked}", headers={"Authorization": f"Bearer {key}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    return get


def main() -> int:
    url = os.environ.get("LINEAGE_URL", "http://127.0.0.1:8000").rstrip("/")
    wrong = 0
    try:
        for what, right in checks(asker(url, os.environ.get("LINEAGE_API_KEY", ""))):
            print("ok     " if right else "MISSING", what)
            wrong += not right
    except urllib.error.URLError as error:
        print(f"{url} does not answer as it should: {error}. Is LINEAGE_API_KEY a key of it, with the scope read?")
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
