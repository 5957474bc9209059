"""Whose work it is, told by each kind of process of Ray; what Train and Serve tell."""

import json
from pathlib import Path

import pytest
from conftest import readers, record, run_program, wait_for
from ray_cluster import clusters, serve, serve_deploy, submit

pytestmark = pytest.mark.live
PROGRAM = Path(__file__).parent / "programs/everywhere.py"
DETAILS = ("type", "id", "name", "organizationId", "cloudId", "projectName", "ownerEmail", "clusterId", "rayVersion")
DETAILS += ("pythonVersion", "osVersion")


def details(facet: dict) -> dict:
    return {key: facet.get(key) for key in DETAILS}


@pytest.fixture(scope="module")
def plain(console, tmp_path_factory):
    """A script that starts Ray itself."""
    folder = tmp_path_factory.mktemp("plain")
    identity = {"LINEAGE_OWNER_EMAIL": "ana@example.com", "LINEAGE_PROJECT_NAME": "churn"}
    run_program(folder, PROGRAM.read_text(), console.url, str(folder), "churn-api", name="nightly.py", **identity)
    record(folder, "ray_train_serve")
    return folder


def test_a_script_its_task_and_its_train_worker_are_one_job(console, plain):
    told = readers(console, plain)
    driver = details(told["driver"])
    assert (driver["type"], driver["name"], driver["ownerEmail"]) == ("job", "nightly.py", "ana@example.com")
    assert driver["clusterId"].startswith("session_")
    assert details(told["task"]) == details(told["train_worker"]) == driver


def test_a_replica_is_the_service_of_its_application(console, plain):
    told = readers(console, plain)
    assert (told["replica"]["type"], told["replica"]["name"]) == ("service", "churn-api")
    assert told["replica"]["clusterId"] == told["driver"]["clusterId"]
    workload = console.every("/api/workloads/", q="churn-api")[0]
    assert (workload["type"], workload["project"], workload["created_by"]) == ("service", "churn", "ana@example.com")
    service = next(run for run in console.runs(workload=workload["id"]) if run["operation"] == "ray-serve/churn-api")
    assert service["facets"]["lc_deployment"]["route"] == "/predict"
    assert service["facets"]["lc_deployment"]["replicas"] == 1
    assert service["state"] == "COMPLETE"
    assert [each["name"] for each in service["outputs"]] == ["deployment://churn-api"]


def test_training_and_serving_are_one_chain(console, plain):
    """train.parquet -> nightly.py -> checkpoints of churn -> churn-api -> endpoint."""
    model = console.node("file", f"{plain}/results/churn")
    assert (model["kind"], model["facets"]["lc_model"]["flavor"]) == ("model", "ray-train")
    assert model["facets"]["lc_model"]["metrics"]["loss"] == 0.5
    data = console.node("file", f"{plain}/train.parquet")
    closure = console.get(f"/api/nodes/{data['id']}/closure", direction="downstream")
    assert {"nightly.py", f"{plain}/results/churn", "churn-api", "deployment://churn-api"} <= {
        each["name"] for each in closure["results"]
    }


def test_who_deploys_made_the_endpoint(console, plain):
    """Besides the service itself: it is the program's run that says who deployed it, and when."""
    program = console.every("/api/workloads/", q="nightly.py")[0]
    (run,) = console.runs(workload=program["id"], q="ray-serve/serve.run")
    assert [each["name"] for each in run["outputs"]] == ["deployment://churn-api"]
    assert run["state"] == "COMPLETE"
    assert run["started_at"] < run["ended_at"]


def test_training_tells_parameters_metrics_and_version(console, plain):
    run = next(each for each in console.runs(q="ray-train/TorchTrainer") if str(plain) in str(each["outputs"]))
    parameters = {each["name"]: each["value"] for each in run["facets"]["executionParameters"]["parameters"]}
    assert parameters == {"epochs": "2", "lr": "0.1"}
    assert run["facets"]["lc_metrics"]["loss"] == 0.5
    assert run["outputs"][0]["version"].startswith("checkpoint_")
    assert "very secret" not in (plain / "sent.json").read_text()


