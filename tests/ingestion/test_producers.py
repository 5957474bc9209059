"""What each API key sends."""

import pytest

from clouds.keys import create_key
from clouds.models import ApiKey, Cloud
from ingestion import event_list
from tests.events import make_dataset, make_dataset_event, make_event, make_job_event, post
from tests.pages import column, read, said


def test_counts_stand_beside_each_key(as_alice, send, cloud, alice):
    ApiKey.objects.update(name="of airflow")
    create_key(cloud, alice, name="unused")
    for _ in range(2):
        send(make_event(["a"]))
    send({**make_event(), "producer": None})
    send(make_job_event(["a"]))
    send(make_dataset_event(make_dataset("a")))
    send({})
    page = read(as_alice.get("/events/producers/"))
    assert [name.split(" lc_")[0] for name in column(page, "API key")] == ["of airflow", "unused"]
    counted = ("Run events", "Job events", "Dataset events", "With warnings", "Rejected")
    assert [column(page, label) for label in counted] == [["3", "0"], ["1", "0"], ["1", "0"], ["1", "0"], ["1", "0"]]
    assert column(page, "Last seen") == ["just now", "Never"]
    assert column(page, "By day")[0].endswith(": 5")
    links = [each["href"] for each in page.select("tbody tr")[0].select("a")]
    assert [len(read(as_alice.get(link)).select("tbody tr, .refusals > li")) for link in links] == [5, 1, 1]


def test_only_the_newest_events_are_counted(as_alice, send, monkeypatch):
    monkeypatch.setattr(event_list, "WINDOW", 2)
    for hour in range(5):
        send(make_event(at=f"2026-05-01T1{hour}:00:00Z"))
    page = read(as_alice.get("/events/producers/"))
    assert column(page, "Run events") == ["3"]
    assert "since 2026-05-01 12:00" in said(page.main)


def test_keys_of_others_are_not_named(as_bob, as_charlie, as_alice, send, organization, alice):
    ApiKey.objects.update(name="of alice")
    send(make_event())
    hidden = Cloud.objects.create(organization=organization, name="secret", private=True, lineage_enabled=True)
    post(as_alice, make_event(), create_key(hidden, alice, name="hidden key")[1])
    page = read(as_bob.get("/events/producers/"))
    assert column(page, "Run events") == ["1"]
    assert "of alice" not in page.text
    assert "hidden" not in page.text
    assert read(as_charlie.get("/events/producers/")).select_one("table") is None


@pytest.mark.parametrize("count", [1, 30])
def test_producers_take_a_constant_number_of_queries(as_alice, cloud, alice, django_assert_num_queries, count):
    for number in range(count):
        post(as_alice, make_event(job=f"job{number}"), create_key(cloud, alice)[1])
    with django_assert_num_queries(9):
        as_alice.get("/events/producers/")
