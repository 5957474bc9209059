"""The calls of Marquez's web page, and the fields that its code reads of the answers.

The page itself is not published as a package, so its calls are made here one by one.
"""

from datetime import UTC, datetime, timedelta

import pytest

from tests.compat.test_reads import encoded
from tests.events import facet, make_dataset, make_dataset_event, make_event, post

RUN = {"id", "state", "createdAt", "startedAt", "endedAt", "durationMs", "facets"}
JOB = {"id", "namespace", "name", "type", "createdAt", "updatedAt", "location", "description", "tags"}
JOB |= {"parentJobName", "latestRun", "latestRuns"}
DATASET = {"id", "namespace", "name", "type", "sourceName", "createdAt", "updatedAt", "description", "fields", "tags"}
DATASET |= {"facets", "deleted", "columnLineage"}
S3 = "namespaces/s3%3A%2F%2Fbucket"
PERIODS = [("DAY", 24, timedelta(hours=1)), ("WEEK", 7, timedelta(days=1))]


@pytest.fixture
def pipeline(api):
    """raw -> clean -> daily, with columns and a quality check; returns the ids of the two runs."""
    columns = {"total": {"inputFields": [{"namespace": "s3://bucket", "name": "raw", "field": "price"}]}}
    schema = facet(fields=[{"name": "total", "type": "INT"}])
    clean = make_dataset("clean", schema=schema, columnLineage=facet(fields=columns))
    before = (datetime.now(UTC) - timedelta(milliseconds=1)).isoformat()
    now = datetime.now(UTC).isoformat()
    first = api.send(["raw"], [], job="etl", type="START", at=before)
    post(api.client, make_event(["raw"], [clean], "etl", first, at=before))
    checks = facet(assertions=[{"assertion": "not_null", "column": "total", "success": False}])
    checked = make_dataset("clean", inputFacets={"dataQualityAssertions": checks})
    return first, api.send([checked], ["daily"], job="report", at=now, type="FAIL")


def test_dashboard(api, pipeline):
    for period, count, length in PERIODS:
        for asset in ("jobs", "datasets", "sources"):
            rows = api.get(f"stats/{asset}", period=period, timezone="America/New_York")
            assert len(rows) == count
            assert [row["count"] for row in rows][-2:] == [0, {"jobs": 2, "datasets": 3, "sources": 1}[asset]]
        rows = api.get("stats/lineage-events", period=period, timezone="Europe/Berlin")
        now = {key: rows[-1][key] for key in ("start", "complete", "fail", "abort")}
        assert now == {"start": 1, "complete": 1, "fail": 1, "abort": 0}
        assert moment(rows[-1]["endInterval"]) - moment(rows[-1]["startInterval"]) == length
        assert moment(rows[-1]["startInterval"]) <= datetime.now(UTC) < moment(rows[-1]["endInterval"])
    jobs = api.get("jobs", limit=10, offset=0)
    assert [job["name"] for job in jobs["jobs"]] == ["report", "etl"]
    assert all(job.keys() >= JOB and job["latestRun"].keys() >= RUN and job["latestRuns"] for job in jobs["jobs"])
    for states, names in (("FAILED", ["report"]), ("COMPLETED", ["etl"]), ("ABORTED", []), ("RUNNING", [])):
        for path in ("jobs", "namespaces/tests/jobs"):
            assert [job["name"] for job in api.get(path, lastRunStates=states)["jobs"]] == names


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("path", ["jobs", "namespaces/tests/jobs"])
def test_states_that_no_run_can_have_are_refused_with_those_that_it_can(api, pipeline, path):
    answer = api("GET", path, lastRunStates="NOPE")
    allowed = "lastRunStates must be one of ABORTED, COMPLETED, FAILED, NEW, OTHER, RUNNING"
    assert (answer.status_code, answer.json()["message"]) == (400, f"query param {allowed}")
    assert api.get(path, lastRunStates="other")["jobs"] == []
    assert len(api.get(path, lastRunStates="")["jobs"]) == 2


def test_stats_say_what_is_wrong(api):
    assert api("GET", "stats/jobs", period="YEAR").status_code == 400
    assert api("GET", "stats/jobs", period="WEEK", timezone="Mars/Olympus").status_code == 400
    assert api("GET", "stats/jobs", period="WEEK", timezone="../../etc/passwd").status_code == 400
    assert api("GET", "stats/none", period="DAY").status_code == 404


