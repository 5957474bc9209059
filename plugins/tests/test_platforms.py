"""Whose work it is on Anyscale and on KubeRay, whose variables stand in each process of a cluster as they do there."""

import json
from pathlib import Path

import pytest
from conftest import readers, run_program, wait_for
from ray_cluster import clusters, serve_deploy, submit

pytestmark = pytest.mark.live
PROGRAM = Path(__file__).parent / "programs/processes.py"
ANYSCALE = {
    "ANYSCALE_ORGANIZATION_ID": "org_7",
    "ANYSCALE_CLOUD_ID": "default",
    "ANYSCALE_PROJECT_ID": "prj_9",
    "ANYSCALE_PROJECT": "churn",
    "ANYSCALE_USER_EMAIL": "ana@example.com",
    "ANYSCALE_CLUSTER_ID": "ses_71b",
}
SESSIONS = {
    "job": {"ANYSCALE_PRODJOB_ID": "prodjob_8f2k1", "ANYSCALE_JOB_NAME": "nightly"},
    "service": {"ANYSCALE_SERVICE_ID": "service2_41x", "ANYSCALE_SERVICE_NAME": "churn-api"},
    "workspace": {"ANYSCALE_EXPERIMENTAL_WORKSPACE_ID": "expwrk_5", "ANYSCALE_WORKSPACE_NAME": "ana's"},
}


@pytest.mark.parametrize("type", SESSIONS)
def test_anyscale(console, tmp_path, type):
    said = SESSIONS[type]
    cluster = {"ANYSCALE_CLUSTER_ID": f"ses_{type}"}
    arguments = ["without-serve"] if type == "workspace" else []
    run_program(tmp_path, PROGRAM.read_text(), console.url, str(tmp_path), *arguments, **ANYSCALE | said | cluster)
    told = readers(console, tmp_path)
    assert set(told) == {"driver", "task", *([] if arguments else ["replica"])}
    id, name = said.values()
    for facet in told.values():
        assert (facet["type"], facet["id"], facet["name"]) == (type, id, name)
        assert (facet["organizationId"], facet["cloudId"], facet["projectId"]) == ("org_7", "default", "prj_9")
        assert (facet["ownerEmail"], facet["clusterId"]) == ("ana@example.com", f"ses_{type}")
        assert all(facet[key] for key in ("rayVersion", "pythonVersion", "osVersion"))
    workload = console.every("/api/workloads/", q=name, type=type)[0]
    assert (workload["project"], workload["created_by"]) == ("churn", "ana@example.com")


def pods(kind: str) -> dict[str, str]:
    """What KubeRay puts into each container, and the labels that README.md asks to be put there."""
    return {
        "RAY_CLUSTER_NAME": f"churn-{kind.lower()}-x7k2p",
        "RAY_USAGE_STATS_KUBERAY_IN_USE": "1",
        "RAY_ORIGINATED_FROM_CR_NAME": "churn",
        "RAY_ORIGINATED_FROM_CRD": kind,
    }


def test_kuberays_rayjob(console, tmp_path):
    """Its submitter runs `ray job submit` with an id of its own and the metadata of the RayJob."""
    with clusters(tmp_path, console.url, cpus=4, **pods("RayJob")) as cluster:
        options = ["--submission-id", "churn-zn5mw", "--metadata-json", json.dumps({"owner_email": "ben@example.com"})]
        submit(cluster, tmp_path, PROGRAM, [str(tmp_path), "cluster"], *options)
    told = readers(console, tmp_path)
    assert set(told) == {"driver", "task", "replica"}
    for facet in told.values():
        assert (facet["type"], facet["id"], facet["name"]) == ("job", "churn-zn5mw", "churn")
        assert facet["ownerEmail"] == "ben@example.com"
    (cluster,) = {facet["clusterId"] for facet in told.values()}
    assert wait_for(lambda: console.has_ended(cluster))


def test_kuberays_rayservice(console, tmp_path):
    """Its applications are deployed over REST; there is no program but the replicas."""
    with clusters(tmp_path, console.url, cpus=4, **pods("RayService")) as cluster:
        serve_deploy(cluster, tmp_path, "hello-of-rayservice")
        told = wait_for(lambda: readers(console, tmp_path).get("words"))
    assert (told["type"], told["id"], told["name"]) == ("service", "churn-rayservice-x7k2p", "churn")
    endpoint = console.node("ray-serve", "deployment://hello-of-rayservice")
    found = console.get(f"/api/nodes/{endpoint['id']}/neighbours", direction="upstream")["elements"]["nodes"]
    assert "churn" in {each["data"]["label"] for each in found}
