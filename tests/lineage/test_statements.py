import pytest
from django.db import connection

from clouds.access import Viewer
from clouds.keys import create_key
from clouds.models import Cloud
from clouds.projects import project_for
from lineage import adjacent, statements
from lineage.kinds import Kind
from lineage.models import Edge, Node
from tests.events import make_dataset, make_event, make_workload, post

BOTH = ("upstream", "downstream")


@pytest.fixture
def shared(client, cloud, alice):
    """A job that two projects ran alike: every edge is there twice."""
    for project in ("one", "two"):
        key = create_key(cloud, alice, project=project_for(cloud, project))[1]
        for number in range(5):
            assert post(client, make_event([f"in-{number}"], [f"out-{number}"]), key).status_code == 201
    assert Edge.objects.count() == 20
    return Node.objects.get(name="job")


def test_an_edge_of_two_projects_is_read_and_counted_once(shared, alice):
    viewer = Viewer(alice)
    around = adjacent.around(viewer, shared.pk, BOTH, 3)
    assert [(level.count, len(level.rows)) for level in around.values()] == [(5, 3), (5, 3)]
    rest = adjacent.level(viewer, shared.pk, "upstream", 3, around["upstream"].cursor)
    names = [row.node.name for row in around["upstream"].rows + rest.rows]
    assert (names, rest.count, rest.cursor) == ([f"in-{number}" for number in range(5)], 5, None)
    assert statements.counts(viewer, [shared.pk], 4) == {shared.pk: (4, 4)}


def test_an_edge_names_the_run_that_made_it_last(shared, alice):
    for row in adjacent.level(Viewer(alice), shared.pk, "downstream").rows:
        assert row.edge.run.pk == row.edge.last_run
        assert (row.edge.run.workload_id, row.edge.run.get_state_display()) == (shared.pk, "Completed")


def test_a_member_of_no_cloud_sees_nothing(shared, bob):
    Cloud.objects.update(private=True)
    around = adjacent.around(Viewer(bob), shared.pk, BOTH, 8)
    assert [(level.count, level.rows) for level in around.values()] == [(0, []), (0, [])]
    assert statements.counts(Viewer(bob), [shared.pk], 9) == {shared.pk: (0, 0)}
    assert statements.known(Viewer(bob), [Kind.DATASET], "creator", 9) == []


def test_known_values_are_sorted_and_of_every_kind(send, alice):
    for name in ("zoe", "ana", "ana"):
        send(make_event([], ["a", f"of-{name}"], facets=make_workload(name, ownerEmail=f"{name}@example.org")))
    facets = make_workload("fit", ownerEmail="mia@example.org")
    send(make_event([], [make_dataset("model://m", "mlflow")], facets=facets))
    viewer = Viewer(alice)
    assert statements.known(viewer, [Kind.DATASET], "creator", 9) == ["ana@example.org", "zoe@example.org"]
    assert statements.known(viewer, [Kind.MODEL, Kind.DATASET], "creator", 2) == ["ana@example.org", "mia@example.org"]
    assert statements.known(viewer, [Kind.CONTEXT], "creator", 9) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL goes by statistics, which small tables have not")
def test_sqlite_looks_sightings_up_by_node_and_does_not_walk_the_organization(shared, alice, monkeypatch):
    asked = []
    monkeypatch.setattr(statements, "answers", lambda sql, values: asked.append((sql, values)) or [])
    statements.sightings(Viewer(alice), [shared.pk])
    ((sql, values),) = asked
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        plan = [row[-1] for row in cursor.fetchall()]
    assert any("sighting_root" in step for step in plan), plan
