"""The pages of events: what came, what was refused, and who may see it."""

import json
from uuid import uuid4

import pytest

from clouds.keys import create_key
from clouds.models import ApiKey, Cloud
from ingestion import event_list, event_pages
from ingestion.models import RawEvent
from lineage.models import Node
from tests.events import make_dataset, make_dataset_event, make_event, make_job_event, make_workload, post
from tests.pages import column, read, region, said

RUN = "0196a3f0-0000-7000-8000-000000000009"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def private(organization, alice):
    """The secret of a key of a private cloud, which Bob may not see."""
    cloud = Cloud.objects.create(organization=organization, name="secret", private=True, lineage_enabled=True)
    return create_key(cloud, alice, name="hidden key")[1]


def events(client, query="") -> list[str]:
    return column(read(client.get(f"/events/{query}")), "Job or dataset")


def test_events_are_listed_newest_first(as_alice, send):
    send(make_event(job="older", at="2026-05-01T10:00:00Z"))
    send(make_event(job="newer", at="2026-05-01T11:00:00Z"))
    assert events(as_alice) == ["tests/newer", "tests/older"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=fir", ["tests/first"]),
        ("?kind=job", ["tests/declared"]),
        ("?kind=dataset", ["s3://bucket/a"]),
        ("?event_type=FAIL", ["tests/second"]),
        ("?producer=example.com", ["s3://bucket/a", "tests/declared", "tests/second", "tests/first"]),
        ("?producer=elsewhere", []),
        (f"?run={RUN}", ["tests/second"]),
        ("?cloud=default&project=tests", ["tests/later", "tests/declared", "tests/second", "tests/first"]),
        ("?warnings=true", ["tests/first"]),
        ("?since=2026-05-02", ["tests/later"]),
        ("?until=2026-05-01&kind=run", ["tests/second", "tests/first"]),
        ("?since=2026-05-01&until=2026-05-01&kind=dataset", ["s3://bucket/a"]),
        ("?until=0001-01-01", []),
        ("?since=9999-12-31&until=9999-12-31", []),
    ],
)
def test_events_are_narrowed(as_alice, send, query, found):
    send({**make_event(job="first", at="2026-05-01T10:00:00Z"), "producer": None})
    RawEvent.objects.update(producer="https://example.com/a")
    send({**make_event(job="later", at="2026-05-02T00:00:00Z"), "producer": "https://later.example.org"})
    send(make_event(job="second", type="FAIL", run=RUN, at="2026-05-01T11:00:00Z"))
    send(make_job_event(["a"], job="declared"))
    send(make_dataset_event(make_dataset("a"), at="2026-05-01T13:00:00Z"))
    page = read(as_alice.get(f"/events/{query}"))
    assert (column(page, "Job or dataset") if page.select_one("table") else []) == found


def test_events_of_a_key_are_those_it_sent(as_alice, send, cloud, alice):
    other, secret = create_key(cloud, alice, name="nightly")
    send(make_event(job="one"))
    post(as_alice, make_event(job="two"), secret)
    page = read(as_alice.get(f"/events/?key={other.pk}"))
    assert column(page, "Job or dataset") == ["tests/two"]
    assert f"nightly ({other.prefix}…)" in said(page.find("select", {"name": "key"}))


def test_pages_of_events_follow_one_another(as_alice, send):
    for minute in range(59):
        send(make_event(job=f"job{minute:02}", at=f"2026-05-01T12:{minute:02}:00Z"))
    page = read(as_alice.get("/events/"))
    assert len(column(page, "Time")) == event_list.PAGE_SIZE
    further = page.find("a", rel="next")["href"]
    assert events(as_alice, further) == [f"tests/job{n:02}" for n in range(8, -1, -1)]
    assert "first page" in said(read(as_alice.get("/events/?after=nonsense")).find(id="list"))


def test_search_stops_after_a_window_and_goes_on(as_alice, send, monkeypatch):
    monkeypatch.setattr(event_list, "WINDOW", 3)
    for minute in range(8):
        send(make_event(job="rare" if minute == 0 else "common", at=f"2026-05-01T12:{minute:02}:00Z"))
    page = read(as_alice.get("/events/?q=rare"))
    assert page.select_one("table") is None
    assert "Looked back until 2026-05-01 12:04" in said(page.find(id="list"))
    page = read(as_alice.get("/events/" + page.find("a", string="Look further back")["href"]))
    assert column(page, "Job or dataset") == ["tests/rare"]


