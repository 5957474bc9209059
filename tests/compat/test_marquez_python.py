"""marquez-python, unmodified, drives each of its methods against a live server."""

import inspect
import json
import warnings
from uuid import uuid4

import pytest
import requests

from clouds.keys import create_key
from tests.events import facet, make_dataset, make_event
from tests.server import running

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from marquez_client import MarquezClient, client
    from marquez_client.errors import APIError
    from marquez_client.models import DatasetId, DatasetType, JobType

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
FIELDS = [
    {"name": "id", "type": "INTEGER", "tags": ["KEY"]},
    {"name": "note", "type": "VARCHAR", "description": "free"},
]
# Names that Marquez's own clients send, and those that break its server.
NAMESPACES = ["food_delivery", "s3://bucket", "file:///a/b", "jdbc:h2:mem:x", "postgres://db:5432", "per cent 100%/ü"]


class Told(MarquezClient):
    """Remembers which of its methods were called."""

    called: set[str] = set()

    def __getattribute__(self, name):
        if not name.startswith("_"):
            Told.called.add(name)
        return super().__getattribute__(name)


@pytest.fixture
def server(cloud, alice, monkeypatch):
    monkeypatch.setattr(client, "_HEADERS", dict(client._HEADERS))
    secret = create_key(cloud, alice)[1]
    with running() as server:
        server.key = secret
        yield server


@pytest.fixture
def marquez(server):
    return Told(server.url, api_key=server.key)


def methods() -> set[str]:
    return {name for name, _ in inspect.getmembers(MarquezClient, inspect.isfunction) if not name.startswith("_")}


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_all_that_the_client_can_do(server, marquez, namespace):
    Told.called.clear()
    use_namespaces(marquez, namespace)
    use_datasets(marquez, namespace)
    run = use_jobs(marquez, namespace)
    use_runs(marquez, namespace, run)
    use_columns(server, marquez, namespace)
    events = marquez.list_events()["events"]
    assert run in {event["run"]["runId"] for event in events if "run" in event}
    assert marquez.list_events("food_delivery") is not None
    assert Told.called == methods()


def use_namespaces(marquez, namespace):
    made = marquez.create_namespace(namespace, "owner", "described")
    assert (made["name"], made["ownerName"], made["description"]) == (namespace, "owner", "described")
    assert marquez.get_namespace(namespace) == made
    assert made in marquez.list_namespaces(limit=10, offset=0)["namespaces"]
    source = marquez.create_source("my source/1", "postgresql", "jdbc:postgresql://localhost:5432/db", "where")
    assert (source["type"], source["connectionUrl"]) == ("POSTGRESQL", "jdbc:postgresql://localhost:5432/db")
    assert marquez.get_source("my source/1") == source
    assert source in marquez.list_sources()["sources"]
    assert marquez.create_tag("PII", "personal") == {"name": "PII", "description": "personal"}
    assert {"name": "PII", "description": "personal"} in marquez.list_tags()["tags"]


def use_datasets(marquez, namespace):
    name = "public.orders/2026:05"
    made = marquez.create_dataset(
        namespace, name, DatasetType.DB_TABLE, "orders", "my source/1", "all orders", fields=FIELDS, tags=["GOLD"]
    )
    assert made["id"] == {"namespace": namespace, "name": name}
    assert (made["physicalName"], made["sourceName"], made["description"]) == ("orders", "my source/1", "all orders")
    assert [(each["name"], each["type"], each["tags"]) for each in made["fields"]] == [
        ("id", "INTEGER", ["KEY"]),
        ("note", "VARCHAR", []),
    ]
    assert made["tags"] == ["GOLD"]
    assert marquez.tag_dataset(namespace, name, "PII")["tags"] == ["GOLD", "PII"]
    tagged = marquez.tag_dataset_field(namespace, name, "note", "PII")
    assert [each["tags"] for each in tagged["fields"]] == [["KEY"], ["PII"]]
    assert marquez.get_dataset(namespace, name) == tagged
    stream = marquez.create_dataset(
        namespace, "stream", DatasetType.STREAM, "s", "my source/1", schema_location="http://schemas/1"
    )
    assert stream["type"] == "STREAM"
    listed = marquez.list_datasets(namespace)
    assert [each["name"] for each in listed["datasets"]] == [name, "stream"]
    assert listed["totalCount"] == 2


