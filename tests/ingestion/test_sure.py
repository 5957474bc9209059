"""On PostgreSQL a group is locked, checked and written in one message, if all is as the process remembers it."""

import json
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from clouds.keys import Admission
from clouds.projects import project_for
from ingestion import receive, store
from ingestion.models import RawEvent
from ingestion.parse import parse
from lineage import nodes, queries, record, sure
from lineage.models import Node, NodeFacets, Run, Sighting
from tests.events import facet, make_dataset, make_event

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite answers at once"),
]


@pytest.fixture
def answers(monkeypatch):
    """Of the groups that were sent in one message: whether each was written."""
    found, send = [], sure.send_if_expected

    def noted(*args):
        late = send(*args)
        found.append(late is not None)
        return late

    monkeypatch.setattr("lineage.record.send_if_expected", noted)
    return found


@pytest.fixture
def item(cloud):
    def item(event: dict) -> store.Item:
        return receive.admitted(Admission(cloud), parse(json.dumps(event).encode()), timezone.now(), True)

    return item


@pytest.fixture
def write(item):
    def write(*events: dict) -> list[str]:
        return store.store([item(event) for event in events])

    # A process reads the organization's epoch with its first group.
    write(make_event(job="first"))
    return write


def test_a_group_is_written_in_one_message_with_its_new_nodes(write, answers):
    assert write(make_event(["in"], ["out"]), make_event(["in"], ["more"])) == [store.STORED] * 2
    assert answers == [True]
    assert set(Sighting.objects.values_list("node__name", flat=True)) >= {"in", "out", "more"}
    assert Run.objects.count() == RawEvent.objects.count() == 3


def test_an_event_that_is_known_is_stored_once(write, answers):
    event = make_event(["in"])
    assert [write(event), write(event, make_event())] == [[store.STORED], [store.DUPLICATE, store.STORED]]
    assert answers == [True, False]
    assert RawEvent.objects.count() == 3


def test_a_known_event_that_comes_again_through_another_project_says_nothing_there(write, answers, cloud):
    event = make_event(["in"])
    write(event)
    elsewhere = Admission(cloud, project_for(cloud, "another"))
    again = receive.admitted(elsewhere, parse(json.dumps(event).encode()), timezone.now(), True)
    assert store.store([again]) == [store.DUPLICATE]
    assert answers == [True, False]
    assert set(Sighting.objects.values_list("project__name", flat=True)) == {"tests"}


def test_what_has_changed_since_is_read_anew(write, answers, cloud):
    write(make_event(["in"]))
    with connection.cursor() as cursor:  # as another process would
        cursor.execute("UPDATE lineage_epoch SET value = value + 1")
        cursor.execute("INSERT INTO lineage_epoch SELECT %s, 1, 0 ON CONFLICT DO NOTHING", [cloud.organization_id])
    assert write(make_event(["in"])) == [store.STORED]
    assert write(make_event(["in"])) == [store.STORED]
    assert answers == [True, False, True]


def test_a_node_that_another_process_writes_meanwhile_is_one_node(write, answers, monkeypatch, cloud):
    foresee = nodes.Nodes.foresee

    def late(self):
        found = foresee(self)
        Node.objects.bulk_create(
            Node(
                organization_id=cloud.organization_id,
                entity=ref.entity,
                namespace=ref.namespace,
                name=ref.name,
                key=nodes.node_key(ref),
                kind=kind,
                shown=shown,
            )
            for (_, ref), (kind, shown) in self.said.items()
        )
        return found

    monkeypatch.setattr(nodes.Nodes, "foresee", late)
    assert write(make_event(["in"], job="other")) == [store.STORED]
    assert answers == [False]
    assert Node.objects.filter(name="in").count() == 1
    assert Sighting.objects.get(node__name="in").node == Node.objects.get(name="in")


def test_a_group_that_fails_leaves_nothing(write, item, answers):
    faulty = item(make_event(["in"]))
    faulty.row[store.RAW_EVENT.columns.index("event_at")] = None
    with pytest.raises(store.Unstorable):
        store.store([faulty])
    assert RawEvent.objects.count() == 1
    assert not Node.objects.filter(name="in").exists()
    assert write(make_event(["in"])) == [store.STORED]
    assert answers == [True]


@pytest.fixture
def plans(monkeypatch):
    """Of each plan, whether it only moves what is stored of nodes."""
    found, made = [], record.Plan.made

    def noted(self):
        found.append(self.again)
        return made(self)

    monkeypatch.setattr(record.Plan, "made", noted)
    return found


