"""Lists are read off an index in their order, however long they are."""

import pytest
from django.db import connection
from django.test import RequestFactory

from clouds.access import Viewer
from datasets.filters import DatasetFilter
from lineage import queries
from lineage.finding import holds
from lineage.heads import by_id, with_heads
from lineage.models import Node, Run, Sighting
from models_registry.filters import ModelFilter
from tests.events import make_event
from workloads.filters import WorkloadFilter

pytestmark = pytest.mark.django_db


def plan(filters, person, ordering: str, **asked) -> str:
    request = RequestFactory().get("/", {"ordering": ordering, **asked})
    request.viewer = Viewer(person, request.GET)
    found = filters.for_request(request)
    rows = found.qs.order_by(found.order, "-pk" if found.order.startswith("-") else "pk")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
            )
    return rows[:26].explain()


@pytest.mark.parametrize(
    ("filters", "ordering", "index"),
    [
        (DatasetFilter, "-created_at", "sighting_created"),
        (DatasetFilter, "name", "sighting_name"),
        (DatasetFilter, "type", "sighting_type"),
        (ModelFilter, "-created_at", "sighting_models_created"),
        (ModelFilter, "name", "sighting_models_name"),
        (WorkloadFilter, "-created_at", "sighting_jobs_created"),
        (WorkloadFilter, "name", "sighting_jobs_name"),
    ],
)
def test_a_list_is_read_off_an_index(alice, cloud, filters, ordering, index):
    told = plan(filters, alice, ordering)
    assert f"{index} " in told
    assert "TEMP B-TREE" not in told  # SQLite's sorting


@pytest.mark.parametrize(
    ("filters", "index"), [(DatasetFilter, "sighting_created"), (WorkloadFilter, "sighting_jobs_created")]
)
def test_so_is_a_list_at_a_past_moment(send, alice, filters, index):
    send(make_event(["a"], ["b"], job="nightly"))
    told = plan(filters, alice, "-created_at", as_of="2026-06-01")
    assert f"{index} " in told
    # Nothing sorts the list itself: in SQLite's words, and in PostgreSQL's.
    assert " 0 0 USE TEMP B-TREE" not in told
    assert "Sort Key: lineage_sighting" not in told


@pytest.mark.parametrize(
    "rows", [Node.objects.filter(holds("orders")), Sighting.objects.filter(holds("orders", "node__"))]
)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no trigrams")
def test_a_part_of_a_name_is_found_by_trigrams(db, rows):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    assert "node_trigrams" in rows.explain()


@pytest.mark.parametrize(("column", "index"), [("session", "run_by_session"), ("external_id", "run_by_external_id")])
def test_a_run_is_found_by_an_id_by_its_index(db, column, index):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in with_heads(Run.objects).filter(by_id(column, "job_1")).explain()


def test_the_newest_runs_of_a_workload_are_read_off_an_index(send, alice):
    send(make_event(["a"], job="nightly"))
    rows = queries.runs(Viewer(alice, {}), Node.objects.get(name="nightly"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    told = rows[:10].explain()
    assert "run_by_workload" in told
    assert "Sort" not in told
    assert "FOR ORDER BY" not in told
