"""What events add to the graph."""

import json
import random

import pytest
from django.db import connection
from django.utils import timezone

from clouds.keys import Admission, create_key
from clouds.models import Cloud
from ingestion import receive, store
from ingestion.parse import parse
from lineage import nodes, queries
from lineage.identity import type_digest
from lineage.kinds import Kind
from lineage.models import Edge, Flow, Node, Run, RunIO, Sighting, Version
from lineage.record import Plan
from tests.events import facet, make_dataset, make_dataset_event, make_event, make_workload, post

pytestmark = pytest.mark.django_db


def symlinked(namespace: str, name: str, other_namespace: str, other_name: str) -> dict:
    facet = {"identifiers": [{"namespace": other_namespace, "name": other_name, "type": "TABLE"}]}
    return {"namespace": namespace, "name": name, "facets": {"symlinks": facet}}


def test_symlinks_join_nodes_whatever_the_order(send, as_alice):
    send(make_event(job="write", outputs=[make_dataset("warehouse/orders", "s3://b")]))
    send(make_event(job="read", inputs=[make_dataset("db.orders", "hive://h")]))
    assert Sighting.objects.filter(kind=Kind.DATASET).values("root").distinct().count() == 2
    send(make_event(job="join", inputs=[symlinked("s3://b", "warehouse/orders", "hive://h", "db.orders")]))
    assert Sighting.objects.filter(kind=Kind.DATASET).values("root").distinct().count() == 1
    node = Node.objects.get(name="db.orders")
    found = as_alice.get(f"/api/nodes/{node.root_id}/neighbours", {"direction": "both"}).json()
    labels = {element["data"]["label"] for element in found["elements"]["nodes"]}
    assert {"write", "read", "join"} <= labels


@pytest.mark.parametrize("seed", range(3))
def test_chains_of_symlinks_end_in_one_node_whatever_the_order(send, seed):
    chance = random.Random(seed)
    pairs = [(f"n{i}", f"n{i + 1}") for i in range(12)]
    chance.shuffle(pairs)
    for one, other in pairs:
        send(make_event(job="join", inputs=[symlinked("s3://b", one, "s3://b", other)]))
    nodes = Node.objects.filter(kind=Kind.DATASET)
    root = nodes.order_by("key").first()
    assert {node.root_id for node in nodes} == {root.pk}
    assert set(Sighting.objects.filter(node__in=nodes).values_list("root", flat=True)) == {root.pk}
    assert set(Edge.objects.values_list("source_root", flat=True)) == {root.pk}


@pytest.mark.parametrize("size", [1, 30, 3000])
def test_statements_do_not_grow_with_symlinks(send, django_assert_num_queries, size):
    identifiers = [{"namespace": "hive://h", "name": f"t{n}", "type": "TABLE"} for n in range(size)]
    inputs = [make_dataset("orders", "s3://b", symlinks={"identifiers": identifiers})]
    inputs += [symlinked("s3://b", f"one{n}", "s3://b", f"other{n}") for n in range(min(size, 30))]
    send(make_event())
    statements = {"sqlite": 25, "postgresql": 19}[connection.vendor]
    with django_assert_num_queries(statements):
        assert send(make_event(inputs=inputs)).status_code == 201
    assert Node.objects.exclude(canonical=None).count() == size + min(size, 30)


def test_the_page_of_an_alias_leads_to_the_node_it_is_joined_to(send, as_alice):
    send(make_event(job="join", inputs=[symlinked("s3://b", "warehouse/orders", "hive://h", "db.orders")]))
    alias = Node.objects.get(canonical__isnull=False)
    answer = as_alice.get(f"/datasets/{alias.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/datasets/{alias.canonical_id}/")
    names = as_alice.get(f"/datasets/{alias.canonical_id}/").content.decode()
    assert "warehouse/orders" in names
    assert "db.orders" in names