def use_jobs(marquez, namespace) -> str:
    inputs, outputs = [DatasetId(namespace, "stream")], [DatasetId(namespace, "public.orders/2026:05")]
    job = marquez.create_job(
        namespace, "etl/a:b", JobType.BATCH, "https://git/x", inputs, outputs, "moves orders", context={"sql": "…"}
    )
    assert job["inputs"] == [{"namespace": namespace, "name": "stream"}]
    assert job["outputs"] == [{"namespace": namespace, "name": "public.orders/2026:05"}]
    assert (job["location"], job["description"], job["type"]) == ("https://git/x", "moves orders", "BATCH")
    assert job["latestRun"] is None
    assert marquez.get_job(namespace, "etl/a:b") == job
    assert [each["name"] for each in marquez.list_jobs(namespace)["jobs"]] == ["etl/a:b"]
    run = str(uuid4())
    made = marquez.create_job_run(
        namespace, "etl/a:b", run, "2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z", {"email": "me@example.com"}
    )
    assert (made["id"], made["state"], made["args"]) == (run, "NEW", {"email": "me@example.com"})
    assert (made["nominalStartTime"], made["nominalEndTime"]) == ("2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z")
    return run


def use_runs(marquez, namespace, run):
    started = marquez.mark_job_run_as_started(run, "2026-05-01T10:00:00Z")
    assert (started["state"], started["startedAt"]) == ("RUNNING", "2026-05-01T10:00:00Z")
    marquez.create_dataset(
        namespace, "public.orders/2026:05", DatasetType.DB_TABLE, "orders", "my source/1", run_id=run, fields=FIELDS
    )
    done = marquez.mark_job_run_as_completed(run, "2026-05-01T10:00:05Z")
    assert (done["state"], done["durationMs"]) == ("COMPLETED", 5000)
    assert marquez.get_job_run(run) == done
    wrote = done["outputDatasetVersions"][0]["datasetVersionId"]["version"]
    assert wrote == marquez.get_dataset(namespace, "public.orders/2026:05")["currentVersion"]
    assert marquez.get_dataset_version(namespace, "public.orders/2026:05", wrote)["createdByRun"]["id"] == run
    versions = marquez.list_dataset_versions(namespace, "public.orders/2026:05")
    assert [each["version"] for each in versions["versions"]] == [wrote]
    failed = marquez.create_job_run(namespace, "etl/a:b", mark_as_running=True)["id"]
    assert marquez.mark_job_run_as_failed(failed)["state"] == "FAILED"
    aborted = marquez.create_job_run(namespace, "etl/a:b")["id"]
    assert marquez.mark_job_run_as_aborted(aborted)["state"] == "ABORTED"
    runs = marquez.list_job_runs(namespace, "etl/a:b")
    assert ({each["id"] for each in runs["runs"]}, runs["totalCount"]) == ({run, failed, aborted}, 3)
    assert marquez.get_job(namespace, "etl/a:b")["latestRun"]["id"] == aborted


def use_columns(server, marquez, namespace):
    fields = {"total": {"inputFields": [{"namespace": namespace, "name": "in:1", "field": "price"}]}}
    schema = facet(fields=[{"name": "total", "type": "INT"}])
    output = make_dataset("out:1", namespace, schema=schema, columnLineage=facet(fields=fields))
    event = make_event([make_dataset("in:1", namespace)], [output], "columns", namespace=namespace)
    headers = {"Authorization": f"Bearer {server.key}"}
    assert requests.post(f"{server.url}/api/v1/lineage", json=event, headers=headers).status_code == 201
    ids = [f"datasetField:{namespace}:in:1:price", f"datasetField:{namespace}:out:1:total"]
    by_dataset = marquez.get_column_lineage_by_dataset(namespace, "out:1")
    assert [node["id"] for node in by_dataset["graph"]] == ids
    assert by_dataset["graph"][1]["inEdges"] == [{"origin": ids[1], "destination": ids[0]}]
    assert marquez.get_column_lineage_by_dataset_field(namespace, "out:1", "total") == by_dataset
    assert marquez.get_column_lineage_by_job(namespace, "columns") == by_dataset
    down = marquez.get_column_lineage_by_dataset_field(namespace, "in:1", "price", with_downstream=True)
    assert down == by_dataset
    version = marquez.get_dataset(namespace, "out:1")["currentVersion"]
    assert marquez.get_column_lineage_by_dataset(namespace, "out:1", version=version) == by_dataset


def test_errors_are_those_that_the_client_expects(server, marquez):
    with pytest.raises(APIError):
        marquez.get_namespace("none")
    with pytest.raises(APIError):
        marquez.get_job_run(str(uuid4()))
    answer = requests.get(f"{server.url}/api/v1/namespaces")
    assert (answer.status_code, answer.json()["code"]) == (401, 401)
    assert json.loads(requests.get(f"{server.url}/api/none", allow_redirects=False).text)["status"] == 404
