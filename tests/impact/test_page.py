"""The Impact tab: what it lists, who owns it, how it is reached, and what it says where there is more."""

import csv
import io

import pytest

from catalogue.models import Annotation
from clouds.models import Cloud, Project
from lineage import closure
from lineage.models import Node, Sighting
from tests.events import make_dataset, make_event, make_job_event
from tests.pages import column, read, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(send):
    owned = make_dataset("clean", ownership={"owners": [{"name": "team:data"}]})
    send(make_event(["raw"], [owned], "tidy"))
    send(make_event(["clean"], [make_dataset("m", datasetType={"datasetType": "MODEL"})], "train"))
    send(make_event(["m"], ["deployment://front"], "deploy"))


def address(name: str, query: str = "") -> str:
    node = Node.objects.get(name=name)
    return f"/{node.page}/{node.pk}/impact/{query}"


def test_everything_downstream_with_hops_owner_and_path(story, as_alice):
    page = read(as_alice.get(address("raw")))
    assert column(page, "Name") == ["tidy", "clean", "train", "m", "deploy", "front Endpoint"]
    assert column(page, "Steps") == ["1", "2", "3", "4", "5", "6"]
    assert column(page, "Owner")[:2] == ["alice@example.org", "team:data"]
    assert column(page, "Path")[2] == "raw tidy clean"
    assert set(column(page, "Follows from")) == {"Workload"}


def test_upstream_and_depth(story, as_alice):
    page = read(as_alice.get(address("m", "?direction=upstream&depth=2")))
    assert column(page, "Name") == ["train", "clean"]


def test_counts_by_kind_narrow_the_table(story, as_alice):
    page = read(as_alice.get(address("raw")))
    chips = {said(chip): chip["href"] for chip in page.select(".chip")}
    assert {"All: 6", "Workload: 3", "Dataset: 1", "Model: 1", "Endpoint: 1"} == set(chips)
    assert column(read(as_alice.get(address("raw", chips["Model: 1"]))), "Name") == ["m"]


def test_owners_that_people_name_come_first(story, as_alice, cloud):
    node = Node.objects.get(name="clean")
    project = Sighting.objects.get(node=node).project
    Annotation.objects.create(node=node, project=project, owners=["ann@example.org", "bea@example.org"])
    assert column(read(as_alice.get(address("raw"))), "Owner")[1] == "ann@example.org bea@example.org"
    hidden = Project.objects.create(
        cloud=Cloud.objects.create(organization=cloud.organization, name="private", private=True), name="x", key=1
    )
    Annotation.objects.create(node=Node.objects.get(name="tidy"), project=hidden, owners=["secret@example.org"])
    assert "secret" in column(read(as_alice.get(address("raw"))), "Owner")[0]


def test_owners_said_where_one_may_not_look_stay_there(story, as_bob, cloud):
    private = Cloud.objects.create(organization=cloud.organization, name="private", private=True)
    hidden = Project.objects.create(cloud=private, name="x", key=1)
    Annotation.objects.create(node=Node.objects.get(name="tidy"), project=hidden, owners=["secret@example.org"])
    assert column(read(as_bob.get(address("raw"))), "Owner")[0] == "alice@example.org"


def test_a_declared_flow_is_told_from_a_workload(send, as_alice):
    fields = {"x": {"inputFields": [{"namespace": "s3://bucket", "name": "a", "field": "y"}]}}
    send(make_event(["a", "b"], [make_dataset("c", columnLineage={"fields": fields})], "job"))
    assert column(read(as_alice.get(address("a"))), "Follows from") == ["Workload", "Declared flow"]
    assert column(read(as_alice.get(address("b"))), "Name") == ["job"]


def test_pages_of_a_hub(send, as_alice):
    send(make_job_event(["hub"], [f"out-{at:03}" for at in range(150)], "spread"))
    first = read(as_alice.get(address("hub")))
    assert len(column(first, "Name")) == 100
    following = first.select_one("a[rel=next]")["href"]
    rest = read(as_alice.get(address("hub", following)))
    assert column(rest, "Name") == [f"out-{at:03}" for at in range(99, 150)]
    assert len(column(read(as_alice.get(address("hub", rest.select_one("a[rel=prev]")["href"]))), "Name")) == 100


def test_a_cut_is_stated(story, as_alice, monkeypatch):
    monkeypatch.setattr(closure, "MOST", 3)
    page = read(as_alice.get(address("raw")))
    assert "This is not all" in said(page.select_one("[role=status]"))
    assert "All: 3+" in said(page.select_one(".chip"))


def test_nothing_downstream_says_so(story, as_alice):
    assert "Nothing depends on this" in said(read(as_alice.get(address("deployment://front"))))


def test_nonsense_in_the_address_is_left_out(story, as_alice):
    page = read(as_alice.get(address("raw", "?depth=x&kind=lion&direction=sideways&after=-3")))
    assert len(column(page, "Name")) == 6


def test_csv_has_owner_and_path(story, as_alice):
    page = read(as_alice.get(address("raw", "?depth=2")))
    answer = as_alice.get(page.find("a", download=True)["href"])
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["name"], row["owner"], row["path"]) for row in rows] == [
        ("tidy", "alice@example.org", "raw > tidy"),
        ("clean", "team:data", "raw > tidy > clean"),
    ]


@pytest.mark.parametrize("width", [1, 30])
def test_the_page_takes_the_same_statements_however_wide(width, send, as_alice, django_assert_num_queries):
    send(make_job_event(["raw"], [f"out-{at}" for at in range(width)], "spread"))
    path = address("raw")
    as_alice.get(path)
    with django_assert_num_queries(16):
        as_alice.get(path)


def test_others_get_404(story, as_charlie):
    assert as_charlie.get(address("raw")).status_code == 404
