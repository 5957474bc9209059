"""The way in for events, before Django's handler."""

import http.client
import io
import json
from contextlib import closing

import pytest
from django.db import connection

from ingestion.door import FrontDoor
from tests.events import make_event
from tests.server import running

EVENT = json.dumps(make_event()).encode()


def call(door, method: str = "POST", path: str = "/api/v1/lineage", body: bytes = EVENT, **environ):
    told = []
    environ |= {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }
    answer = door(environ, lambda status, headers: told.append((status, dict(headers))))
    return told[0][0], told[0][1], b"".join(answer)


def elsewhere(environ, start_response):
    start_response("200 Elsewhere", [])
    return [b""]


@pytest.mark.django_db
def test_events_come_in_here_and_all_else_goes_on(key):
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    status, headers, body = call(FrontDoor(elsewhere), **bearer)
    assert (status, json.loads(body)) == ("201 Created", {"status": "stored"})
    assert (headers["Content-Type"], headers["Content-Length"]) == ("application/json", str(len(body)))
    assert call(FrontDoor(elsewhere), path="/api/v1/lineage/batch/", body=b"[]", **bearer)[0] == "200 OK"
    for method, path in (("GET", "/api/v1/lineage"), ("POST", "/api/v1/lineage/x"), ("POST", "/datasets/")):
        assert call(FrontDoor(elsewhere), method, path)[0] == "200 Elsewhere"


@pytest.mark.django_db
def test_a_fault_of_ours_is_a_500_that_is_logged(key, monkeypatch, caplog):
    monkeypatch.setattr("ingestion.views.receive.receive", lambda *_: 1 / 0)
    status, *_ = call(FrontDoor(elsewhere), HTTP_AUTHORIZATION=f"Bearer {key}")
    assert status == "500 Internal Server Error"
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_database_that_comes_back_is_used_again(key):
    """Lost connections answer 503 once each, and are not kept."""
    with running() as server:

        def post() -> int:
            with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as sender:
                sender.request("POST", "/api/v1/lineage", json.dumps(make_event()), {"Authorization": f"Bearer {key}"})
                return sender.getresponse().status

        assert post() == 201
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        answers = [post() for _ in range(40)]
        assert set(answers) <= {201, 503}
        assert answers[-20:] == [201] * 20