def test_a_kind_is_promoted_and_never_demoted(send):
    model = {"datasetType": {"datasetType": "MODEL"}}
    plain = make_dataset("churn", "s3://b")
    send(make_event(type="START", outputs=[plain]))
    send(make_event(outputs=[plain | {"facets": model}]))
    send(make_event(at="2026-05-02T10:00:00Z", outputs=[plain]))
    node = Node.objects.get(name="churn")
    assert node.kind == Kind.MODEL
    assert node.sightings.get().kind == Kind.MODEL


def test_a_job_without_inputs_and_outputs_is_hidden_until_a_descendant_has_some(send, as_alice):
    def shown() -> set[str]:
        return {row["name"] for row in as_alice.get("/api/workloads/").json()["results"]}

    grandparent = {"run": {"runId": "0197a000-0000-7000-8000-00000000aaaa"}, "job": {"namespace": "n", "name": "dag"}}
    parent = {"run": {"runId": "0197a000-0000-7000-8000-00000000bbbb"}, "job": {"namespace": "n", "name": "dag.task"}}
    send(make_event(namespace="n", job="dag"))
    send(make_event(namespace="n", job="dag.task", facets={"parent": grandparent}))
    send(make_event(namespace="n", job="dag.task.query.1", facets={"parent": parent}))
    assert shown() == set()
    hidden = {row["name"] for row in as_alice.get("/api/workloads/", {"hidden": "true"}).json()["results"]}
    assert hidden == {"dag", "dag.task", "dag.task.query.1"}
    read = make_event(namespace="n", job="dag.task", inputs=[make_dataset("x", "s3://b")])
    send(read)
    assert shown() == {"dag", "dag.task"}


def test_an_explicit_flow_makes_no_product_of_inputs_and_outputs(send):
    fields = {"c": {"inputFields": [{"namespace": "pg", "name": "a", "field": "x"}]}}
    output = {"namespace": "pg", "name": "out", "facets": {"columnLineage": {"fields": fields}}}
    inputs = [make_dataset(name, "pg") for name in ("a", "b", "c")]
    send(make_event(inputs=inputs, outputs=[output]))
    assert [(flow.input.name, flow.output.name) for flow in Flow.objects.all()] == [("a", "out")]
    assert Edge.objects.count() == 4


def test_an_input_that_only_column_lineage_names_is_an_input(send):
    fields = {"c": {"inputFields": [{"namespace": "pg", "name": "seed", "field": "x"}]}}
    send(make_event(outputs=[{"namespace": "pg", "name": "out", "facets": {"columnLineage": {"fields": fields}}}]))
    assert {edge.source.name for edge in Edge.objects.filter(target__kind=Kind.WORKLOAD)} == {"seed"}


def test_versions_are_stored_where_an_event_names_them(send):
    versioned = {"version": {"datasetVersion": "7"}}
    send(make_event(inputs=[make_dataset("x", "s3://b") | {"facets": versioned}]))
    send(make_dataset_event(make_dataset("y", "s3://b") | {"facets": {"version": {"datasetVersion": "8"}}}))
    assert set(Version.objects.values_list("node__name", "label")) == {("x", "7"), ("y", "8")}
    assert RunIO.objects.get().version.label == "7"


def test_one_dataset_of_two_clouds_is_one_node_with_two_sightings(send, client, organization, alice):
    other = Cloud.objects.create(organization=organization, name="other", lineage_enabled=True)
    key = create_key(other, alice)[1]
    send(make_event(inputs=[make_dataset("shared", "s3://b")]))
    post(client, make_event(inputs=[make_dataset("shared", "s3://b")]), key=key)
    assert Node.objects.filter(name="shared").count() == 1
    clouds = Node.objects.get(name="shared").sightings.values_list("project__cloud__name", flat=True)
    assert set(clouds) == {"default", "other"}


def test_a_declared_type_of_an_event_far_in_the_future_outranks_nothing(send):
    def told(file_format: str, at: str) -> dict:
        return make_event(["other", make_dataset("orders", storage={"fileFormat": file_format})], at=at)

    send(told("parquet", "2999-01-01T00:00:00Z"))
    send(told("csv", "2026-05-01T12:00:00Z"))
    assert Sighting.objects.get(node__name="orders").type == "csv"


