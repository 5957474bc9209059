"""Dependents and ancestors: flows that events declare are followed where there are any, else workloads."""

import csv
import io
import json

import pytest

from lineage import closure
from lineage.models import Edge, Flow, Node
from tests.corpus import DATA
from tests.events import make_event
from tests.many import MANY, copy, few_parameters  # noqa: F401

pytestmark = pytest.mark.django_db


def edge_event(name: str) -> dict:
    return json.loads((DATA / "edge" / name).read_text())


def event(job: str, inputs: list[str], outputs: list[str], number: int) -> dict:
    return {
        "eventType": "COMPLETE",
        "eventTime": "2026-05-01T10:00:00Z",
        "producer": "https://example.com/p",
        "run": {"runId": f"0197a000-0000-7000-8000-{number:012d}"},
        "job": {"namespace": "shop", "name": job},
        "inputs": [{"namespace": "pg", "name": name} for name in inputs],
        "outputs": [{"namespace": "pg", "name": name} for name in outputs],
    }


def reached(client, name: str, direction: str = "downstream", **query) -> dict[str, int]:
    """Names with hop counts."""
    node = Node.objects.get(name=name)
    answer = client.get(f"/api/nodes/{node.pk}/closure", {"direction": direction, **query})
    assert answer.status_code == 200, answer.content
    return {row["name"]: row["hops"] for row in answer.json()["results"]}


def test_workloads_lead_from_every_input_to_every_output(send, as_alice):
    send(event("one", ["a", "b"], ["c"], 1))
    send(event("two", ["c"], ["d"], 2))
    assert reached(as_alice, "a") == {"one": 1, "c": 2, "two": 3, "d": 4}
    assert reached(as_alice, "d", "upstream") == {"two": 1, "c": 2, "one": 3, "a": 4, "b": 4}


def test_depth_limits_the_walk(send, as_alice):
    send(event("one", ["a"], ["c"], 1))
    assert reached(as_alice, "a", depth=1) == {"one": 1}


def test_declared_flows_are_followed_instead_of_the_workload(send, as_alice):
    send(edge_event("v15_explicit_lineage_job.json"))
    assert reached(as_alice, "a") == {"bulk": 1, "c": 2}
    assert reached(as_alice, "b") == {"bulk": 1, "d": 2}
    assert reached(as_alice, "d", "upstream") == {"bulk": 1, "b": 2}
    assert reached(as_alice, "bulk") == {"c": 1, "d": 1}


def test_an_output_that_no_flow_names_comes_from_every_input(send, as_alice):
    told = edge_event("v15_explicit_lineage_job.json")
    told["outputs"].append({"namespace": "pg", "name": "log"})
    send(told)
    assert reached(as_alice, "a") == {"bulk": 1, "c": 2, "log": 2}
    assert reached(as_alice, "log", "upstream") == {"bulk": 1, "a": 2, "b": 2}


def test_a_dataset_derived_from_another_needs_no_workload(send, as_alice):
    send(edge_event("v16_explicit_lineage_dataset.json"))
    assert reached(as_alice, "a") == {"view1": 1}


def test_cycles_end(send, as_alice):
    send(event("loop", ["a"], ["a"], 1))
    send(event("there", ["a"], ["b"], 2))
    send(event("back", ["b"], ["a"], 3))
    assert reached(as_alice, "a") == {"loop": 1, "there": 1, "b": 2, "back": 3}


def flow_and_successor(job: str, successor: str, source: str, target: str) -> dict:
    """A job that declares a flow, and that another job depends on it."""
    made = {"type": "DATASET", "namespace": "pg", "name": target}
    made["inputs"] = [{"type": "DATASET", "namespace": "pg", "name": source}]
    after = {"type": "JOB", "namespace": "tests", "name": successor}
    after["inputs"] = [{"type": "JOB", "namespace": "tests", "name": job}]
    return make_event(job=job, job_facets={"lineage": {"entries": [made, after]}})


@pytest.mark.parametrize("direction", ["downstream", "upstream"])
def test_jobs_with_flows_that_depend_on_each_other_end(send, as_alice, direction):
    send(flow_and_successor("one", "two", "a", "b"))
    send(flow_and_successor("two", "one", "b", "c"))
    start = {"downstream": "a", "upstream": "c"}[direction]
    assert {"one", "two", "b"} <= set(reached(as_alice, start, direction))


def test_a_walk_that_leaves_out_edges_says_so(send, as_alice, monkeypatch):
    send(event("one", ["a"], ["b", "c", "d", "e"], 1))
    monkeypatch.setattr(closure, "MOST", 2)
    node = Node.objects.get(name="one")
    assert as_alice.get(f"/api/nodes/{node.pk}/closure").json()["cut"] is True


@pytest.mark.usefixtures("few_parameters")
def test_a_level_may_be_wider_than_a_statement_takes_parameters(send, as_alice):
    send(edge_event("v15_explicit_lineage_job.json"))
    start = Node.objects.get(name="a")
    edge, flow = Edge.objects.get(source=start), Flow.objects.get(input=start)
    copy(edge, MANY, target_id="1000000 + i", target_root_id="1000000 + i")
    copy(flow, MANY // 2, id="uuid", input_id="2000000 + i", output_id="3000000 + i")
    assert reached(as_alice, "a", depth=1) == {"bulk": 1}


def test_csv_has_the_same_rows_and_no_formulas(send, as_alice):
    send(event("one", ["a"], ["=cmd()"], 1))
    node = Node.objects.get(name="a")
    answer = as_alice.get(f"/api/nodes/{node.pk}/closure", {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["hops"], row["name"]) for row in rows] == [("1", "one"), ("2", "'=cmd()")]
    assert answer["X-Truncated"] == "false"


def test_others_see_nothing(send, as_alice, as_charlie):
    send(event("one", ["a"], ["c"], 1))
    node = Node.objects.get(name="a")
    assert as_charlie.get(f"/api/nodes/{node.pk}/closure").status_code == 404


def test_a_wrong_direction_is_400(send, as_alice):
    send(event("one", ["a"], ["c"], 1))
    node = Node.objects.get(name="a")
    assert as_alice.get(f"/api/nodes/{node.pk}/closure", {"direction": "sideways"}).status_code == 400


def test_a_row_has_the_type_that_lists_have(send, as_alice):
    send(event("one", ["a"], ["deployment://c"], 1))
    node = Node.objects.get(name="a")
    rows = as_alice.get(f"/api/nodes/{node.pk}/closure").json()["results"]
    assert [(row["kind"], row["type"]) for row in rows] == [("workload", "job"), ("endpoint", "service")]