def test_each_epoch_is_not_read_anew(console, plain):
    """Each executes anew, in a process of Train's."""
    events = [json.loads(line) for line in (plain / "sent.json").read_text().splitlines()]
    reads = {each["run"]["runId"] for each in events if each["job"]["name"] == "read_parquet"}
    assert len(reads) == 1


@pytest.fixture(scope="module")
def cluster(console, tmp_path_factory):
    with clusters(tmp_path_factory.mktemp("cluster"), console.url) as started:
        yield started


SERVE_ONLY = "import ray; from ray import serve; ray.init(); serve.start()"


def test_a_submitted_job_is_known_by_its_metadata(console, cluster, tmp_path):
    """In its replica, too, though that is part of the Ray job that started Serve."""
    other = tmp_path / "other.py"
    other.write_text(SERVE_ONLY)
    submit(
        cluster, tmp_path, other, [], "--metadata-json", '{"job_name": "platform", "owner_email": "ops@example.com"}'
    )
    metadata = {"job_name": "nightly-churn", "owner_email": "ben@example.com"}
    arguments = [str(tmp_path), "by-metadata", "cluster"]
    id = submit(cluster, tmp_path, PROGRAM, arguments, "--metadata-json", json.dumps(metadata))
    told = readers(console, tmp_path)
    assert set(told) == {"driver", "task", "train_worker", "replica"}
    for facet in told.values():
        assert (facet["type"], facet["id"], facet["name"]) == ("job", id, "nightly-churn")
        assert facet["ownerEmail"] == "ben@example.com"
    assert len({json.dumps(details(facet)) for facet in told.values()}) == 1
    one = console.every("/api/workloads/", q="nightly-churn")[0]
    runs = console.runs(workload=one["id"])
    session = next(run["id"] for run in runs if run["operation"] == "workload/nightly-churn")
    assert {run["facets"]["parent"]["run"]["runId"] for run in runs if run["id"] != session} == {session}
    services = console.every("/api/workloads/", q="by-metadata", type="service")
    assert [each["name"] for each in services] == ["deployment://by-metadata"]


def test_variables_declare_one_workload_for_all_processes(console, cluster, tmp_path):
    """Driver, task, Train worker and Serve replica of a submitted job."""
    variables = {
        "LINEAGE_WORKLOAD_TYPE": "job",
        "LINEAGE_WORKLOAD_ID": "prodjob_8f2k1",
        "LINEAGE_WORKLOAD_NAME": "churn-pipeline",
        "LINEAGE_ORGANIZATION_ID": "acme",
        "LINEAGE_CLOUD_ID": "default",
        "LINEAGE_OWNER_EMAIL": "cho@example.com",
    }
    arguments = [str(tmp_path), "declared", "cluster"]
    submit(cluster, tmp_path, PROGRAM, arguments, "--runtime-env-json", json.dumps({"env_vars": variables}))
    told = readers(console, tmp_path)
    assert set(told) == {"driver", "task", "train_worker", "replica"}
    assert len({json.dumps(details(facet)) for facet in told.values()}) == 1
    one = told["replica"]
    assert (one["id"], one["name"], one["organizationId"]) == ("prodjob_8f2k1", "churn-pipeline", "acme")
    assert (one["cloudId"], one["ownerEmail"]) == ("default", "cho@example.com")
    assert all(one[key] for key in ("clusterId", "clusterStartedAt", "rayVersion", "pythonVersion", "osVersion"))


def test_an_application_that_serve_deploy_deploys(console, cluster, tmp_path):
    """No program of the user's runs here: only its replicas tell."""
    serve_deploy(cluster, tmp_path, "from-yaml")
    wait_for(lambda: readers(console, tmp_path).get("words"))
    serve(cluster, tmp_path, "shutdown", "--yes")
    workload = console.every("/api/workloads/", q="from-yaml")[0]
    assert workload["type"] == "service"
    runs = {run["operation"]: run for run in console.runs(workload=workload["id"])}
    deployment = runs["ray-serve/from-yaml"]["facets"]["lc_deployment"]
    assert (deployment["application"], deployment["route"], deployment["replicas"]) == ("from-yaml", "/hello", 1)
    assert runs["ray-data/read_text"]["inputs"][0]["name"] == f"{tmp_path}/words.txt"
