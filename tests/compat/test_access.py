"""Who may read and write through Marquez's API, and where the switch stands."""

import json

import pytest
from django.test import Client

from clouds.keys import create_key
from clouds.models import Cloud, CloudMembership, Role
from clouds.projects import project_for
from ingestion.models import RawEvent
from lineage.models import Node
from tests.compat.conftest import Api
from tests.events import facet, make_dataset
from tests.jobs import part_of

JOB = {"type": "BATCH", "inputs": [], "outputs": []}
READS = [
    "namespaces",
    "namespaces/secret",
    "namespaces/s3%3A%2F%2Fhidden",
    "namespaces/secret/jobs",
    "namespaces/secret/jobs/plan",
    "namespaces/secret/jobs/plan/runs",
    "namespaces/secret/jobs/plan/versions",
    "namespaces/s3%3A%2F%2Fhidden/datasets",
    "namespaces/s3%3A%2F%2Fhidden/datasets/x",
    "namespaces/s3%3A%2F%2Fhidden/datasets/x/versions",
    "namespaces/s3%3A%2F%2Fbucket/datasets",
    "namespaces/s3%3A%2F%2Fbucket/datasets/shared",
    "namespaces/s3%3A%2F%2Fbucket/datasets/shared/versions",
    "jobs",
    "sources",
    "sources/hidden-source",
    "tags",
    "lineage?nodeId=dataset:s3://bucket:shared",
    "lineage?nodeId=job:secret:plan",
    "column-lineage?nodeId=dataset:s3://bucket:shared&withDownstream=true",
    "search?q=s&limit=100",
    "events",
    "events/secret",
    "events/lineage",
    "stats/jobs?period=DAY",
    "stats/datasets?period=DAY",
    "stats/sources?period=DAY",
    "stats/lineage-events?period=DAY",
]


@pytest.fixture
def private(organization, cloud, alice, api):
    """A dataset that two clouds share; all that the private one says of it has "secret" or "hidden" in it."""
    cloud = Cloud.objects.create(organization=organization, name="vault", private=True, lineage_enabled=True)
    inside = Api(create_key(cloud, alice)[1])
    api.send([], ["shared"], job="open")
    columns = {"secret": {"inputFields": [{"namespace": "s3://hidden", "name": "x", "field": "hidden"}]}}
    shared = make_dataset(
        "shared",
        documentation=facet(description="secret"),
        version=facet(datasetVersion="secret-9"),
        columnLineage=facet(fields=columns),
        schema=facet(fields=[{"name": "secret", "type": "hidden"}]),
    )
    inside.run = inside.send([make_dataset("x", "s3://hidden")], [shared], job="plan", namespace="secret")
    inside("PUT", "tags/secret-tag", {"description": "hidden"})
    inside("POST", "namespaces/s3%3A%2F%2Fbucket/datasets/shared/tags/secret-tag")
    inside("PUT", "namespaces/secret-empty", {"ownerName": "hidden"})
    inside("PUT", "sources/hidden-source", {"type": "x", "connectionUrl": "hidden"})
    inside.cloud = cloud
    return inside


@pytest.mark.parametrize("path", READS)
def test_a_private_cloud_is_absent(private, api, as_bob, path):
    """But for the name that was asked for, in the message that there is no such thing."""
    kept = api(*asked(path)).content.decode(), as_bob.get(f"/api/v1/{path}").content.decode()
    for text in kept:
        told = json.loads(text)
        if isinstance(told, dict):
            told.pop("message", None)
        assert "secret" not in json.dumps(told)
        assert "hidden" not in json.dumps(told)
    seen = private(*asked(path)).content.decode()
    assert seen != kept[0] or path.startswith("stats/")


def asked(path: str) -> tuple:
    return "GET", path


def test_a_private_run_is_absent(private, api, as_bob, as_alice):
    for path in (f"jobs/runs/{private.run}", f"jobs/runs/{private.run}/facets?type=run"):
        assert api("GET", path).status_code == 404
        assert as_bob.get(f"/api/v1/{path}").status_code == 404
        assert as_alice.get(f"/api/v1/{path}").status_code == 200
    assert api("POST", f"jobs/runs/{private.run}/complete").status_code == 404


def test_a_key_of_a_project_reads_events_of_that_project(cloud, alice, api):
    api.send(["a"], ["b"], job="mine", namespace="ours")
    api.send(["a"], ["b"], job="theirs", namespace="others")
    bound = Api(create_key(cloud, alice, project=project_for(cloud, "ours"))[1])
    told = [event["job"]["name"] for event in bound.get("events/lineage")["events"]]
    assert set(told) == {"mine"}
    assert bound.get("events/lineage")["totalCount"] == len(told)


