"""A process commits events over one connection, whichever thread leads."""

import json
import threading

import pytest
from django.db import connection, connections
from django.test import Client

from ingestion import own_connection, store
from ingestion.models import RawEvent
from tests.events import make_event


@pytest.fixture
def over(monkeypatch):
    """The connections over which groups were written."""
    used, written = [], store.written

    def noted(items, planned):
        used.append(connections["default"])
        return written(items, planned)

    monkeypatch.setattr(store, "written", noted)
    return used


def post(key: str, event: dict) -> int:
    client = Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)
    return client.post("/api/v1/lineage", json.dumps(event), content_type="application/json").status_code


def post_in_thread(key: str, event: dict) -> int:
    answers = []

    def run():
        try:
            answers.append(post(key, event))
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers[0]


@pytest.mark.django_db(transaction=True)
def test_threads_write_over_one_connection_and_read_over_their_own(key, over):
    assert [post_in_thread(key, make_event()) for _ in range(3)] == [201] * 3
    assert post(key, make_event()) == 201
    assert len(over) == 4
    assert {id(each) for each in over} == {id(own_connection.kept)}
    assert connections["default"] is not own_connection.kept
    assert RawEvent.objects.count() == 4


@pytest.mark.django_db
def test_what_is_in_a_transaction_stays_in_it(key, over):
    assert post(key, make_event()) == 201
    assert over == [connections["default"]]
    assert own_connection.kept is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a file is not lost")
def test_a_lost_connection_is_opened_again(key, over):
    assert post(key, make_event()) == 201
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [own_connection.kept.connection.info.backend_pid])
    event = make_event()
    assert post(key, event) == 503
    assert post(key, event) == 201
    assert RawEvent.objects.count() == 2