@pytest.mark.parametrize("order", [1, -1])
def test_an_event_without_the_workload_facet_takes_a_run_from_no_workload(send, order):
    run = "0197a000-0000-7000-8000-00000000cccc"
    facets = make_workload("nightly", id="job_7", clusterId="c1", projectName="shop")
    start = make_event(["a"], run=run, type="START", facets=facets)
    end = make_event(["a"], run=run, at="2026-05-01T13:00:00Z")
    for event in (start, end)[::order]:
        send(event)
    run = Run.objects.get()
    assert (run.workload.name, run.session, run.cluster_id, run.project.name) == ("nightly", "job_7", "c1", "shop")
    assert run.state == "COMPLETE"


def test_a_name_that_grows_in_lower_case_sorts_by_what_fits(send):
    send(make_event(["İ" * 130]))
    assert len(Sighting.objects.get(kind=Kind.DATASET).sort_name) == 120


@pytest.mark.django_db(transaction=True)
def test_what_a_process_remembers_of_a_node_ends_when_another_changes_it(send):
    """A second process promotes a node and joins another; the first one's next event must know of both."""
    plain = make_event([make_dataset("churn"), make_dataset("orders")])
    assert send(plain).status_code == 201
    assert len(nodes.REMEMBERED) == 3
    before = {memory: dict(memory_of) for memory, memory_of in (("nodes", nodes.REMEMBERED), ("epochs", nodes.EPOCHS))}
    model = make_dataset("churn", datasetType={"datasetType": "MODEL"})
    send(make_event([model, symlinked("s3://bucket", "orders", "hive://h", "orders")]))
    nodes.REMEMBERED.clear()
    nodes.REMEMBERED.update(before["nodes"])
    nodes.EPOCHS.clear()
    nodes.EPOCHS.update(before["epochs"])
    send(make_event(job="next", outputs=[make_dataset("churn"), make_dataset("orders")]))
    assert Node.objects.get(name="churn", namespace="s3://bucket").kind == Kind.MODEL
    assert set(Edge.objects.filter(target__name="orders").values_list("target_root", flat=True)) == {
        Node.objects.filter(name="orders").order_by("key")[0].pk
    }


def test_what_a_run_says_of_an_output_adds_up(send):
    run = "0197a000-0000-7000-8000-000000000001"
    send(make_event(type="START", run=run, outputs=[make_dataset("out", schema={"fields": [{"name": "id"}]})]))
    rows = {"outputStatistics": {"rowCount": 7}}
    send(make_event(run=run, outputs=[make_dataset("out", outputFacets=rows)]))
    (said,) = queries.io_facets(RunIO.objects.all()).values()
    assert said == {"schema": {"fields": [{"name": "id"}]}, **rows}


def test_two_names_of_one_thing_in_one_event_say_the_same_each_time(send, alice):
    send(
        make_event(
            inputs=[symlinked("s3://b", "one", "s3://b", "other"), symlinked("s3://b", "other", "s3://b", "one")]
        )
    )
    rows = queries.NodeFacets.objects.all()
    said = [queries.merged(rows.filter(pk__in=rows.values("pk")))["symlinks"].value for _ in range(2)]
    last = max(rows, key=lambda row: (row.stamp, row.keys, row.body)).body
    assert said == [queries.texts([last])[last]["symlinks"]] * 2


def test_what_was_said_of_a_node_is_sent_once_whoever_says_it_next(cloud, django_capture_on_commit_callbacks):
    """A node that many people's jobs name would else be written for each of them."""

    def planned(owner: str, at: str) -> store.Item:
        event = make_event(["shared"], job_facets={"ownership": {"owners": [{"name": owner}]}}, at=at)
        return receive.admitted(Admission(cloud), parse(json.dumps(event).encode()), timezone.now(), False)

    def sightings(owner: str, at: str) -> int:
        return len(Plan([planned(owner, at).seen]).rows.sightings.rows)

    with django_capture_on_commit_callbacks(execute=True):
        store.write([planned("one@example.org", "2026-05-01T12:00:00Z")])
    assert sightings("other@example.org", "2026-05-01T12:00:01Z") == 1  # the workload's, for its last run
    assert sightings("other@example.org", "2026-05-01T11:00:00Z") == 2