def test_what_a_private_cloud_says_of_parts_is_absent(private, cloud, alice, api, as_bob, as_alice):
    """The watcher is known to all, but from a project that never saw the job that it is said to hold."""
    Api(create_key(cloud, alice, project=project_for(cloud, "elsewhere"))[1]).send(["w"], job="watcher")
    private.send([], ["shared"], job="open", facets=part_of("watcher"))
    path = "/api/v1/namespaces/tests/jobs/open"
    assert as_alice.get(path).json()["parentJobName"] == "watcher"
    assert as_bob.get(path).json()["parentJobName"] is None
    api.send([], ["shared"], job="open", facets=part_of("etl"))
    assert as_bob.get(path).json()["parentJobName"] == "etl"


def test_another_organization_sees_nothing(private, as_charlie):
    assert as_charlie.get("/api/v1/namespaces").json() == {"namespaces": []}
    assert as_charlie.get("/api/v1/jobs").json() == {"jobs": [], "totalCount": 0}


def test_members_of_the_private_cloud_see_it(private, bob, as_bob):
    CloudMembership.objects.create(user=bob, cloud=private.cloud, role=Role.MEMBER)
    assert as_bob.get("/api/v1/namespaces/secret/jobs/plan").json()["name"] == "plan"


def test_scopes(cloud, alice, api):
    api.send(["a"], ["b"])
    reads, writes = (Api(create_key(cloud, alice, scopes=[scope])[1]) for scope in ("read", "ingest"))
    assert reads.get("namespaces/tests")["name"] == "tests"
    assert reads("PUT", "namespaces/n", {"ownerName": "o"}).status_code == 403
    assert writes("GET", "namespaces").status_code == 403
    written = writes("PUT", "namespaces/tests/jobs/job", JOB)
    assert (written.status_code, written.json().keys()) == (200, {"id", "name", "namespace"})
    run = writes("POST", "namespaces/tests/jobs/job/runs", {})
    assert run.status_code == 201
    assert run.headers["Location"] == f"/api/v1/jobs/runs/{run.json()['id']}"
    assert writes("POST", f"jobs/runs/{run.json()['id']}/start").json() == {"id": run.json()["id"]}


def test_no_key_and_no_session(api):
    anyone = Api(None)
    for method, path in (("GET", "namespaces"), ("PUT", "namespaces/x"), ("POST", "namespaces/x/jobs/y/runs")):
        answer = anyone(method, path)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert Api("lc_wrong")("GET", "namespaces").status_code == 401


def test_a_session_reads_and_does_not_write(as_alice, api):
    api.send(["a"], ["b"])
    assert as_alice.get("/api/v1/namespaces/tests").json()["name"] == "tests"
    assert as_alice.put("/api/v1/namespaces/x", {"ownerName": "o"}, content_type="application/json").status_code == 401


def test_a_key_of_a_project_stays_there(cloud, alice, api):
    api.send(["a"], ["b"], job="elsewhere")
    bound = Api(create_key(cloud, alice, project=project_for(cloud, "mine"))[1])
    assert bound.get("jobs")["jobs"] == []
    assert bound("PUT", "namespaces/n/jobs/own", JOB).status_code == 200
    assert [job["name"] for job in bound.get("jobs")["jobs"]] == ["own"]
    assert bound("DELETE", "namespaces/tests").status_code == 404


def test_on_ones_own_machine(settings, cloud, alice):
    settings.LINEAGE_LOCAL = True
    local = Api(None)
    assert local("PUT", "namespaces/n/jobs/j", JOB).json()["name"] == "j"
    assert [each["name"] for each in local.get("namespaces")["namespaces"]] == ["n"]
    foreign = Client(headers={"Origin": "https://evil.example"})
    assert foreign.get("/api/v1/namespaces").status_code == 403
    assert foreign.post("/api/v1/namespaces/n/jobs/j/runs", "{}", content_type="text/plain").status_code == 403
    assert Client(headers={"X-Forwarded-For": "10.0.0.1"}).get("/api/v1/namespaces").status_code == 401
    assert Client(REMOTE_ADDR="10.0.0.1").get("/api/v1/namespaces").status_code == 401


def test_on_ones_own_machine_only_the_default_cloud_is_read(settings, private):
    settings.LINEAGE_LOCAL = True
    assert Api(None)("GET", "namespaces/secret").status_code == 404


def test_the_switch_of_the_cloud(cloud, api):
    Cloud.objects.update(lineage_enabled=False)
    written = api("PUT", "namespaces/n/jobs/j", JOB)
    assert (written.status_code, written.json()["status"]) == (202, "not captured")
    made = api("POST", "namespaces/n/jobs/j/runs", {})
    assert made.status_code == 202
    assert api("POST", f"jobs/runs/{made.json()['id']}/start").status_code == 202
    assert (Node.objects.count(), RawEvent.objects.count()) == (0, 0)


def test_the_switch_of_the_organization(organization, api):
    organization.lineage_enabled = False
    organization.save()
    assert api("GET", "namespaces").status_code == 404
    assert api("PUT", "namespaces/n", {"ownerName": "o"}).status_code == 202
    assert api("PUT", "tags/t", {}).status_code == 202
