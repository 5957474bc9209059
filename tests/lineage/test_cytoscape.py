"""The JSON of a level: golden files hold it to the word."""

import json
import uuid
from pathlib import Path

import pytest

from lineage.models import Node
from tests.events import make_dataset, make_event, recorded

GOLDEN = Path(__file__).parents[1] / "golden"
RUN = "6d1f0c1e-0000-4000-8000-000000000001"


@pytest.fixture
def demo(send):
    for event in recorded("ray_iceberg_demo"):
        send(event)


def node(name: str) -> Node:
    return Node.objects.get(name=name, canonical=None)


def url(name: str, query: str = "") -> str:
    return f"/api/nodes/{node(name).pk}/neighbours{query}"


def ask(client, name: str, query: str = "") -> dict:
    answer = client.get(url(name, query))
    assert answer.status_code == 200, answer.content
    return answer.json()


def by_name(answer) -> dict:
    """The answer with names for ids, which differ from run to run."""
    ids = {element["data"]["id"]: element["data"]["label"] for element in answer["elements"]["nodes"]}
    text = json.dumps(answer)
    for id, label in sorted(ids.items(), key=lambda pair: -len(pair[0])):
        number = id[1:]
        text = text.replace(f'"{id}"', f'"<{label}>"').replace(f'"node_id": {number},', f'"node_id": "<{label}>",')
        text = text.replace(f"/{number}/", f"/<{label}>/").replace(f'"e{number}-', f'"e<{label}>-')
        text = text.replace(f'-{number}"', f'-<{label}>"')
    return json.loads(text)


def test_neighbours_of_the_demo_are_the_golden_ones(as_alice, demo):
    answer = by_name(ask(as_alice, "iceberg://customer_churn"))
    assert answer == json.loads((GOLDEN / "neighbours.json").read_text())


def test_neighbours_names_the_last_run(as_alice, send):
    send(make_event(["a"], ["b"], job="copy", run=RUN))
    [edge] = ask(as_alice, "copy", "?direction=upstream")["elements"]["edges"]
    assert edge["data"]["type"] == "ContributedTo"
    assert edge["data"]["last_run"] == f"/runs/{RUN}/"
    assert edge["data"]["last_run_at"] == "2026-05-01T12:00:00+00:00"


def test_neighbours_pages_by_cursor(as_alice, send):
    for number in range(22):
        send(make_event(["hub"], job=f"job-{number:02}"))
    seen, query = [], "?direction=downstream"
    for left in (14, 6, 0):
        answer = ask(as_alice, "hub", query)
        seen += [each["data"]["label"] for each in answer["elements"]["nodes"] if each["data"]["label"] != "hub"]
        more = answer["more"]["downstream"]
        assert (more["count"], more["capped"], bool(more["cursor"])) == (22, False, left > 0)
        query = f"?direction=downstream&after={more['cursor']}"
    assert seen == [f"job-{number:02}" for number in range(22)]


def test_neighbours_of_a_hub_are_counted_to_a_thousand(as_alice, send):
    for part in range(3):
        send(make_event([f"in-{part}-{number}" for number in range(400)], job="hub"))
    answer = ask(as_alice, "hub", "?direction=upstream")
    assert answer["more"]["upstream"]["count"] == 1000
    assert answer["more"]["upstream"]["capped"] is True
    [hub] = [each["data"] for each in answer["elements"]["nodes"] if each["data"]["label"] == "hub"]
    assert (hub["upstream"], hub["downstream"]) == (99, 0)


def test_a_cycle_holds_each_node_once_and_both_edges(as_alice, send):
    send(make_event(["a"], ["a"], job="loop"))
    elements = ask(as_alice, "a")["elements"]
    assert sorted(each["data"]["label"] for each in elements["nodes"]) == ["a", "loop"]
    assert sorted(each["data"]["type"] for each in elements["edges"]) == ["ContributedTo", "Produced"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?direction=sideways", "direction"),
        ("?limit=0", "limit"),
        ("?limit=51", "limit"),
        ("?limit=x", "limit"),
        ("?direction=upstream&after=!!!", "after"),
        (f"?direction=upstream&after={'OTk5' * 10}", "after"),  # 30 nines
        ("?direction=upstream&after=LTE", "after"),  # -1
        ("?after=MQ", "after"),
    ],
)
def test_a_bad_value_is_a_problem_that_names_it(as_alice, send, query, field):
    send(make_event(["a"], job="job"))
    answer = as_alice.get(url("a", query))
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert field in answer.content.decode()


@pytest.mark.parametrize("pk", [0, 999_999_999, 10**30])
def test_an_unknown_node_is_not_there(as_alice, pk):
    assert as_alice.get(f"/api/nodes/{pk}/neighbours").status_code == 404


def test_another_organization_sees_nothing(as_charlie, send):
    send(make_event(["secret"], job="job"))
    answer = as_charlie.get(url("secret"))
    assert answer.status_code == 404
    assert b"secret" not in answer.content


def test_no_one_is_let_in_without_a_name(client, send):
    send(make_event(["a"], job="job"))
    assert client.get(url("a")).status_code == 401


def test_an_api_key_may_ask(client, send, key):
    send(make_event(["a"], job="job"))
    answer = client.get(url("a"), headers={"Authorization": f"Bearer {key}"})
    assert [each["data"]["label"] for each in answer.json()["elements"]["nodes"]] == ["a", "job"]


def test_an_organization_without_lineage_has_none(as_alice, send, organization):
    send(make_event(["a"], job="job"))
    organization.lineage_enabled = False
    organization.save()
    assert as_alice.get(url("a")).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_statements_do_not_grow_with_the_neighbours(as_alice, send, count, django_assert_num_queries):
    inputs = [make_dataset(f"in-{number}") for number in range(count)]
    send(make_event(inputs, [f"out-{number}" for number in range(count)], job="job", run=str(uuid.uuid4())))
    address = url("job", "?limit=50")
    as_alice.get(address)
    with django_assert_num_queries(STATEMENTS):
        as_alice.get(address)


STATEMENTS = 7
