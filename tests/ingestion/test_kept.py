"""Events of a job that was met before are kept beside what they share with its other runs, and read as whole events."""

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
    first, *others = kept()
    assert first.frame is None
    assert {row.frame for row in others} == {Body.objects.get(text__contains='"job":{').pk}
    assert all("column_1" not in row.body for row in others)
    assert all(len(row.body) < len(first.body) / 2 for row in others)


def test_each_is_read_as_it_was_sent(nights, as_alice):
    assert [json.loads(text) for _, text in texts(kept())] == nights
    for row, event in zip(kept(), nights, strict=True):
        page = read(as_alice.get(f"/events/{row.pk}/"))
        assert json.loads(page.find(id="whole").text) == event
        assert as_alice.get(f"/events/{row.pk}/download/").json() == event


def test_the_same_again_is_a_duplicate_however_it_is_kept(nights, send):
    assert {send(event).json()["status"] for event in nights} == {"duplicate"}
    frames.KNOWN.clear()
    assert {send(event).json()["status"] for event in nights} == {"duplicate"}
    assert RawEvent.objects.count() == 3


def test_what_is_shared_stays_as_long_as_an_event_that_shares_it(nights, send):
    shared = kept()[1].frame
    list(prune.bodies())
    assert Body.objects.filter(pk=shared).exists()
    RawEvent.objects.exclude(frame=None).delete()
    remembered = dict(memory.BODIES)
    list(prune.bodies())
    assert not Body.objects.filter(pk=shared).exists()
    memory.BODIES.update(remembered)  # as in another process than the one that prunes
    send(night(5))
    assert [json.loads(text) for _, text in texts(kept())] == [nights[0], night(5)]
    memory.forget()


def test_an_event_that_says_nothing_of_the_graph_any_more_is_kept_whole_too(nights, send, cloud):
    deletion.delete(Node.objects.get(name="job"), [cloud])
    shared = Body.objects.filter(pk=kept()[1].frame)
    shared.delete()
    memory.forget()
    late = night(6) | {"eventTime": "2026-05-01T11:00:00Z"}
    send(late)
    assert shared.exists()
    assert json.loads(dict(texts(kept()))[kept()[0]]) == late


def test_an_event_that_is_pruned_while_it_is_read_is_gone(nights, as_alice):
    rows = kept()
    Body.objects.filter(pk=rows[1].frame).delete()
    assert [json.loads(text) for _, text in texts(rows)] == nights[:1]
    assert as_alice.get(f"/events/{rows[1].pk}/").status_code == 404


def test_on_the_way_back_each_event_is_made_whole(send, migrate):
    for body in [*corpus.real(), *corpus.compat()]:
        for time in ("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"):
            send(json.loads(body) | {"eventTime": time})
    rows = {row.pk: text for row, text in texts(kept())}
    assert RawEvent.objects.exclude(frame=None).count() > 20
    before = migrate("ingestion", "0004_events_by_time_first")
    assert dict(before.get_model("ingestion.RawEvent").objects.values_list("pk", "body")) == rows
