"""Builds OpenLineage events, and sends them as a client does."""

import json
import os
import random
import uuid
from pathlib import Path

DATA = Path(__file__).parent / "data"
PRODUCER = "https://example.com/tests"
SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
NOON = "2026-05-01T12:00:00Z"


def facet(**fields) -> dict:
    return {"_producer": PRODUCER, "_schemaURL": SPEC + "BaseFacet", **fields}


def make_dataset(name: str, namespace: str = "s3://bucket", **facets) -> dict:
    """`inputFacets` and `outputFacets` stand beside the facets."""
    beside = {key: facets.pop(key) for key in ("inputFacets", "outputFacets") if key in facets}
    return {"namespace": namespace, "name": name, "facets": facets, **beside}


def make_workload(name: str = "nightly", type: str = "job", id: str = "job_1", **fields) -> dict:
    """Run facets with the facet lc_workload."""
    return {"lc_workload": facet(type=type, id=id, name=name, **fields)}


def make_event(
    inputs=(),
    outputs=(),
    job: str = "job",
    run: str | None = None,
    facets: dict | None = None,
    *,
    namespace: str = "tests",
    job_facets: dict | None = None,
    type: str = "COMPLETE",
    at: str = NOON,
) -> dict:
    """A RunEvent. Inputs and outputs are dicts, or names in s3://bucket; `facets` are the run's."""
    return {
        "eventType": type,
        "eventTime": at,
        "producer": PRODUCER,
        "schemaURL": SPEC + "RunEvent",
        "run": {"runId": run or str(uuid.uuid4()), "facets": facets or {}},
        "job": {"namespace": namespace, "name": job, "facets": job_facets or {}},
        "inputs": as_datasets(inputs),
        "outputs": as_datasets(outputs),
    }


def as_datasets(datasets) -> list[dict]:
    return [make_dataset(each) if isinstance(each, str) else each for each in datasets]


def make_dataset_event(dataset: dict, at: str = NOON) -> dict:
    return {"eventTime": at, "producer": PRODUCER, "schemaURL": SPEC + "DatasetEvent", "dataset": dataset}


def make_job_event(inputs=(), outputs=(), job: str = "job", namespace: str = "tests", at: str = NOON) -> dict:
    return {
        "eventTime": at,
        "producer": PRODUCER,
        "schemaURL": SPEC + "JobEvent",
        "job": {"namespace": namespace, "name": job},
        "inputs": as_datasets(inputs),
        "outputs": as_datasets(outputs),
    }


def post(client, event, key: str | None = None, path: str = "/api/v1/lineage"):
    """Sends an event, a list of events, or bytes as they are, with Django's test client."""
    body = event if isinstance(event, bytes) else json.dumps(event)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.post(path, body, content_type="application/json", headers=headers)


def recorded(name: str) -> list[dict]:
    """The events of a file in tests/data/real, e.g. "ray_iceberg_demo"."""
    return [json.loads(line) for line in (DATA / "real" / f"{name}.ndjson").read_text().splitlines()]


def all_recorded() -> list[bytes]:
    """The bodies of every real event and of the compatibility scenarios."""
    lines = [line for path in sorted(DATA.glob("real/*.ndjson")) for line in path.read_bytes().splitlines()]
    return lines + [path.read_bytes() for path in sorted(DATA.glob("compat/*/events/*.json"))]


def spoil(tree: dict, chance: random.Random) -> None:
    """Puts a value of another type somewhere in the tree."""
    here = tree
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return
        key = chance.choice(keys)
        if isinstance(here[key], (dict, list)) and chance.random() < 0.75:
            here = here[key]
        else:
            here[key] = chance.choice([None, True, 0, 1.5, "", "x", [], [None], {}, {"a": None}, [[{}]], 10**30])
            return


def assert_golden(name: str, told) -> None:
    """Compares with tests/golden/NAME as parsed JSON; UPDATE_GOLDEN=1 writes the file anew."""
    path = DATA.parent / "golden" / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    assert told == json.loads(path.read_text())