def nightly(minute: int, note: str) -> dict:
    orders = make_dataset("orders", documentation=facet(description=note))
    return make_event([orders], run=str(uuid.UUID(int=minute)), at=f"2026-05-01T12:{minute:02d}:00Z")


def told() -> tuple[str, int]:
    """What is said of the orders, and the minute of the job's last run."""
    facets = queries.merged(NodeFacets.objects.filter(node__name="orders"))
    last_run = Sighting.objects.get(node__name="job").last_run
    return facets["documentation"].value["description"], Run.objects.get(pk=last_run).uuid.int


def test_what_is_said_again_moves_with_the_latest(write, answers, plans):
    """Of nodes that are known so, the facets and the last run go by the time of the event, whenever it comes."""
    write(nightly(1, "old"), nightly(2, "new"))
    assert told() == ("new", 2)
    for minute, note, expected in ((20, "old", ("old", 20)), (10, "new", ("old", 20)), (30, "new", ("new", 30))):
        write(nightly(minute, note))
        assert told() == expected
    assert (answers, plans) == ([True] * 4, [False, True, True, True])
    assert NodeFacets.objects.filter(node__name="orders").count() == 1


@contextmanager
def another_writer(does: Callable[[], object]):
    """While another connection has done this, and not committed it."""
    done, may_commit = Event(), Event()

    def work():
        try:
            with transaction.atomic():
                does()
                done.set()
                may_commit.wait(30)
        finally:
            done.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        done.wait(30)
        try:
            yield may_commit.set
        finally:
            may_commit.set()
            working.result(30)


def closing(write, *events: dict):
    """`write` for a thread of its own."""
    try:
        return write(*events)
    finally:
        connection.close()


def await_a_waiting_writer() -> None:
    for _ in range(300):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.1)
    pytest.fail("no writer waits")


def shared_lock(cloud) -> Callable[[], object]:
    def take():
        with connection.cursor() as cursor:
            cursor.execute(record.LOCK.format("_shared"), record.organizations({cloud.organization_id}))

    return take


def test_writers_of_what_is_known_do_not_wait_for_each_other(write, answers, cloud):
    write(make_event(["in"]))
    with another_writer(shared_lock(cloud)), ThreadPoolExecutor(1) as pool:
        assert pool.submit(closing, write, make_event(["in"])).result(30) == [store.STORED]
    assert answers == [True, True]


def test_who_writes_new_nodes_is_alone(write, answers, cloud):
    with another_writer(shared_lock(cloud)) as commit, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(closing, write, make_event(["in"]))
        await_a_waiting_writer()
        assert not Node.objects.filter(name="in").exists()
        commit()
        assert writing.result(30) == [store.STORED]
    assert answers == [True]


def test_an_event_that_another_writes_meanwhile_is_a_duplicate(write, answers, item):
    write(make_event(["in"]))
    event = make_event(["in"])
    row = dict(zip(store.RAW_EVENT.columns, item(event).row, strict=True))
    with another_writer(lambda: RawEvent.objects.create(**row)) as commit, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(closing, write, make_event(["in"]), event)
        await_a_waiting_writer()
        commit()
        assert writing.result(30) == [store.STORED, store.DUPLICATE]
    assert answers == [True, True]
    assert RawEvent.objects.count() == 4


@pytest.mark.parametrize(("minute", "expected"), [(10, ("new", 20)), (30, ("old", 30))])
def test_of_two_that_say_the_same_again_at_once_the_latest_counts(write, plans, cloud, minute, expected):
    write(nightly(1, "old"), nightly(20, "new"))
    latest = {"facets": NodeFacets.objects.get(node__name="orders"), "job": Sighting.objects.get(node__name="job")}
    write(nightly(2, "old"), nightly(3, "new"))
    NodeFacets.objects.filter(node__name="orders").update(stamp=uuid.UUID(int=1))
    Sighting.objects.filter(node__name="job").update(last_run_stamp=uuid.UUID(int=1))

    def move() -> None:
        shared_lock(cloud)()
        for row in latest.values():
            row.save()

    with another_writer(move) as commit, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(closing, write, nightly(minute, "old"))
        await_a_waiting_writer()
        commit()
        assert writing.result(30) == [store.STORED]
    assert plans[-1]
    assert told() == expected
