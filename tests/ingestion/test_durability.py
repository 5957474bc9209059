"""A 2xx means committed."""

import http.client
import json
import threading
import time
import uuid
from contextlib import closing

import pytest

from ingestion.models import RawEvent
from lineage.models import Run
from tests.server import running

pytestmark = pytest.mark.django_db(transaction=True)


def post_until_dead(server, key: str, acknowledged: list, stop: threading.Event) -> None:
    """Posts one run after another and notes those that were answered 201."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)) as client:
        while not stop.is_set():
            run = str(uuid.uuid4())
            try:
                client.request("POST", "/api/v1/lineage", body(run), {"Authorization": f"Bearer {key}"})
                answer = client.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                return
            assert answer.status == 201
            acknowledged.append(run)


def body(run: str) -> str:
    return json.dumps(
        {
            "eventType": "COMPLETE",
            "eventTime": "2026-05-01T10:00:00Z",
            "producer": "https://example.com/p",
            "run": {"runId": run},
            "job": {"namespace": "kill", "name": f"job-{run[:1]}"},
            "inputs": [{"namespace": "s3://b", "name": f"in/{run[:2]}"}],
            "outputs": [{"namespace": "s3://b", "name": f"out/{run[:2]}"}],
        }
    )


def test_nothing_acknowledged_is_lost_when_the_server_is_killed_under_load(key):
    acknowledged, stop = [], threading.Event()
    with running() as server:
        threads = [threading.Thread(target=post_until_dead, args=[server, key, acknowledged, stop]) for _ in range(8)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 20
        while len(acknowledged) < 400 and time.monotonic() < deadline:
            time.sleep(0.01)
        server.kill()
        stop.set()
        for thread in threads:
            thread.join(20)
    assert len(acknowledged) >= 400
    assert set(acknowledged) <= {str(run) for run in Run.objects.values_list("uuid", flat=True)}
    # In one statement, for PostgreSQL may still be ending the transactions that the dead server had asked it for.
    kept, runs = RawEvent.objects.values("run"), Run.objects.values("uuid")
    halves = kept.exclude(run__in=runs).union(runs.exclude(uuid__in=kept))
    assert not halves, "an event is stored with what it says, or not at all"
