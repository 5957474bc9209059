"""The fragments of the graph's panel: who may see them, and at what cost."""

import pytest

from clouds.keys import create_key
from clouds.models import Cloud
from lineage.models import Edge, Node
from tests.events import make_dataset, make_dataset_event, make_event, make_job_event, post

FRAGMENT = {"HX-Request": "true"}


def node(name: str) -> Node:
    return Node.objects.get(name=name, canonical=None)


def edge_url(source: str, type: str, target: str) -> str:
    return f"/graph/edges/{node(source).pk}/{type}/{node(target).pk}/"


def test_a_fragment_elsewhere_leads_to_the_page_of_the_node(as_alice, send):
    send(make_event(["a"], ["b"]))
    answer = as_alice.get(f"/graph/nodes/{node('a').pk}/")
    assert (answer.status_code, answer["Location"]) == (302, node("a").get_absolute_url())


def test_the_versions_and_columns_of_a_node_are_told(as_alice, send):
    schema = {"fields": [{"name": "id", "type": "int"}, {"name": "age", "type": "int"}]}
    send(make_event([make_dataset("a", schema=schema, version={"datasetVersion": "v7"})]))
    page = as_alice.get(f"/graph/nodes/{node('a').pk}/", headers=FRAGMENT).content.decode()
    assert "v7" in page
    assert ">2<" in page
    assert "<html" not in page


def test_an_edge_that_no_run_made_says_so(as_alice, send):
    send(make_job_event(["a"], ["b"], job="declared"))
    page = as_alice.get(edge_url("a", "ContributedTo", "declared")).content.decode()
    assert "Made by 0 runs" in page
    assert "Declared without a run" in page


def test_a_flow_has_the_run_that_declared_it(as_alice, send):
    lineage = {"fields": {"x": {"inputFields": [{"namespace": "s3://bucket", "name": "a", "field": "y"}]}}}
    send(make_dataset_event(make_dataset("b", columnLineage=lineage)))
    assert Edge.objects.count() == 1
    page = as_alice.get(edge_url("a", "DerivedFrom", "b"), headers=FRAGMENT).content.decode()
    assert "Declared without a run" in page


@pytest.mark.parametrize("address", ["/graph/nodes/999999/", "/graph/edges/1/Produced/999999/", "/graph/edges/1/x/2/"])
def test_what_is_not_there_is_not_found(as_alice, address):
    assert as_alice.get(address, headers=FRAGMENT).status_code == 404


def test_another_cloud_shows_nothing(as_bob, as_charlie, send, organization, alice):
    private = Cloud.objects.create(organization=organization, name="secret", private=True, lineage_enabled=True)
    send(make_event(["shared"], job="open"))
    post(as_bob, make_event(["shared"], ["hidden"], job="hush"), create_key(private, alice)[1])
    for address in (f"/graph/nodes/{node('hush').pk}/", edge_url("shared", "ContributedTo", "hush")):
        assert as_bob.get(address, headers=FRAGMENT).status_code == 404
    page = as_bob.get(f"/graph/nodes/{node('shared').pk}/", headers=FRAGMENT).content.decode()
    assert "open" in page
    assert "hush" not in page
    assert "secret" not in page
    assert as_charlie.get(edge_url("shared", "ContributedTo", "open"), headers=FRAGMENT).status_code == 404


def test_a_run_of_two_versions_counts_once(as_alice, send):
    inputs = [make_dataset("a", version={"datasetVersion": label}) for label in ("v1", "v2")]
    send(make_event(inputs, ["b"], job="copy"))
    page = as_alice.get(edge_url("a", "ContributedTo", "copy"), headers=FRAGMENT).content.decode()
    assert "Made by 1 run" in page


@pytest.mark.parametrize("count", [1, 25])
def test_the_statements_do_not_grow_with_the_runs(as_alice, send, count, django_assert_num_queries):
    for _ in range(count):
        send(make_event(["a"], ["b"], job="copy"))
    for address, statements in ((edge_url("a", "ContributedTo", "copy"), 9), (f"/graph/nodes/{node('a').pk}/", 12)):
        as_alice.get(address, headers=FRAGMENT)
        with django_assert_num_queries(statements):
            as_alice.get(address, headers=FRAGMENT)
