"""Technical jobs around a picture: at the reader's wish, and only what the reader may know."""

import pytest
from bs4 import BeautifulSoup

from clouds.keys import create_key
from clouds.models import Cloud
from clouds.projects import project_for
from lineage.models import Node
from lineage.retract import hide
from tests import jobs
from tests.events import make_event, post


@pytest.fixture
def etl(send):
    for event in jobs.etl():
        send(event)


def node(name: str) -> Node:
    return Node.objects.get(name=name)


def page(client, name: str, query: str = ""):
    return BeautifulSoup(client.get(f"{node(name).get_lineage_url()}{query}").content, "html.parser")


def names(page) -> list[str]:
    return [link.find(string=True, recursive=False) for link in page.select("#lineage-table th[scope=row] a")]


def ties(page) -> set[str]:
    return {" ".join(item.text.split()) for item in page.select("#lineage-table [data-edge]")}


def test_technical_jobs_are_left_out_until_they_are_asked_for(as_alice, etl):
    assert set(names(page(as_alice, "orders"))) == {"clean", "orders", "count"}
    shown = page(as_alice, "orders", "?technical=1")
    assert set(names(shown)) == {"clean", "orders", "count", "etl", "check", "nightly"}
    assert {"part of etl", "holds etl"} < ties(shown)
    assert len(ties(shown)) == 5
    assert shown.select_one("button[value=technical]")["aria-pressed"] == "true"
    assert shown.select_one("input[name=technical]")["value"] == "1"


def test_the_button_turns_them_without_javascript(as_alice, etl):
    address = node("orders").get_lineage_url()
    on = as_alice.get(f"{address}?turn=technical")
    assert "technical=1" in on["Location"]
    assert "technical" not in as_alice.get(f"{address}?technical=1&turn=technical")["Location"]


def test_a_job_without_inputs_and_outputs_shows_all_its_parts(as_alice, etl):
    assert names(page(as_alice, "etl")) == ["etl"]
    assert set(names(page(as_alice, "etl", "?technical=1"))) == {"etl", "clean", "check", "nightly"}


def test_parts_that_read_or_write_stay_out_of_another_jobs_picture(as_alice, etl, send):
    send(make_event(["x"], ["y"], job="elsewhere", facets=jobs.part_of("etl")))
    assert "elsewhere" not in names(page(as_alice, "orders", "?technical=1"))


def test_hidden_kinds_and_hidden_jobs_stay_away(as_alice, etl, cloud):
    assert "etl" not in names(page(as_alice, "orders", "?technical=1&hide=workload"))
    hide(node("etl"), [cloud])
    assert set(names(page(as_alice, "orders", "?technical=1"))) == {"clean", "orders", "count"}


def test_the_neighbours_bring_them_along(as_alice, etl):
    address = f"/api/nodes/{node('orders').pk}/neighbours"
    assert "technical" not in as_alice.get(address).json()
    found = as_alice.get(f"{address}?technical=true").json()
    assert {each["data"]["label"]: each["data"]["technical"] for each in found["technical"]["nodes"]} == {
        "etl": False,
        "check": True,
        "nightly": False,
    }
    pairs = {f"e{node(parent).pk}-Contains-{node(child).pk}" for parent, child in PAIRS}
    assert {each["data"]["id"] for each in found["technical"]["edges"]} == pairs
    assert not pairs & {each["data"]["id"] for each in found["elements"]["edges"]}


PAIRS = [("etl", "clean"), ("etl", "check"), ("nightly", "etl")]


def test_what_a_private_cloud_says_of_parts_leaks_nothing(as_bob, etl, organization, cloud, alice):
    """The watcher is known to Bob, but from a project that never saw the job that it is said to hold."""
    elsewhere = create_key(cloud, alice, project=project_for(cloud, "elsewhere"))[1]
    post(as_bob, make_event(["w"], job="watcher"), elsewhere)
    private = Cloud.objects.create(organization=organization, name="secret", private=True, lineage_enabled=True)
    key = create_key(private, alice)[1]
    post(as_bob, make_event(["raw"], ["orders"], job="clean", facets=jobs.part_of("watcher")), key)
    post(as_bob, make_event(["raw"], ["orders"], job="clean", facets=jobs.part_of("hush")), key)
    assert set(names(page(as_bob, "orders", "?technical=1"))) == {"clean", "orders", "count", "etl", "check", "nightly"}


@pytest.mark.parametrize("count", [1, 30])
def test_the_statements_do_not_grow_with_the_jobs(as_alice, send, count, django_assert_num_queries):
    for number in range(count):
        send(make_event(["raw"], job=f"job-{number}", facets=jobs.part_of("etl")))
    address = f"/api/nodes/{node('raw').pk}/neighbours?limit=50&technical=true"
    as_alice.get(address)
    with django_assert_num_queries(13):
        assert len(as_alice.get(address).json()["technical"]["edges"]) == count