def test_search_within_days_does_not_look_at_later_ones(as_alice, send, monkeypatch):
    monkeypatch.setattr(event_list, "WINDOW", 3)
    send(make_event(job="rare", at="2026-04-30T12:00:00Z"))
    for minute in range(8):
        send(make_event(job="common", at=f"2026-05-01T12:{minute:02}:00Z"))
    page = read(as_alice.get("/events/?q=rare&until=2026-04-30"))
    assert column(page, "Job or dataset") == ["tests/rare"]


def test_a_day_that_is_none_narrows_nothing(as_alice, send):
    send(make_event(job="first"))
    assert events(as_alice, "?since=tomorrow&q=first") == ["tests/first"]


@pytest.mark.parametrize("count", [1, 30])
def test_list_takes_a_constant_number_of_queries(as_alice, send, django_assert_num_queries, count):
    for number in range(count):
        send(make_event(["a"], job=f"job{number}"))
    as_alice.get("/events/")
    with django_assert_num_queries(7):
        as_alice.get("/events/")


def test_event_shows_its_json_escaped(as_alice, send):
    event = make_event([HOSTILE], job=HOSTILE, run=RUN)
    send(event)
    answer = as_alice.get(f"/events/{RawEvent.objects.get().pk}/")
    page = read(answer)
    assert HOSTILE not in answer.text
    assert json.loads(page.find(id="whole").text)["job"]["name"] == HOSTILE
    assert json.loads(page.find(id="whole").text) == event
    sections = [said(each) for each in page.select("details.facet summary code")]
    assert sections == ["inputs", "job", "run"]
    assert said(region(page, "Details").find("a", href=f"/runs/{RUN}/")) == RUN


def test_event_says_its_warnings(as_alice, send):
    send({**make_event(), "producer": None})
    page = read(as_alice.get(f"/events/{RawEvent.objects.get().pk}/"))
    assert "producer" in said(region(page, "Warnings"))


def test_long_event_is_offered_as_a_download_only(as_alice, send, monkeypatch):
    monkeypatch.setattr(event_pages, "LONGEST_SHOWN", 100)
    send(make_event(job="long"))
    event = RawEvent.objects.get()
    page = read(as_alice.get(f"/events/{event.pk}/"))
    assert page.pre is None
    assert "Too long to show" in said(page.main)
    answer = as_alice.get(page.select_one("a[download]")["href"])
    assert answer["Content-Disposition"] == f'attachment; filename="event-{event.pk}.json"'
    assert answer.json()["job"]["name"] == "long"


def test_events_of_a_private_cloud_are_absent(as_alice, as_bob, send, private):
    send(make_event(job="open"))
    post(as_alice, make_event(["a"], job="closed", run=RUN), private)
    closed = RawEvent.objects.get(job="tests/closed")
    assert sorted(events(as_alice)) == ["tests/closed", "tests/open"]
    assert events(as_bob) == ["tests/open"]
    for address in (f"/events/{closed.pk}/", f"/events/{closed.pk}/download/", "/events/?cloud=secret"):
        assert as_bob.get(address).status_code == 404
    key = ApiKey.objects.get(name="hidden key")
    for query in (f"?run={RUN}", "?q=closed", f"?key={key.pk}"):
        assert read(as_bob.get(f"/events/{query}")).select_one("table") is None


def test_events_of_another_organization_are_absent(as_charlie, send):
    send(make_event(job="open"))
    assert read(as_charlie.get("/events/")).select_one("table") is None
    assert as_charlie.get(f"/events/{RawEvent.objects.get().pk}/").status_code == 404


def test_another_members_key_is_not_named(as_alice, as_bob, send, alice, cloud):
    ApiKey.objects.update(name="of alice")
    send(make_event())
    event = RawEvent.objects.get()
    assert "of alice" in said(read(as_alice.get(f"/events/{event.pk}/")).main)
    seen = as_bob.get(f"/events/{event.pk}/")
    assert "of alice" not in seen.text
    assert "A key of another member" in seen.text
    assert "of alice" not in as_bob.get("/events/").text


