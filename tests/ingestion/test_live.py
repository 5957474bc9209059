"""What the badge of new events asks: cheap, and only of what the viewer may see."""

from clouds.keys import create_key
from clouds.models import Cloud
from ingestion.models import RawEvent
from tests.events import make_event, post

ADDRESS = "/events/new/"


def test_counts_what_came_in_since(as_alice, send):
    send(make_event(["a"], ["b"]))
    start = as_alice.get(ADDRESS).json()
    assert (start["count"], start["text"]) == (0, "")
    since = f"{ADDRESS}?since={start['since']}"
    send(make_event(["b"], ["c"]))
    assert as_alice.get(since).json()["text"] == "1 new event, refresh"
    send(make_event(["c"], ["d"]))
    answer = as_alice.get(since)
    assert answer.json() == {"since": start["since"], "count": 2, "text": "2 new events, refresh"}
    assert as_alice.get(since, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    send(make_event(["d"], ["e"]))
    assert as_alice.get(since, headers={"If-None-Match": answer["ETag"]}).json()["count"] == 3


def test_many_are_more_than_99(as_alice, send):
    send(make_event(["a"], ["b"]))
    first = RawEvent.objects.get()
    rows = [{**first.__dict__, "id": None, "digest": f"{number:032x}"} for number in range(120)]
    RawEvent.objects.bulk_create([RawEvent(**{k: v for k, v in row.items() if k != "_state"}) for row in rows])
    assert as_alice.get(f"{ADDRESS}?since={first.pk}").json()["text"] == "99+ new events, refresh"


def test_tells_nothing_of_a_hidden_cloud(as_bob, as_alice, alice, cloud, client):
    secret = Cloud.objects.create(organization=cloud.organization, name="secret", private=True, lineage_enabled=True)
    since = as_bob.get(ADDRESS).json()["since"]
    key = create_key(secret, alice)[1]
    assert post(client, make_event(["x"], ["y"]), key).status_code == 201
    assert as_bob.get(f"{ADDRESS}?since={since}").json()["count"] == 0
    assert as_alice.get(f"{ADDRESS}?since={since}").json()["count"] == 1


def test_takes_nonsense_for_now(as_alice, send):
    send(make_event(["a"], ["b"]))
    for word in ("-1", "x", "9" * 30, "²"):
        assert as_alice.get(ADDRESS, {"since": word}).json()["count"] == 0


def test_asks_as_much_of_few_as_of_many(as_alice, send, django_assert_num_queries):
    send(make_event(["a"], ["b"]))
    since = as_alice.get(ADDRESS).json()["since"]
    for number in range(5):
        send(make_event(["b"], [f"c{number}"]))
    with django_assert_num_queries(5):
        as_alice.get(f"{ADDRESS}?since={since}")


def test_needs_a_session(client, cloud):
    assert client.get(ADDRESS).status_code == 302
