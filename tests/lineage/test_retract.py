"""Hiding, restoring and deleting, and what events say afterwards."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from clouds.access import Viewer
from clouds.keys import Admission, create_key
from clouds.models import Cloud
from ingestion import deletion, receive, store
from ingestion.models import RawEvent
from ingestion.parse import parse
from lineage import adjacent, queries, retract, trails
from lineage.closure import closure
from lineage.dump import lines
from lineage.models import Edge, Node, NodeFacets, RunIO, Sighting
from tests.conftest import signed_in
from tests.events import facet, make_dataset, make_event, make_workload, post
from tests.lineage.test_convergence import bodies, fresh_cloud
from tests.pages import column, names, read, said

pytestmark = pytest.mark.django_db
LATER = timezone.now() + timedelta(hours=1)


@pytest.fixture
def chain(send):
    """raw -> clean -> orders -> report -> summary"""
    table = make_dataset("orders", version={"datasetVersion": "1"}, documentation=facet(description="x"))
    send(make_event(["raw"], [table], job="clean"))
    send(make_event(["orders"], ["summary"], job="report"))


def node(name: str) -> Node:
    return Node.objects.get(name=name)


def downstream(viewer, name: str) -> set[str]:
    return {row.sighting.node.name for row in closure(viewer, node(name).root_id, "downstream").rows}


def everywhere(client, name: str) -> set[str]:
    """Where the node is met: in lists and their API, search, the graph of its neighbour, its table and CSV."""
    found, raw = set(), node("raw")
    for address in ("/datasets/", "/workloads/", "/search/?q=" + name):
        if name in [said(each) for each in read(client.get(address)).select("main .name")]:
            found.add(address.partition("?")[0])
    for address in ("/api/datasets/", "/api/workloads/"):
        if name in [row["name"] for row in client.get(address).json()["results"]]:
            found.add(address)
    for format in ("json", "csv"):
        if name in client.get(f"/api/nodes/{raw.pk}/closure?direction=downstream&format={format}").content.decode():
            found.add(format)
    tables = read(client.get(f"/datasets/{raw.pk}/lineage/?x=down:{raw.pk}:8,down:{node('clean').pk}:8"))
    if name in said(tables.select_one("main table")):
        found.add("graph")
    return found


def test_a_hidden_job_takes_the_far_half_along(as_alice, alice, cloud, chain):
    viewer, job = Viewer(alice), node("clean")
    assert downstream(viewer, "raw") == {"clean", "orders", "report", "summary"}
    assert retract.hide(job, [cloud])
    assert downstream(viewer, "raw") == set()
    assert everywhere(as_alice, "clean") == set()
    level = adjacent.level(viewer, node("raw").pk, "downstream")
    assert (level.rows, level.count) == ([], 0)
    assert not retract.hide(job, [cloud])
    assert retract.restore(job, [cloud])
    assert downstream(viewer, "raw") == {"clean", "orders", "report", "summary"}
    assert everywhere(as_alice, "clean") == {"/workloads/", "/search/", "/api/workloads/", "json", "csv", "graph"}


def test_what_is_hidden_is_shown_by_a_filter_and_on_its_own_page(as_alice, cloud, chain):
    retract.hide(node("orders"), [cloud])
    assert sorted(names(read(as_alice.get("/datasets/")))) == ["raw", "summary"]
    assert "orders Hidden" in column(read(as_alice.get("/datasets/?hidden=true")), "Name")
    assert "orders" in [row["name"] for row in as_alice.get("/api/datasets/?hidden=true").json()["results"]]
    assert as_alice.get(node("orders").get_absolute_url()).status_code == 200
    assert as_alice.get(node("orders").get_lineage_url()).status_code == 200


def test_events_leave_a_hidden_node_hidden(send, alice, cloud, chain):
    retract.hide(node("orders"), [cloud])
    send(make_event(["orders"], ["extract"], job="export", facets=make_workload("export", projectName="new")))
    alias = {"identifiers": [{"namespace": "hive://h", "name": "db.orders", "type": "TABLE"}]}
    send(make_event([make_dataset("orders", symlinks=alias)], job="other"))
    send(make_event([make_dataset("db.orders", "hive://h")], job="third"))
    assert not Sighting.objects.filter(node__name__endswith="orders", hidden=False).exists()
    assert not Edge.objects.filter(source__name__endswith="orders", hidden=False).exists()
    retract.restore(node("db.orders"), [cloud])
    assert not Sighting.objects.filter(hidden=True).exists()
    assert not Edge.objects.filter(hidden=True).exists()


def test_hidden_in_one_cloud_it_is_shown_in_the_others(organization, alice, client, cloud, chain, as_alice):
    other = Cloud.objects.create(organization=organization, name="other", lineage_enabled=True)
    post(client, make_event(["orders"], ["copy"], job="copying"), create_key(other, alice)[1])
    retract.hide(node("orders"), [cloud])
    assert "orders" in names(read(as_alice.get("/datasets/")))
    assert "orders" not in names(read(as_alice.get("/datasets/?cloud=default")))
    assert downstream(Viewer(alice), "raw") == {"clean"}
    assert downstream(Viewer(alice), "orders") == {"copying", "copy"}


def test_a_deleted_job_takes_the_far_half_along(as_alice, alice, cloud, chain):
    job = node("clean")
    deletion.delete(job, [cloud])
    assert downstream(Viewer(alice), "raw") == set()
    assert everywhere(as_alice, "clean") == set()
    for address in (job.get_absolute_url(), job.get_lineage_url(), f"/api/nodes/{job.pk}/", f"/nodes/{job.pk}/edit/"):
        assert as_alice.get(address).status_code == 404
    assert not as_alice.get("/api/runs/").json()["results"][1:]
    assert names(read(as_alice.get("/workloads/?hidden=true"))) == ["report"]
    assert RawEvent.objects.count() == 2


def test_a_deleted_dataset_is_gone_and_its_neighbours_stay(as_alice, alice, cloud, chain):
    orders = node("orders")
    deletion.delete(orders, [cloud])
    assert downstream(Viewer(alice), "raw") == {"clean"}
    assert downstream(Viewer(alice), "report") == {"summary"}
    assert sorted(names(read(as_alice.get("/datasets/?hidden=true")))) == ["raw", "summary"]
    assert not NodeFacets.objects.filter(node=orders).exists()
    assert not RunIO.objects.filter(node=orders).exists()
    assert len(as_alice.get("/api/runs/").json()["results"]) == 2


def test_what_was_sent_before_does_not_come_back(send, as_alice, cloud, chain):
    deletion.delete(node("orders"), [cloud])
    send(make_event(["orders"], job="late", at="2026-05-01T13:00:00Z"))
    assert "orders" not in names(read(as_alice.get("/datasets/?hidden=true")))
    assert "late" in names(read(as_alice.get("/workloads/?hidden=true")))


def test_a_later_event_brings_it_back_with_what_it_says(send, as_alice, alice, cloud, chain):
    deletion.delete(node("orders"), [cloud])
    send(make_event(["orders"], ["extract"], job="export", at=LATER.isoformat()))
    orders = node("orders")
    assert downstream(Viewer(alice), "orders") == {"export", "extract"}
    assert downstream(Viewer(alice), "raw") == {"clean"}
    page = read(as_alice.get(orders.get_absolute_url()))
    assert orders.get_absolute_url() in {link["href"] for link in read(as_alice.get("/datasets/")).select("a")}
    assert queries.facets(Viewer(alice), orders) == {}
    assert "No versions yet" in said(read(as_alice.get(f"/datasets/{orders.pk}/versions/")))
    assert "export" in said(page)


def test_deleted_in_ones_own_cloud_it_stays_in_the_others(organization, alice, bob, client, cloud, chain):
    other = Cloud.objects.create(organization=organization, name="other", lineage_enabled=True)
    post(client, make_event(["orders"], ["copy"], job="copying"), create_key(other, alice)[1])
    deletion.delete(node("orders"), [cloud])
    assert downstream(Viewer(alice), "raw") == {"clean"}
    assert downstream(Viewer(alice), "orders") == {"copying", "copy"}
    assert names(read(signed_in(bob).get("/datasets/?cloud=other"))) == ["copy", "orders"]


def test_what_is_said_from_now_on_is_not_swallowed_by_memory(send, as_alice, cloud, chain):
    """A process remembers the rows that it has written, and must not take a deleted one for written."""
    for number in range(3):
        deletion.delete(node("orders"), [cloud])
        at = (LATER + timedelta(hours=number)).isoformat()
        send(make_event(["orders"], ["summary"], job="report", at=at))
        assert "orders" in names(read(as_alice.get("/datasets/"))), number
        assert Edge.objects.filter(source__name="orders").count() == 1


def test_a_clock_that_is_ahead_does_not_bring_it_back(send, as_alice, cloud, chain):
    for at in (LATER, LATER + timedelta(days=1000)):
        send(make_event([make_dataset("orders", ownership={"owners": [{"name": "x"}]})], at=at.isoformat()))
    deletion.delete(node("orders"), [cloud])
    assert "orders" not in names(read(as_alice.get("/datasets/?hidden=true")))


def test_the_common_path_pays_nothing(send, chain, cloud, django_assert_num_queries):
    event = make_event(["raw"], job="clean", run="0197a000-0000-7000-8000-000000000001")
    send(event)
    with CaptureCount() as before:
        send({**event, "eventTime": "2026-05-01T12:00:01Z"})
    retract.hide(node("summary"), [cloud])
    send({**event, "eventTime": "2026-05-01T12:00:02Z"})
    with CaptureCount() as after:
        send({**event, "eventTime": "2026-05-01T12:00:03Z"})
    assert after.count == before.count


class CaptureCount:
    """How many statements ran inside."""

    def __enter__(self):
        self.count = 0
        self.wrapper = connection.execute_wrapper(self.one)
        self.wrapper.__enter__()
        return self

    def one(self, execute, *arguments):
        self.count += 1
        return execute(*arguments)

    def __exit__(self, *error):
        self.wrapper.__exit__(*error)


def graph_after(order: random.Random, size: int, picked: list[int], at: datetime) -> list[str]:
    """The recorded events in some order, and somewhere among them the same deletions, as of the same time."""
    cloud = fresh_cloud()
    items = [receive.admitted(Admission(cloud), parse(body), timezone.now(), False) for body in bodies()]
    refs = sorted({node.ref for item in items for node in item.seen.outline.nodes})
    doomed = [refs[number % len(refs)] for number in picked]
    order.shuffle(items)
    when = order.randrange(len(items))
    for start in range(0, len(items), size):
        store.write(items[start : start + size])
        if start <= when < start + size:
            bury(cloud, doomed, at)
    bury(cloud, doomed, at)
    return list(lines())


def bury(cloud, refs, at: datetime) -> None:
    for ref in refs:
        found = Node.objects.filter(entity=ref.entity, namespace=ref.namespace, name=ref.name).first()
        if found:
            deletion.delete(found, [cloud], at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", [datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)])
def test_deletions_at_any_moment_end_in_the_same_bytes(at):
    picked = random.Random(1).sample(range(10_000), 25)
    first = graph_after(random.Random(0), 1000, picked, at)
    for seed in range(1, 4):
        order = random.Random(seed)
        assert graph_after(order, order.choice([7, 50, 1000]), picked, at) == first


def test_a_trail_of_versions_leaves_hidden_ones_out(alice, cloud, chain):
    viewer, run = Viewer(alice), RunIO.objects.get(node__name="summary").run
    passed = {step.root for step in trails.of_run(viewer, run, "upstream").steps.values()}
    assert passed == {node("orders").pk, node("raw").pk}
    retract.hide(node("clean"), [cloud])
    passed = {step.root for step in trails.of_run(viewer, run, "upstream").steps.values()}
    assert passed == {node("orders").pk}
    start = RunIO.objects.get(node__name="raw").run
    assert trails.of_run(viewer, start, "downstream").steps == {}
