import pytest

from catalogue import annotations, tags
from clouds.access import Viewer
from clouds.models import Change, Cloud, Project
from clouds.projects import project_for
from lineage.models import Node
from tests.events import make_dataset, make_event
from tests.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(send):
    send(make_event(["orders"], ["report"]))
    return Node.objects.get(name="orders")


@pytest.fixture
def project(cloud):
    return project_for(cloud, "default")


def said(viewer, node) -> list[tuple[str, str]]:
    return [(each.field, each.tag.name) for each in tags.tags_of(viewer, node)]


def test_a_node_and_its_fields_bear_tags(orders, project, alice):
    assert annotations.change(orders, project, annotations.Said(tags=["gold", "pii"]), alice)
    assert annotations.tag(orders, project, "pii", alice, field="email")
    assert not annotations.tag(orders, project, "pii", alice, field="email")
    assert said(Viewer(alice), orders) == [("", "gold"), ("", "pii"), ("email", "pii")]
    assert annotations.untag(orders, project, "gold", alice)
    assert said(Viewer(alice), orders) == [("", "pii"), ("email", "pii")]


def test_each_change_is_in_the_audit_log(orders, project, alice):
    annotations.change(orders, project, annotations.Said(tags=["gold"]), alice)
    annotations.change(orders, project, annotations.Said(tags=["pii"]), alice)
    last = Change.objects.latest("at")
    assert (last.who, last.subject, last.before, last.after) == ("alice@example.org", "orders", "gold", "pii")
    assert (last.organization, last.project, last.node) == (project.cloud.organization, project, orders.pk)


def test_tags_of_a_private_cloud_are_absent_for_others(orders, organization, project, alice, bob):
    vault = Cloud.objects.create(organization=organization, name="vault", private=True)
    annotations.tag(orders, project_for(vault, "inner"), "secret", alice)
    annotations.tag(orders, project, "gold", alice)
    assert said(Viewer(bob), orders) == [("", "gold")]
    assert tags.vocabulary(Viewer(bob)) == {"gold": ""}
    assert set(tags.vocabulary(Viewer(alice))) == {"gold", "secret"}


def test_a_tag_has_a_description(cloud, alice):
    tags.define(cloud, "pii", "Personal data", alice)
    tags.define(cloud, "pii", "Data of persons", alice)
    assert tags.vocabulary(Viewer(alice)) == {"pii": "Data of persons"}
    assert Change.objects.latest("at").before == "Personal data"


def test_tags_follow_a_node_to_its_other_name(send, project, alice):
    send(make_event(["orders"]))
    orders = Node.objects.get(name="orders")
    annotations.tag(orders, project, "gold", alice)
    alias = {"identifiers": [{"namespace": "hive://h", "name": "db.orders", "type": "TABLE"}]}
    send(make_event([make_dataset("orders", symlinks=alias)]))
    for node in Node.objects.filter(name__contains="orders"):
        assert said(Viewer(alice), node) == [("", "gold")]
    assert annotations.untag(Node.objects.get(name="db.orders"), project, "gold", alice)
    assert said(Viewer(alice), orders) == []


def test_a_list_shows_the_tags_of_its_rows(orders, project, alice, as_alice):
    said = annotations.Said(tags=["gold", "pii", "raw", "zoned"], fields={"email": ["secret"]})
    annotations.change(orders, Project.objects.get(name="tests"), said, alice)
    rows = read(as_alice.get("/datasets/?ordering=name")).select("tbody tr")
    chips = [link["href"] for link in rows[0].select(".row-tags a")]
    assert chips == [f"/datasets/?tag={tag}" for tag in ("gold", "pii", "raw")]
    assert "+1" in rows[0].select_one(".row-tags").text
    assert rows[1].select(".row-tags") == []


def test_tags_of_a_private_cloud_stay_out_of_lists(orders, organization, alice, as_bob):
    private = Cloud.objects.create(organization=organization, name="secret", private=True, lineage_enabled=True)
    annotations.change(orders, project_for(private, "default"), annotations.Said(tags=["hush"]), alice)
    assert b"hush" not in as_bob.get("/datasets/").content
