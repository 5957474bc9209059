"""The Lineage tab without JavaScript: a table, its buttons, and what the address holds."""

import json

import pytest
from bs4 import BeautifulSoup
from django.utils.html import escape

from clouds.access import Viewer
from clouds.keys import create_key
from clouds.models import Cloud
from lineage import adjacent, neighbourhood, queries
from lineage.models import Node
from tests.events import make_event, post, recorded


@pytest.fixture
def demo(send):
    for event in recorded("ray_iceberg_demo"):
        send(event)


def node(name: str) -> Node:
    return Node.objects.get(name=name, canonical=None)


def get(client, address: str):
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.content, "html.parser")
    page.address = answer.redirect_chain[-1][0] if answer.redirect_chain else address
    return page


def table(page) -> dict:
    """Name: (level, buttons) of each row."""
    rows = page.select("#lineage-table tbody tr")
    return {
        row.th.a.find(string=True, recursive=False): (
            row.select("td")[3].text,
            [button["aria-label"] for button in row.select("button")],
        )
        for row in rows
    }


def press(client, page, name: str):
    """Sends the table's form by one of its buttons, as a browser does."""
    [button] = [each for each in page.select("#lineage-table button") if each["aria-label"] == name]
    fields = [(each["name"], each["value"]) for each in page.select("#lineage-twin form > input")]
    path = page.address.partition("?")[0]
    query = "&".join(f"{key}={value}" for key, value in [*fields, (button["name"], button["value"])])
    return get(client, f"{path}?{query}")


def drawn(page) -> dict:
    return json.loads(page.select_one("#lineage-data").string)


def test_the_tab_shows_one_level(as_alice, demo):
    page = get(as_alice, node("iceberg://customer_churn").get_lineage_url())
    assert table(page) == {
        "generate_customer_dataset": ("1 upstream", []),
        "customer_churn": ("Start", ["Collapse customer_churn"]),
        "train_churn_model": ("1 downstream", ["Expand downstream of train_churn_model"]),
    }
    assert [each["data"]["label"] for each in drawn(page)["nodes"]] == [
        "customer_churn",
        "generate_customer_dataset",
        "train_churn_model",
    ]


def test_the_buttons_work_without_javascript(as_alice, demo):
    page = get(as_alice, node("iceberg://customer_churn").get_lineage_url())
    page = press(as_alice, page, "Expand downstream of train_churn_model")
    assert table(page)["churn_predictor"] == ("2 downstream", ["Expand downstream of churn_predictor"])
    page = press(as_alice, page, "Expand downstream of churn_predictor")
    assert table(page)["deploy_churn_model"][0] == "3 downstream"
    page = press(as_alice, page, "Collapse train_churn_model")
    assert list(table(page)) == ["generate_customer_dataset", "customer_churn", "train_churn_model"]


def test_each_edge_stands_in_the_table_once(as_alice, send):
    send(make_event(["a"], ["a", "b"], job="loop"))
    page = get(as_alice, node("a").get_lineage_url())
    edges = sorted(each["data"]["id"] for each in drawn(page)["edges"])
    assert sorted(item["data-edge"] for item in page.select("[data-edge]")) == edges
    assert len(edges) == 2


def test_a_hub_shows_eight_and_then_eight_more(as_alice, send):
    for number in range(22):
        send(make_event(["hub"], job=f"job-{number:02}"))
    page = get(as_alice, node("hub").get_lineage_url())
    assert len(table(page)) == 9
    page = press(as_alice, page, "Show 8 more of 22 downstream of hub")
    page = press(as_alice, page, "Show 6 more of 22 downstream of hub")
    assert len(table(page)) == 23
    assert table(page)["hub"] == ("Start", ["Collapse hub"])


def test_a_direction_shows_one_side(as_alice, demo):
    page = get(as_alice, node("iceberg://customer_churn").get_lineage_url() + "?dir=upstream")
    assert list(table(page)) == ["generate_customer_dataset", "customer_churn"]


def test_nothing_open_shows_the_root_alone(as_alice, demo):
    page = get(as_alice, node("iceberg://customer_churn").get_lineage_url() + "?x=none")
    assert table(page) == {
        "customer_churn": (
            "Start",
            ["Expand upstream of customer_churn", "Expand downstream of customer_churn"],
        )
    }


def test_a_step_waits_for_its_node(as_alice, demo):
    root, train = node("iceberg://customer_churn"), node("train_churn_model")
    page = get(as_alice, f"{root.get_lineage_url()}?x=down:{train.pk}:8,down:{root.pk}:8")
    assert list(table(page)) == ["customer_churn", "train_churn_model", "churn_predictor"]
    assert page.select_one("input[name=x]")["value"] == f"down:{root.pk}:8,down:{train.pk}:8"


