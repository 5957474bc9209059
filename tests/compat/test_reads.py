"""What events say, as Marquez's clients read it."""

from urllib.parse import quote

from catalogue import annotations
from lineage.models import Node
from tests.events import facet, make_dataset, make_dataset_event, post

FIELDS = [{"name": "id", "type": "bigint", "description": "who"}, {"name": "plan", "type": "string"}]


def encoded(name: str) -> str:
    return quote(name, safe="")


def test_a_pipeline_is_read_back(api):
    schema = facet(fields=FIELDS)
    run = api.send(["raw"], [make_dataset("clean", schema=schema)], job="etl")
    dataset = api.get(f"namespaces/{encoded('s3://bucket')}/datasets/clean")
    assert dataset["id"] == {"namespace": "s3://bucket", "name": "clean"}
    assert dataset["fields"] == [
        {"name": "id", "type": "bigint", "tags": [], "description": "who"},
        {"name": "plan", "type": "string", "tags": [], "description": None},
    ]
    assert (dataset["sourceName"], dataset["type"], dataset["deleted"]) == ("s3://bucket", "DB_TABLE", False)
    job = api.get("namespaces/tests/jobs/etl")
    assert job["inputs"] == [{"namespace": "s3://bucket", "name": "raw"}]
    assert job["outputs"] == [{"namespace": "s3://bucket", "name": "clean"}]
    assert job["latestRun"]["id"] == run
    assert job["latestRun"]["state"] == "COMPLETED"
    assert [each["id"] for each in job["latestRuns"]] == [run]
    written = job["latestRun"]["outputDatasetVersions"][0]["datasetVersionId"]
    assert written == {"namespace": "s3://bucket", "name": "clean", "version": dataset["currentVersion"]}
    version = api.get(f"namespaces/s3%3A%2F%2Fbucket/datasets/clean/versions/{dataset['currentVersion']}")
    assert version["createdByRun"]["id"] == run
    assert api.get("jobs/runs/" + run)["jobVersion"]["version"] == job["currentVersion"]


def test_lists_are_paged_and_counted(api):
    api.send([f"part-{index}" for index in range(5)], ["out"], job="many")
    first = api.get("namespaces/s3%3A%2F%2Fbucket/datasets", limit=2, offset=1)
    assert [each["name"] for each in first["datasets"]] == ["part-0", "part-1"]
    assert first["totalCount"] == 6
    assert [each["name"] for each in api.get("namespaces", limit=1, offset=1)["namespaces"]] == ["tests"]
    assert api.get("jobs")["totalCount"] == api.get("namespaces/tests/jobs")["totalCount"] == 1
    assert api("GET", "namespaces", limit=-1).status_code == 400
    assert api("GET", "namespaces", offset="x").json()["code"] == 400


def test_what_is_not_there_is_json(api):
    for path in ("namespaces/none", "namespaces/none/datasets/x", "namespaces/a/jobs/b", "sources/none", "nothing"):
        answer = api("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (404, 404)
    assert api.get("namespaces/none/datasets") == {"datasets": [], "totalCount": 0}
    assert api("POST", "namespaces/none").status_code == 405


def test_versions_of_a_dataset(api):
    version = facet(datasetVersion="snap-1")
    one = api.send(
        [], [make_dataset("table", version=version, schema=facet(fields=FIELDS[:1]))], at="2026-05-01T00:00:00Z"
    )
    two = api.send([], [make_dataset("table", schema=facet(fields=FIELDS))], at="2026-05-02T00:00:00Z")
    api.send([], ["table"], type="FAIL", at="2026-05-03T00:00:00Z")
    found = api.get("namespaces/s3%3A%2F%2Fbucket/datasets/table/versions")
    assert [each["createdByRun"]["id"] for each in found["versions"]] == [two, one]
    assert [len(each["fields"]) for each in found["versions"]] == [2, 1]
    assert found["totalCount"] == 2
    assert found["versions"][1]["externalVersion"] == "snap-1"


def test_a_dataset_that_no_run_wrote(api, key):
    post(api.client, make_dataset_event(make_dataset("alone", version=facet(datasetVersion="7"))))
    found = api.get("namespaces/s3%3A%2F%2Fbucket/datasets/alone/versions")
    assert [each["externalVersion"] for each in found["versions"]] == ["7"]
    assert found["versions"][0]["createdByRun"] is None


def test_what_people_say_of_it_comes_first(api, alice):
    api.send([], [make_dataset("x", documentation=facet(description="said by an event"))], job="etl")
    for node in Node.objects.all():
        project = node.sightings.get().project
        annotations.change(node, project, annotations.Said(description="said by people"), alice)
    assert api.get("namespaces/s3%3A%2F%2Fbucket/datasets/x")["description"] == "said by people"
    assert api.get("namespaces/tests/jobs/etl")["description"] == "said by people"
