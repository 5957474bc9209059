"""What clients write: kept as events, refused with a reason, never a server error."""

import random
from copy import deepcopy
from uuid import uuid4

import pytest

from ingestion.models import RawEvent
from tests.events import make_event, post, spoil

S3 = "namespaces/s3%3A%2F%2Fbucket"
DATASET = {
    "type": "DB_TABLE",
    "physicalName": "x",
    "sourceName": "s",
    "fields": [{"name": "a", "type": "INT", "tags": ["t"], "description": "d"}],
    "tags": ["u"],
    "description": "e",
    "schemaLocation": "http://x",
}
JOB = {
    "type": "BATCH",
    "inputs": [{"namespace": "s3://bucket", "name": "in"}],
    "outputs": [],
    "location": "https://git/x",
    "description": "d",
}
RUN = {"nominalStartTime": "2026-05-01T00:00:00Z", "nominalEndTime": "2026-05-02T00:00:00Z", "args": {"a": "b"}}
BODIES = [
    ("PUT", "namespaces/n", {"ownerName": "o", "description": "d"}),
    ("PUT", "sources/s", {"type": "t", "connectionUrl": "c", "description": "d"}),
    ("PUT", S3 + "/datasets/x", DATASET),
    ("PUT", "namespaces/n/jobs/j", JOB),
    ("POST", "namespaces/n/jobs/j/runs", RUN),
    ("PUT", "tags/t", {"description": "d"}),
]


def test_writes_are_events(api):
    api("PUT", "namespaces/n/jobs/j", JOB)
    run = api("POST", "namespaces/n/jobs/j/runs", RUN).json()["id"]
    api("POST", f"jobs/runs/{run}/start", at="2026-05-01T01:00:00Z")
    api("POST", f"jobs/runs/{run}/complete", at="2026-05-01T02:00:00%2B01:00")
    kinds = RawEvent.objects.order_by("id").values_list("kind", "event_type", "job")
    assert list(kinds) == [
        ("job", "", "n/j"),
        ("run", "", "n/j"),
        ("run", "START", "n/j"),
        ("run", "COMPLETE", "n/j"),
    ]
    found = api.get(f"jobs/runs/{run}")
    assert (found["startedAt"], found["endedAt"]) == ("2026-05-01T01:00:00Z", "2026-05-01T01:00:00Z")


def test_a_run_that_events_told_of_is_ended(api):
    """Also one of a workload that has its own name."""
    facets = {"lc_workload": {"type": "job", "id": "j1", "name": "nightly", "projectName": "p"}}
    event = make_event(["a"], ["b"], type="START", facets=facets)
    post(api.client, event)
    ended = api("POST", f"jobs/runs/{event['run']['runId']}/fail").json()
    assert ended["state"] == "FAILED"
    assert ended["jobVersion"]["name"] == "nightly"
    assert api.get("jobs")["totalCount"] == 1


def test_a_dataset_that_a_run_wrote(api):
    api("PUT", "namespaces/n/jobs/j", JOB)
    run = api("POST", "namespaces/n/jobs/j/runs", {}).json()["id"]
    api("PUT", S3 + "/datasets/x", {**DATASET, "runId": run})
    assert api.get("namespaces/n/jobs/j")["outputs"] == [{"namespace": "s3://bucket", "name": "x"}]
    api("PUT", "namespaces/n/jobs/j", {**JOB, "inputs": [{"namespace": "n", "name": "more"}], "runId": run})
    assert [each["name"] for each in api.get("namespaces/n/jobs/j")["inputs"]] == ["in", "more"]
    read = api.get(f"jobs/runs/{run}")["inputDatasetVersions"]
    assert [each["datasetVersionId"]["name"] for each in read] == ["more"]


def test_what_is_missing_is_named(api):
    answer = api("PUT", "namespaces/n", {})
    assert (answer.status_code, answer.json()["errors"]) == (422, ["ownerName must not be null"])
    assert api("PUT", S3 + "/datasets/x", {**DATASET, "type": "FISH"}).status_code == 422
    assert api("PUT", S3 + "/datasets/x", {**DATASET, "runId": str(uuid4())}).status_code == 404
    assert api("PUT", S3 + "/datasets/x", {**DATASET, "runId": "x"}).status_code == 422
    assert api("POST", "namespaces/n/jobs/none/runs", {}).status_code == 404
    assert api("POST", f"jobs/runs/{uuid4()}/start").status_code == 404
    assert api("PUT", "tags/" + "x" * 200, {}).status_code == 422
    assert api("PUT", "namespaces/" + "x" * 2000, {"ownerName": "o"}).status_code == 422
    api("PUT", "namespaces/n/jobs/j", JOB)
    for key in ("nominalStartTime", "nominalEndTime"):
        answer = api("POST", "namespaces/n/jobs/j/runs", {key: "today"})
        assert (answer.status_code, answer.json()["errors"]) == (422, [f"{key}: not an RFC 3339 date and time"])
    run = api("POST", "namespaces/n/jobs/j/runs", RUN).json()["id"]
    assert api("POST", "namespaces/n/jobs/j/runs", {"id": run}).status_code == 400
    assert api("POST", f"jobs/runs/{run}/start", at="noon").status_code == 400


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"ownerName": "\\u0000\\ud800"}', b"[" * 100_000, b"null"])
def test_bodies_that_are_none(api, body):
    answer = api.client.put("/api/v1/namespaces/n", body, content_type="application/json")
    assert answer.status_code in (200, 400, 422)
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("seed", range(12))
def test_no_body_is_a_server_error(api, seed):
    chance = random.Random(seed)
    api("PUT", "namespaces/n/jobs/j", JOB)
    for method, path, body in BODIES:
        body = deepcopy(body)
        spoil(body, chance)
        assert api(method, path, body).status_code in (200, 201, 400, 422), body


@pytest.mark.parametrize("value", ["%00", "%ED%A0%80", "x" * 5000, "-1", "9" * 30, "%F0%9F%98%80", "'", "%25"])
def test_no_parameter_is_a_server_error(api, value):
    api.send(["a"], ["b"])
    for path, names in (
        ("search?q=a", ("limit", "namespace", "before", "sort", "q")),
        ("jobs?x=1", ("limit", "offset", "lastRunStates")),
        ("lineage?nodeId=job:tests:job", ("depth", "nodeId")),
        ("column-lineage?nodeId=job:tests:job", ("depth", "withDownstream", "nodeId")),
        ("events/lineage?x=1", ("before", "after", "limit", "offset", "sortDirection")),
        ("stats/jobs?period=DAY", ("timezone", "period")),
    ):
        for name in names:
            assert api("GET", f"{path}&{name}={value}").status_code in (200, 400, 404), (path, name)
    for path in ("namespaces/{}", "namespaces/{}/datasets/{}", "sources/{}", "namespaces/{}/jobs", "events/{}"):
        assert api("GET", path.replace("{}", value)).status_code in (200, 404), path
    for method, path, body in BODIES:
        path = path[: path.rindex("/") + 1] + value if not path.endswith("/runs") else path
        assert api(method, path, body).status_code in (200, 201, 404, 422), path