@pytest.mark.parametrize(
    ("query", "parts"), [("x=up:99999999:8", 1), ("x=rubbish,%00,up:x:1", 3), ("sel=99999999", 1), ("x=none&sel=x", 0)]
)
def test_what_the_address_names_in_vain_is_said(as_alice, demo, query, parts):
    page = get(as_alice, f"{node('iceberg://customer_churn').get_lineage_url()}?{query}")
    notice = page.select_one(".alert-warning[role=status]")
    assert (notice is not None) == (parts > 0)
    assert parts == 0 or f"{parts} part" in notice.text
    assert "customer_churn" in table(page)


def test_more_than_three_hundred_are_not_drawn(as_alice, send):
    send(make_event([f"in-{number:03}" for number in range(310)], [f"out-{n:03}" for n in range(310)], job="hub"))
    hub = node("hub")
    page = get(as_alice, f"{hub.get_lineage_url()}?x=up:{hub.pk}:300,down:{hub.pk}:300")
    assert len(table(page)) == 300
    assert "at most 300 resources" in page.select_one(".alert-warning").text


def test_a_private_cloud_stays_out_of_the_picture(as_bob, send, organization, alice):
    send(make_event(["shared"], job="open"))
    private = Cloud.objects.create(organization=organization, name="secret", private=True, lineage_enabled=True)
    post(as_bob, make_event(["shared"], ["hidden"], job="hush"), create_key(private, alice)[1])
    answer = as_bob.get(node("shared").get_lineage_url())
    assert b"hush" not in answer.content
    assert list(table(BeautifulSoup(answer.content, "html.parser"))) == ["shared", "open"]
    hush = node("hush")
    page = get(as_bob, f"{node('shared').get_lineage_url()}?x=up:{hush.pk}:8,down:{hush.pk}:8&sel={hush.pk}")
    assert "hush" not in page.text


def test_names_are_escaped(as_alice, send):
    name = "</script><script>alert(1)</script><b>\"'&"
    send(make_event([name], job="job"))
    answer = as_alice.get(node("job").get_lineage_url())
    assert b"<script>alert(1)" not in answer.content
    assert escape(name) in answer.content.decode()
    assert name in [each["data"]["label"] for each in drawn(BeautifulSoup(answer.content, "html.parser"))["nodes"]]


def test_a_node_alone_says_so(as_alice, send):
    send(make_event(job="lonely"))
    page = get(as_alice, node("lonely").get_lineage_url())
    assert "Nothing has read or written this yet" in page.text


@pytest.mark.parametrize("count", [1, 30])
def test_the_statements_do_not_grow_with_the_neighbours(as_alice, send, count, django_assert_num_queries):
    send(make_event([f"in-{n}" for n in range(count)], [f"out-{n}" for n in range(count)], job="job"))
    job = node("job")
    address = f"{job.get_lineage_url()}?x=up:{job.pk}:40,down:{job.pk}:40"
    as_alice.get(address)
    with django_assert_num_queries(STATEMENTS):
        as_alice.get(address)


STATEMENTS = 12


def test_many_steps_are_read_in_few_statements(as_alice, send, django_assert_max_num_queries):
    send(make_event(["raw"], [f"part-{n:02}" for n in range(8)], job="split"))
    for n in range(8):
        send(make_event([f"part-{n:02}"], [f"sum-{n}", "all"], job=f"join-{n}"))
    address = node("raw").get_lineage_url()
    page = get(as_alice, f"{address}?depth=all")
    assert len(table(page)) == 1 + 1 + 8 + 8 + 9
    assert "depth" not in page.address
    with django_assert_max_num_queries(STATEMENTS + 6):
        as_alice.get(page.address.partition("#")[0])


def test_levels_read_together_are_those_read_singly(as_alice, send, alice):
    for n in range(12):
        send(make_event(["a", "b"], [f"out-{n}"], job=f"job-{n}"))
    viewer, limits = Viewer(alice), {node("a").pk: 8, node("b").pk: 16, node("job-3").pk: 1}
    for direction in queries.ENDS:
        found = neighbourhood.together(viewer, direction, limits)
        for pk, shown in limits.items():
            single, level = adjacent.level(viewer, pk, direction, shown), found[pk, direction]
            assert [row.edge for row in level.rows] == [row.edge for row in single.rows]
            assert (level.count, level.capped, level.cursor) == (single.count, single.capped, single.cursor)


def test_a_depth_that_the_cap_cuts_is_said_without_javascript(as_alice, send):
    for number in range(9):
        send(make_event(["hub"], [f"out-{number}-{n:02}" for n in range(40)], job=f"job-{number}"))
    page = get(as_alice, f"{node('hub').get_lineage_url()}?depth=all")
    assert 150 < len(table(page)) <= 300
    assert "not complete" in page.text
