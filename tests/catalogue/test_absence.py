import pytest

from clouds.keys import create_key
from clouds.models import Change, Cloud, CloudMembership
from lineage.models import Node
from tests.events import make_event, post
from tests.pages import names, read, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(send):
    send(make_event(["raw"], ["orders"], job="clean"))
    return Node.objects.get(name="orders")


@pytest.fixture
def other(organization, alice, bob, client, orders):
    """Bob's own, private cloud, which has seen the orders, too."""
    other = Cloud.objects.create(organization=organization, name="other", private=True, lineage_enabled=True)
    CloudMembership.objects.create(cloud=other, user=bob, role="owner")
    post(client, make_event(["orders"], job="reading"), create_key(other, alice)[1])
    return other


def act(client, node, what: str):
    return client.post(f"/nodes/{node.pk}/{what}/", follow=True)


def test_owners_hide_and_restore(as_alice, orders):
    page = read(act(as_alice, orders, "hide"))
    assert "It is hidden now in default" in said(page)
    assert "lists, graphs and search leave it out" in said(page)
    assert names(read(as_alice.get("/datasets/"))) == ["raw"]
    rows = read(as_alice.get("/datasets/?hidden=true")).select("tbody tr")
    assert [("Hidden" in said(row)) for row in rows] == ["orders" in said(row) for row in rows]
    assert "It is shown again" in said(read(act(as_alice, orders, "restore")))
    assert "orders" in names(read(as_alice.get("/datasets/")))
    log = Change.objects.exclude(action="key").order_by("pk").values_list("action", "who", "subject")
    assert list(log) == [(what, "alice@example.org", "orders") for what in ("hide", "restore")]


def test_owners_delete(as_alice, orders):
    asked = read(as_alice.get(f"/nodes/{orders.pk}/delete/"))
    assert "1 connection upstream of it goes, and 0 downstream" in said(asked)
    page = read(act(as_alice, orders, "delete"))
    assert "“orders” has been deleted in default" in said(page)
    assert names(page) == ["raw"]
    assert as_alice.get(orders.get_absolute_url()).status_code == 404
    assert Change.objects.exclude(action="key").get().action == "delete"


@pytest.mark.parametrize("what", ["hide", "restore", "delete"])
def test_members_may_not(as_bob, as_charlie, orders, what):
    assert act(as_bob, orders, what).status_code == 403
    assert act(as_charlie, orders, what).status_code == 404
    assert "Delete" not in said(read(as_bob.get(orders.get_absolute_url())).select_one("main"))
    assert as_bob.get("/api/datasets/").json()["results"]


def test_an_owner_of_one_cloud_acts_in_that_one(as_bob, as_alice, orders, other):
    assert "in other" in said(read(act(as_bob, orders, "hide")))
    assert "orders" in names(read(as_alice.get("/datasets/?cloud=default")))
    assert not read(as_alice.get("/datasets/?cloud=other")).select("tbody tr")
    act(as_bob, orders, "delete")
    assert "orders" in names(read(as_bob.get("/datasets/")))
    assert "reading" not in said(read(as_bob.get(orders.get_absolute_url())))


def test_history_of_a_private_cloud_stays_there(as_bob, as_alice, other, orders, organization):
    act(as_bob, orders, "hide")
    assert "other" in said(read(as_bob.get(f"/nodes/{orders.pk}/history/")).select_one("main"))
    CloudMembership.objects.all().delete()
    assert "other" not in said(read(as_bob.get(f"/nodes/{orders.pk}/history/")).select_one("main"))


def test_rest_hides_and_deletes(as_alice, as_bob, client, cloud, alice, orders):
    address = f"/api/nodes/{orders.pk}/"
    hide = {"data": {"hidden": True}, "content_type": "application/json"}
    assert as_bob.patch(address, **hide).status_code == 403
    key = {"Authorization": f"Bearer {create_key(cloud, alice)[1]}"}
    assert client.patch(address, **hide, headers=key).status_code == 403
    assert client.delete(address, headers=key).status_code == 403
    assert as_alice.patch(address, **hide).json()["hidden"] is True
    assert len(as_alice.get("/api/datasets/").json()["results"]) == 1
    assert as_bob.delete(address).status_code == 403
    assert as_alice.delete(address).status_code == 204
    assert as_alice.get(address).status_code == 404