def test_rejected_event_says_why_and_where(as_alice, send, key):
    send({"eventType": "COMPLETE", "job": {"namespace": "n", "name": HOSTILE}, "run": {"runId": 5}})
    post(as_alice, b"{not json", key)
    answer = as_alice.get("/events/rejected/")
    page = read(answer)
    assert HOSTILE not in answer.text
    newest, older = page.select(".refusals > li")
    assert "400" in said(newest.p)
    assert newest.pre.text == "{not json"
    assert "422" in said(older.p)
    assert "$.run.runId" in [each.text for each in older.select("ul code")]
    assert json.loads(older.pre.text)["job"]["name"] == HOSTILE
    assert len(read(as_alice.get("/events/rejected/?status=422")).select(".refusals > li")) == 1


def test_long_rejected_body_is_cut(as_alice, key, cloud):
    post(as_alice, b"[" + b"1," * 5000, key)
    row = read(as_alice.get("/events/rejected/")).select_one(".refusals > li")
    assert len(row.pre.text) == 2000
    assert "Only the beginning is shown" in said(row)


def test_rejected_events_of_a_private_cloud_are_absent(as_alice, as_bob, as_charlie, send, private):
    post(as_alice, {"secret": "thing"}, private)
    send({"open": "thing"})
    assert len(read(as_alice.get("/events/rejected/")).select(".refusals > li")) == 2
    seen = as_bob.get("/events/rejected/")
    assert len(read(seen).select(".refusals > li")) == 1
    assert "secret" not in seen.text
    assert read(as_charlie.get("/events/rejected/")).select_one(".refusals") is None


@pytest.mark.parametrize("count", [1, 30])
def test_rejected_takes_a_constant_number_of_queries(as_alice, send, django_assert_num_queries, count):
    for _ in range(count):
        send({})
    as_alice.get("/events/rejected/")
    with django_assert_num_queries(7):
        as_alice.get("/events/rejected/")


def tab(client, kind: str, name: str) -> list[str]:
    node = Node.objects.get(name=name)
    page = read(client.get(f"/{kind}/{node.root_id}/events/"))
    return column(page, "Job or dataset")


def test_tab_shows_the_events_that_name_the_node(as_alice, send):
    send(make_event(["a"], ["b"], job="ab", at="2026-05-01T10:00:00Z"))
    send(make_event(["b"], ["c"], job="bc", at="2026-05-01T11:00:00Z"))
    send(make_dataset_event(make_dataset("b"), at="2026-05-01T12:00:00Z"))
    send(make_job_event(["a"], job="ab", at="2026-05-01T13:00:00Z"))
    assert tab(as_alice, "datasets", "b") == ["s3://bucket/b", "tests/bc", "tests/ab"]
    assert tab(as_alice, "datasets", "a") == ["tests/ab"]
    assert tab(as_alice, "workloads", "ab") == ["tests/ab", "tests/ab"]


def test_tab_of_a_workload_shows_its_operations(as_alice, send):
    send(make_event(["a"], job="step", facets=make_workload("nightly")))
    assert tab(as_alice, "workloads", "nightly") == ["tests/step"]


def test_tab_says_when_older_runs_are_left_out(as_alice, send, monkeypatch):
    monkeypatch.setattr("ingestion.node_events.RUNS", 1)
    for hour in (10, 11):
        send(make_event(["a"], job=f"at{hour}", run=str(uuid4()), at=f"2026-05-01T{hour}:00:00Z"))
    page = read(as_alice.get(f"/datasets/{Node.objects.get(name='a').pk}/events/"))
    assert column(page, "Job or dataset") == ["tests/at11"]
    assert "newest 1 runs" in said(page.main)


def test_tab_leaves_out_events_of_a_private_cloud(as_alice, as_bob, send, private):
    send(make_event(["a"], job="open"))
    post(as_alice, make_event(["a"], job="closed"), private)
    assert sorted(tab(as_alice, "datasets", "a")) == ["tests/closed", "tests/open"]
    assert tab(as_bob, "datasets", "a") == ["tests/open"]


@pytest.mark.parametrize("count", [1, 30])
def test_tab_takes_a_constant_number_of_queries(as_alice, send, django_assert_num_queries, count):
    for number in range(count):
        send(make_event(["a"], job=f"job{number}"))
    address = f"/datasets/{Node.objects.get(name='a').pk}/events/"
    as_alice.get(address)
    with django_assert_num_queries(11):
        as_alice.get(address)


def test_run_page_leads_to_its_events(as_alice, send):
    send(make_event(["a"], run=RUN))
    link = read(as_alice.get(f"/runs/{RUN}/")).select_one(".console-actions a")
    assert events(as_alice, link["href"].removeprefix("/events/")) == ["tests/job"]
