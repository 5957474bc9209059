"""What people that have Marquez running try first, on their own machine: no key, `requests` and curl."""

import json
import subprocess

import pytest
import requests

from tests.events import recorded
from tests.server import running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def local(cloud, alice):
    with running(local=True) as server:
        yield server.url


def test_the_ray_and_iceberg_story(local):
    events = recorded("ray_iceberg_demo")
    for event in events:
        assert requests.post(f"{local}/api/v1/lineage", json=event, timeout=10).status_code == 201
    answer = subprocess.run(["curl", "-s", f"{local}/api/v1/namespaces"], capture_output=True, text=True, check=True)
    found = [each["name"] for each in json.loads(answer.stdout)["namespaces"]]
    jobs, datasets = {}, {}
    for namespace in found:
        base = f"{local}/api/v1/namespaces/{requests.utils.quote(namespace, safe='')}"
        jobs |= {each["name"]: each for each in requests.get(f"{base}/jobs", timeout=10).json()["jobs"]}
        datasets |= {each["name"]: each for each in requests.get(f"{base}/datasets", timeout=10).json()["datasets"]}
    said = {event["job"]["name"] for event in events if "job" in event}
    named = {each["name"] for event in events for each in (*event.get("inputs", []), *event.get("outputs", []))}
    assert jobs.keys() == said
    assert datasets.keys() >= named
    for job in jobs.values():
        node_id = f"job:{job['namespace']}:{job['name']}"
        graph = requests.get(f"{local}/api/v1/lineage", params={"nodeId": node_id}, timeout=10).json()["graph"]
        assert {node["id"] for node in graph} >= {f"dataset:{end['namespace']}:{end['name']}" for end in job["inputs"]}
    assert requests.get(f"{local}/api/v1/none", timeout=10).json()["code"] == 404