def test_pages_of_jobs_and_datasets(api, pipeline):
    namespaces = api.get("namespaces")["namespaces"]
    assert [(each["name"], each["isHidden"]) for each in namespaces] == [("s3://bucket", False), ("tests", False)]
    jobs = api.get("namespaces/tests/jobs", limit=20, offset=0)
    assert ([job["name"] for job in jobs["jobs"]], jobs["totalCount"]) == (["etl", "report"], 2)
    datasets = api.get(S3 + "/datasets", limit=20, offset=0)
    assert [each["name"] for each in datasets["datasets"]] == ["clean", "daily", "raw"]
    assert all(each.keys() >= DATASET for each in datasets["datasets"])
    clean = datasets["datasets"][0]
    assert clean["facets"]["dataQualityAssertions"]["assertions"][0] == {
        "assertion": "not_null",
        "column": "total",
        "success": False,
    }
    assert [each["name"] for each in clean["columnLineage"]] == ["total"]


def test_drawers(api, pipeline):
    runs = api.get("namespaces/tests/jobs/etl/runs", limit=10, offset=0)
    assert [run["id"] for run in runs["runs"]] == [pipeline[0]]
    assert all(run.keys() >= RUN for run in runs["runs"])
    told = api.get(f"jobs/runs/{pipeline[0]}/facets", type="run")
    assert told == {"runId": pipeline[0], "facets": {}}
    assert api.get(f"jobs/runs/{pipeline[0]}/facets", type="job")["facets"] == {}
    assert api("GET", f"jobs/runs/{pipeline[0]}/facets").status_code == 400
    (version,) = api.get(S3 + "/datasets/clean/versions", limit=10)["versions"]
    assert version["createdByRun"]["id"] == pipeline[0]
    assert version.keys() >= {"version", "createdAt", "fields", "lifecycleState", "facets"}


def test_tags(api, pipeline):
    assert api("PUT", "tags/PII", {"description": "personal"}).json() == {"name": "PII", "description": "personal"}
    assert api("POST", S3 + "/datasets/clean/tags/PII").json()["tags"] == ["PII"]
    assert api("POST", S3 + "/datasets/clean/fields/total/tags/PII").json()["fields"][0]["tags"] == ["PII"]
    assert api("POST", "namespaces/tests/jobs/etl/tags/GOLD").json()["tags"] == ["GOLD"]
    assert [each["name"] for each in api.get("tags")["tags"]] == ["GOLD", "PII"]
    assert api("DELETE", S3 + "/datasets/clean/tags/PII").json()["tags"] == []
    assert api("DELETE", S3 + "/datasets/clean/fields/total/tags/PII").json()["fields"][0]["tags"] == []
    assert api("DELETE", "namespaces/tests/jobs/etl/tags/GOLD").json()["tags"] == []
    assert api("POST", S3 + "/datasets/clean/fields/none/tags/PII").status_code == 404
    assert api("POST", S3 + "/datasets/none/tags/PII").status_code == 404


def test_events(api, pipeline):
    told = api.get("events/lineage", limit=50, offset=0, sortDirection="desc")
    assert told["events"][0]["eventType"] == "FAIL"
    assert told["totalCount"] == 3
    for event in told["events"]:
        assert event["eventTime"]
        assert event["run"]["runId"] in pipeline
        assert event["job"].keys() >= {"name", "namespace"}
    assert api.get("events/lineage", before="2020-01-01T00:00:00.000Z") == {"events": [], "totalCount": 0}
    assert len(api.get("events/lineage", after="2020-01-01T00:00:00.000Z", limit=1)["events"]) == 1
    assert api("GET", "events/lineage", before="yesterday").status_code == 400


def test_graph(api, pipeline):
    told = api.get("lineage", nodeId=f"dataset:{encoded('s3://bucket')}:clean", depth=2)
    graph = {node["id"]: node for node in told["graph"]}
    assert list(graph) == [
        "dataset:s3://bucket:clean",
        "dataset:s3://bucket:daily",
        "dataset:s3://bucket:raw",
        "job:tests:etl",
        "job:tests:report",
    ]
    assert [edge["origin"] for edge in graph["job:tests:report"]["inEdges"]] == ["dataset:s3://bucket:clean"]
    assert [edge["destination"] for edge in graph["job:tests:etl"]["outEdges"]] == ["dataset:s3://bucket:clean"]
    assert graph["job:tests:etl"]["type"] == "JOB"
    assert graph["job:tests:etl"]["data"].keys() >= JOB
    assert graph["dataset:s3://bucket:raw"]["data"].keys() >= DATASET
    near = api.get("lineage", nodeId="job:tests:etl", depth=0)["graph"]
    assert [node["id"] for node in near] == ["dataset:s3://bucket:clean", "dataset:s3://bucket:raw", "job:tests:etl"]
    assert api("GET", "lineage", nodeId="job:tests:none").status_code == 404
    assert api("GET", "lineage", nodeId="nonsense").status_code == 404
    assert api("GET", "lineage", nodeId="job:tests:etl", depth="-1").status_code == 400


