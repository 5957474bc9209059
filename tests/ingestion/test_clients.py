"""Clients that exist deliver unmodified to a real server."""

import http.client
import json
import subprocess
import sys
from contextlib import closing

import pytest

from lineage.models import Edge
from tests.corpus import real
from tests.server import running

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = """
import sys
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.uuid import generate_new_uuid
client = OpenLineageClient()
run = Run(runId=str(generate_new_uuid()))
for state in (RunState.START, RunState.COMPLETE):
    client.emit(RunEvent(
        eventType=state, eventTime="2026-05-01T10:00:00Z", run=run, job=Job("client", "job"),
        producer="https://example.com/p",
        inputs=[InputDataset("s3://b", "in")], outputs=[OutputDataset("s3://b", "out")],
    ))
assert client.close(10) is not False
"""
TRANSPORTS = {
    "http": {},
    "gzip": {"OPENLINEAGE__TRANSPORT__COMPRESSION": "gzip"},
    "async": {"OPENLINEAGE__TRANSPORT__TYPE": "async_http"},
}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_openlineage_python_delivers(key, transport, tmp_path):
    with running() as server:
        env = {"OPENLINEAGE__TRANSPORT__TYPE": "http", **TRANSPORTS[transport]}
        env |= {
            "OPENLINEAGE__TRANSPORT__URL": server.url,
            "OPENLINEAGE__TRANSPORT__AUTH": json.dumps({"type": "api_key", "apiKey": key}),
        }
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 0, done.stderr
    assert {(edge.source.name, edge.target.name) for edge in Edge.objects.all()} == {("in", "job"), ("job", "out")}


def post(server, body, **headers) -> tuple[int, dict]:
    """Status and JSON of an answer; an iterator of parts is sent chunked."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as client:
        client.request("POST", "/api/v1/lineage", body, headers, encode_chunked="Transfer-Encoding" in headers)
        answer = client.getresponse()
        return answer.status, json.load(answer)


def test_a_chunked_body_without_a_length_is_stored(key):
    body = real()[0]
    parts = (body[start : start + 700] for start in range(0, len(body), 700))
    headers = {"Authorization": f"Bearer {key}", "Transfer-Encoding": "chunked"}
    with running() as server:
        assert post(server, parts, **headers) == (201, {"status": "stored"})


def test_a_local_console_takes_events_without_a_key_but_not_from_other_pages(organization, cloud):
    body = real()[0]
    with running(local=True) as server:
        assert post(server, body)[0] == 201
        assert post(server, body, Origin="https://evil.example")[0] in (401, 403)
        assert post(server, body, **{"X-Forwarded-For": "203.0.113.9"})[0] in (401, 403)