def test_a_second_run_of_a_job_writes_its_run_alone(cloud, django_capture_on_commit_callbacks):
    """What its job says of the graph is stored. What is said at an earlier time is said in full."""

    def planned(at: str) -> store.Item:
        event = make_event(["in"], [make_dataset("out", owner={"x": 1})], at=at)
        return receive.admitted(Admission(cloud), parse(json.dumps(event).encode()), timezone.now(), False)

    def written(at: str) -> dict[str, int]:
        rows = Plan([planned(at).seen]).rows
        return {batch.upsert.table.removeprefix("lineage_"): len(batch.rows) for batch in rows.batches if batch.rows}

    with django_capture_on_commit_callbacks(execute=True):
        store.write([planned("2026-05-01T12:00:00Z")])
    run = {"sighting": 1, "nodefacets": 1, "run": 1, "runio": 2}
    assert written("2026-05-01T12:00:01Z") == run
    assert written("2026-05-01T11:00:00Z") == run | {"sighting": 3, "trait": 3, "edge": 2}
    nodes.changed({cloud.organization_id})
    with django_capture_on_commit_callbacks(execute=True):
        store.write([planned("2026-05-01T12:00:02Z")])  # nodes have changed meanwhile: they are asked for again
    assert written("2026-05-01T12:00:03Z") == run


def test_of_a_job_that_runs_on_another_day_only_the_stamps_of_its_types_move(cloud, django_capture_on_commit_callbacks):
    def planned(at: str) -> store.Item:
        columns = {"schema": facet(fields=[{"name": "email", "type": "string"}])}
        output = make_dataset("out", **columns, storage=facet(storageLayer="files", fileFormat="parquet"))
        event = make_event(["in"], [output], at=at)
        return receive.admitted(Admission(cloud), parse(json.dumps(event).encode()), timezone.now(), False)

    def said_again(at: str) -> dict[str, int]:
        rows = Plan([planned(at).seen]).rows
        return {
            each: len(getattr(rows, each).rows) for each in ("sightings", "traits", "node_words", "edges", "bodies")
        }

    nothing = {"traits": 0, "node_words": 0, "edges": 0, "bodies": 0}
    with django_capture_on_commit_callbacks(execute=True):
        store.write([planned("2026-05-01T12:00:00Z")])
        store.write([planned("2026-05-01T12:00:01Z")])
    assert said_again("2026-05-01T12:30:00Z") == {"sightings": 1} | nothing  # the workload's, for its last run
    assert said_again("2026-05-02T12:00:00Z") == {"sightings": 2} | nothing


def test_a_type_that_is_declared_again_later_counts_again(cloud, django_capture_on_commit_callbacks):
    def wrote(format: str, at: str) -> str:
        storage = {"storage": facet(storageLayer="files", fileFormat=format)}
        event = make_event(outputs=[make_dataset("out", **storage)], at=at)
        with django_capture_on_commit_callbacks(execute=True):
            item = receive.admitted(Admission(cloud), parse(json.dumps(event).encode()), timezone.now(), False)
            store.write([item])
        return Sighting.objects.get(node__name="out").type

    hours = [("parquet", 10), ("csv", 11), ("parquet", 12), ("csv", 10), ("csv", 13), ("parquet", 13)]
    assert [wrote(format, f"2026-05-01T{hour}:{minute:02}:00Z") for minute, (format, hour) in enumerate(hours)] == [
        "parquet",
        "csv",
        "parquet",
        "parquet",
        "csv",
        max("csv", "parquet", key=type_digest),
    ]