def test_column_graph(api, pipeline):
    node = f"dataset:{encoded('s3://bucket')}:raw"
    graph = api.get("column-lineage", nodeId=node, depth=2, withDownstream="true")["graph"]
    price, total = (f"datasetField:s3://bucket:{name}" for name in ("clean:total", "raw:price"))
    assert [node["id"] for node in graph] == [price, total]
    assert graph[0]["inEdges"] == [{"origin": price, "destination": total}]
    assert graph[1]["outEdges"] == [{"origin": total, "destination": price}]
    assert graph[0]["data"]["inputFields"][0]["field"] == "price"
    assert api.get("column-lineage", nodeId=node, depth=2, withDownstream="false") == {"graph": []}


def test_search(api, pipeline):
    told = api.get("search", q="LEAN", sort="UPDATE_AT", limit=100)
    assert told["totalCount"] == 1
    assert (
        told["results"][0].items()
        >= {
            "type": "DATASET",
            "name": "clean",
            "namespace": "s3://bucket",
            "nodeId": "dataset:s3://bucket:clean",
        }.items()
    )
    assert moment(told["results"][0]["updatedAt"])
    assert [each["name"] for each in api.get("search", q="e", sort="NAME", filter="JOB")["results"]] == [
        "etl",
        "report",
    ]
    assert api.get("search", q="%25", sort="NAME")["results"] == []
    assert api("GET", "search", q="").status_code == 400
    assert api("GET", "search", q="x", filter="FISH").status_code == 400


def test_advanced_search(api, pipeline):
    """As the page asks where it is built with REACT_APP_ADVANCED_SEARCH."""

    def asked(what: str, query: str):
        return api.client.get(f"/api/v2beta/search/{what}", {"q": query})

    told = asked("jobs", "ETL").json()
    (hit,) = told["hits"]
    assert (hit["run_id"], hit["name"], hit["namespace"], hit["eventType"]) == (pipeline[0], "etl", "tests", "COMPLETE")
    assert (hit["type"], hit["facets"], hit["runFacets"]) == ("JOB", {}, {})
    assert told["highlights"] == [{"name": ["<em>etl</em>"]}]
    told = asked("datasets", "lea").json()
    assert [(each["name"], each["run_id"]) for each in told["hits"]] == [("clean", pipeline[0])]
    assert told["hits"][0]["facets"]["schema"]["fields"] == [{"name": "total", "type": "INT"}]
    assert told["highlights"] == [{"name": ["c<em>lea</em>n"]}]
    api.send(["<b>x</b>"], [], job="other")
    assert asked("datasets", "x<").json()["highlights"] == [{"name": ["&lt;b&gt;<em>x&lt;</em>/b&gt;"]}]
    assert asked("datasets", "nothing").json() == {"hits": [], "highlights": []}
    assert asked("jobs", " ").status_code == 400
    assert asked("fish", "x").status_code == 404


def test_deletions(api, pipeline):
    gone = api("DELETE", S3 + "/datasets/raw").json()
    assert (gone["name"], gone["deleted"]) == ("raw", True)
    assert [each["name"] for each in api.get(S3 + "/datasets")["datasets"]] == ["clean", "daily"]
    assert api("DELETE", "namespaces/tests/jobs/etl").status_code == 200
    assert [each["name"] for each in api.get("jobs")["jobs"]] == ["report"]
    assert api("DELETE", "namespaces/tests/jobs/none").status_code == 404
    api.send(["raw"], [], job="etl", at=datetime.now(UTC).isoformat())
    assert api.get(S3 + "/datasets")["totalCount"] == 3
    assert api.get("jobs")["totalCount"] == 2
    assert api("DELETE", "namespaces/tests").json()["isHidden"] is True
    assert api.get("namespaces/tests/jobs") == {"jobs": [], "totalCount": 0}
    api.send(["raw"], [], job="etl", at=datetime.now(UTC).isoformat())
    assert [(each["name"], each["isHidden"]) for each in api.get("namespaces")["namespaces"]][1] == ("tests", False)
    assert [each["name"] for each in api.get("namespaces/tests/jobs")["jobs"]] == ["etl"]


def test_a_declared_dataset_comes_back_with_what_is_declared_next(api):
    post(api.client, make_dataset_event(make_dataset("x", documentation=facet(description="one"))))
    api("DELETE", S3 + "/datasets/x")
    post(
        api.client,
        make_dataset_event(make_dataset("x", documentation=facet(description="late")), at="2026-05-02T00:00:00Z"),
    )
    assert api.get(S3 + "/datasets")["datasets"] == []
    now = datetime.now(UTC).isoformat()
    post(api.client, make_dataset_event(make_dataset("x", documentation=facet(description="new")), at=now))
    assert [each["description"] for each in api.get(S3 + "/datasets")["datasets"]] == ["new"]
