"""Events are kept beside what they share with the other runs of their job, and read as whole events."""

import json

import pytest

from ingestion import deletion, frames
from ingestion.kept import texts
from ingestion.models import RawEvent
from lineage import memory, prune
from lineage.models import Body, Node
from tests import corpus
from tests.events import facet, make_dataset, make_event
from tests.pages import read

SCHEMA = facet(fields=[{"name": f"column_{n}", "type": "string"} for n in range(20)])


def night(number: int) -> dict:
    wrote = make_dataset("out", schema=SCHEMA, outputFacets={"outputStatistics": facet(rowCount=number)})
    run = f"0197a000-0000-7000-8000-{number:012d}"
    return make_event([make_dataset("in", schema=SCHEMA)], [wrote], run=run, at=f"2026-05-01T12:00:{number:02d}Z")


@pytest.fixture
def nights(send):
    sent = [night(number) for number in range(3)]
    for event in sent:
        send(event)
    return sent


def kept() -> list[RawEvent]:
    return list(RawEvent.objects.order_by("event_at"))


def test_what_runs_of_a_job_share_is_kept_once(nights):
    assert {row.shared for row in kept()} == {Body.objects.get(text__contains='"job":{').pk}
    assert all("column_1" not in row.body for row in kept())
    assert all(len(row.body) < len(json.dumps(event)) / 3 for row, event in zip(kept(), nights, strict=True))


def test_each_is_read_as_it_was_sent(nights, as_alice):
    assert [json.loads(text) for _, text in texts(kept())] == nights
    for row, event in zip(kept(), nights, strict=True):
        page = read(as_alice.get(f"/events/{row.pk}/"))
        assert json.loads(page.find(id="whole").text) == event
        assert as_alice.get(f"/events/{row.pk}/download/").json() == event


def test_the_same_again_is_a_duplicate_however_it_is_read(nights, send):
    assert {send(event).json()["status"] for event in nights} == {"duplicate"}
    frames.KNOWN.clear()
    assert {send(event).json()["status"] for event in nights} == {"duplicate"}
    assert RawEvent.objects.count() == 3


def test_what_is_shared_stays_as_long_as_an_event_that_shares_it(nights, send):
    shared = kept()[1].shared
    list(prune.bodies())
    RawEvent.objects.filter(pk__in=[row.pk for row in kept()[:2]]).delete()
    list(prune.bodies())
    assert Body.objects.filter(pk=shared).exists()
    RawEvent.objects.all().delete()
    remembered = dict(memory.BODIES)
    list(prune.bodies())
    assert not Body.objects.filter(pk=shared).exists()
    memory.BODIES.update(remembered)  # as in another process than the one that prunes
    send(night(5))
    assert [json.loads(text) for _, text in texts(kept())] == [night(5)]
    memory.forget()


def test_an_event_that_says_nothing_of_the_graph_any_more_is_kept_whole_too(nights, send, cloud):
    deletion.delete(Node.objects.get(name="job"), [cloud])
    shared = Body.objects.filter(pk=kept()[1].shared)
    shared.delete()
    memory.forget()
    late = night(6) | {"eventTime": "2026-05-01T11:00:00Z"}
    send(late)
    assert shared.exists()
    assert json.loads(dict(texts(kept()))[kept()[0]]) == late


def test_an_event_that_is_pruned_while_it_is_read_is_gone(nights, send, as_alice):
    another = make_event(job="another")
    send(another)
    rows = kept()
    gone = rows[0] if rows[0].job == "tests/job" else rows[1]
    Body.objects.filter(pk=gone.shared).delete()
    assert [json.loads(text) for _, text in texts(rows)] == [another]
    assert as_alice.get(f"/events/{gone.pk}/").status_code == 404


def test_a_migration_halves_what_is_stored_and_makes_it_whole_on_the_way_back(send, migrate):
    events = [json.loads(body) for body in [*corpus.real(), *corpus.compat()]]
    for event in events:
        send(event)
    now = {row.pk: (row.digest, row.body, row.shared, text) for row, text in texts(kept())}
    before = migrate("ingestion", "0004_events_by_time_first").get_model("ingestion.RawEvent")
    rows = dict(before.objects.values_list("pk", "body"))
    assert rows == {pk: text for pk, (*_, text) in now.items()}
    Body.objects.filter(pk__in={shared for _, _, shared, _ in now.values()}).delete()
    migrate("ingestion", "0005_halves_of_events")
    assert {row.pk: (row.digest, row.body, row.shared, text) for row, text in texts(kept())} == now
    memory.forget()
    assert {send(event).json()["status"] for event in events} == {"duplicate"}
