"""POST /api/v1/lineage as producers meet it."""

import gzip
import json

import pytest
from django.db import DataError, OperationalError, connection
from django.test import Client

from clouds.keys import Admission
from clouds.models import Cloud
from ingestion import rejected, store
from ingestion.models import RawEvent, RejectedEvent
from lineage.models import Edge, Node, Run
from tests import corpus

pytestmark = pytest.mark.django_db

EVENT = {
    "eventType": "COMPLETE",
    "eventTime": "2026-05-01T10:00:00Z",
    "producer": "https://example.com/p",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    "run": {"runId": "0197a000-0000-7000-8000-000000000001"},
    "job": {"namespace": "shop", "name": "train"},
    "inputs": [{"namespace": "s3://b", "name": "orders.csv"}],
    "outputs": [{"namespace": "s3://b", "name": "model.pkl"}],
}
VERDICTS = {
    "accept": range(201, 202),
    "lenient": range(201, 202),
    "accept-sanitised": range(201, 202),
    "reject": range(400, 500),
    "reject-or-lenient": (*range(201, 202), *range(400, 500)),
}


def test_an_event_is_stored_with_what_it_says(send):
    assert send(EVENT).status_code == 201
    assert RawEvent.objects.get().job == "shop/train"
    assert {(edge.source.name, edge.target.name) for edge in Edge.objects.all()} == {
        ("orders.csv", "train"),
        ("train", "model.pkl"),
    }


@pytest.mark.parametrize("path", ["/api/v1/lineage", "/api/v1/lineage/"])
def test_both_spellings_of_the_path_store_without_a_redirect(send, path):
    assert send(EVENT, path=path).status_code == 201


def test_the_same_event_twice_is_stored_once(send):
    reordered = dict(reversed(EVENT.items()))
    assert send(EVENT).json() == {"status": "stored"}
    assert send(EVENT).json()["status"] == "duplicate"
    assert send(reordered).json()["status"] == "duplicate"
    assert RawEvent.objects.count() == 1


def test_every_recorded_event_is_accepted(send):
    answers = [send(json.loads(body)).status_code for body in (*corpus.real(), *corpus.compat())]
    assert answers == [201] * 179


@pytest.mark.parametrize(("name", "expected", "body"), corpus.edge())
def test_boundary_bodies_get_their_verdicts(key, name, expected, body):
    client = Client(headers={"Authorization": f"Bearer {key}"})
    answer = client.post("/api/v1/lineage", body, content_type="application/json")
    assert answer.status_code in VERDICTS[expected], answer.content
    if answer.status_code >= 400:
        assert all(set(error) == {"path", "message"} for error in answer.json()["errors"])
        assert RejectedEvent.objects.get().status == answer.status_code


def test_an_error_names_the_path_of_the_fault(send):
    answer = send(EVENT | {"inputs": [{"namespace": "s3://b", "name": "ok"}, {"namespace": "s3://b"}]})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"path": "$.inputs[1].name", "message": "missing"}]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 100_000, 400),
        (b'{"a":' * 100_000, 400),
        (b'{"run":' + b"9" * 6000 + b"}", 400),
        (b'{"a":1e400}', 400),
        (b'{"a":NaN}', 400),
        (b"", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
    ],
    ids=["nested arrays", "nested objects", "huge integer", "1e400", "NaN", "empty", "array", "text", "null"],
)
def test_a_body_that_is_no_event_is_the_clients_mistake(key, body, status):
    client = Client(headers={"Authorization": f"Bearer {key}"})
    assert client.post("/api/v1/lineage", body, content_type="application/json").status_code == status


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
def test_the_content_type_does_not_matter(key, content_type):
    client = Client(headers={"Authorization": f"Bearer {key}"})
    answer = client.generic("POST", "/api/v1/lineage", json.dumps(EVENT), content_type=content_type)
    assert answer.status_code == 201


def test_gzip_is_accepted(key):
    client = Client(headers={"Authorization": f"Bearer {key}", "Content-Encoding": "gzip"})
    body = gzip.compress(json.dumps(EVENT).encode())
    assert client.post("/api/v1/lineage", body, content_type="application/json").status_code == 201
    assert client.post("/api/v1/lineage", body[:-12], content_type="application/json").status_code == 400
    assert client.post("/api/v1/lineage", b"plain", content_type="application/json").status_code == 400


def test_a_gzip_bomb_is_too_large(key):
    client = Client(headers={"Authorization": f"Bearer {key}", "Content-Encoding": "gzip"})
    bomb = gzip.compress(b" " * (200 * 2**20))
    assert client.post("/api/v1/lineage", bomb, content_type="application/json").status_code == 413


def test_an_unknown_encoding_is_refused(key):
    client = Client(headers={"Authorization": f"Bearer {key}", "Content-Encoding": "br"})
    assert client.post("/api/v1/lineage", b"{}", content_type="application/json").status_code == 415


def test_a_body_of_32_megabytes_is_accepted(send):
    padding = {"sourceCode": {"language": "python", "sourceCode": "x" * (32 * 2**20)}}
    assert send(EVENT | {"job": EVENT["job"] | {"facets": padding}}).status_code == 201


def test_no_key_or_a_wrong_one_is_401(db):
    assert Client().post("/api/v1/lineage", EVENT, content_type="application/json").status_code == 401
    wrong = Client(headers={"Authorization": "Bearer lc_wrong"})
    assert wrong.post("/api/v1/lineage", EVENT, content_type="application/json").status_code == 401


def test_names_of_4000_characters_are_kept(send):
    name = "обучение/🚀/" + "x" * 4000
    assert send(EVENT | {"outputs": [{"namespace": "s3://b", "name": name}]}).status_code == 201
    assert Node.objects.filter(name=name).exists()


def test_events_that_come_out_of_order_end_in_the_same_run(send):
    run = EVENT["run"]
    send(EVENT | {"eventTime": "2026-05-01T10:05:00Z"})
    send(EVENT | {"eventType": "START", "eventTime": "2026-05-01T10:00:00Z", "inputs": [], "outputs": []})
    send(EVENT | {"eventType": "RUNNING", "eventTime": "2026-05-01T10:09:00Z"})
    stored = Run.objects.get(uuid=run["runId"])
    assert (stored.state, stored.started_at.minute, stored.ended_at.minute) == ("COMPLETE", 0, 5)


def test_a_batch_reports_the_events_that_failed_and_keeps_the_rest(send):
    second = EVENT | {"run": {"runId": "0197a000-0000-7000-8000-000000000002"}}
    answer = send([EVENT, {"eventTime": "never"}, second], path="/api/v1/lineage/batch")
    assert answer.status_code == 200
    report = answer.json()
    assert report["status"] == "partial_success"
    assert report["summary"] == {"received": 3, "successful": 2, "failed": 1, "retriable": 0, "non_retriable": 1}
    assert report["failed_events"][0]["index"] == 1
    assert RawEvent.objects.count() == 2
    assert send([EVENT], path="/api/v1/lineage/batch/").json()["status"] == "success"


def test_each_fault_of_a_batch_is_kept_as_it_would_be_alone(send):
    elsewhere = EVENT | {"run": EVENT["run"] | {"facets": {"lc_workload": {"cloudId": "elsewhere"}}}}
    faults = [b'{"job": }', b'{"eventTime": "never"}', json.dumps(elsewhere).encode()]
    kept = []
    for sent, path in [*((fault, "") for fault in faults), (b"[" + b",".join(faults) + b"]", "/batch")]:
        send(sent, path=f"/api/v1/lineage{path}")
        kept.append(list(RejectedEvent.objects.order_by("pk").values_list("status", flat=True)))
        RejectedEvent.objects.all().delete()
    assert kept == [[400], [422], [403], [400, 422, 403]]


@pytest.mark.parametrize(
    "busy", ["ingestion.views.admit", "ingestion.views.rejected.keep", "ingestion.store.commits.write"]
)
def test_a_busy_database_is_503_wherever_it_is_asked(send, monkeypatch, busy):
    def write(*_):
        raise OperationalError("database is locked")

    monkeypatch.setattr(busy, write)
    answer = send(b"no event" if "keep" in busy else EVENT)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert "Send the same again" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options"])
def test_what_is_no_post_is_told_so(client, key, method):
    answer = getattr(client, method)("/api/v1/lineage/batch", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.json() == {"errors": [{"path": "", "message": "Events are sent by POST."}]}


def test_a_body_of_countless_gzip_streams_is_refused_at_once(client, key):
    """Each takes a while to begin, so that 40 MiB of empty ones would take minutes."""
    headers = {"Authorization": f"Bearer {key}", "Content-Encoding": "gzip"}
    event = json.dumps(EVENT).encode()
    for parts, status in ((1000, 201), (1001, 400)):
        body = b"".join(gzip.compress(event[at : at + 1] if at < 999 else event[999:]) for at in range(parts))
        answer = client.post("/api/v1/lineage", body, content_type="application/json", headers=headers)
        assert answer.status_code == status
    assert answer.json()["errors"] == [{"path": "$", "message": "The body is made of more than 1000 gzip streams."}]


def test_a_batch_of_faults_is_kept_in_one_statement_and_bounded(send, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(rejected, "MOST", 1000)
    send([{}])
    with django_assert_max_num_queries(12):
        assert send([1] * 2500, path="/api/v1/lineage/batch").json()["summary"]["failed"] == 2500
    assert RejectedEvent.objects.count() == 1000


def test_faults_of_one_cloud_do_not_push_out_those_of_another(send, organization, monkeypatch):
    monkeypatch.setattr(rejected, "MOST", 3)
    monkeypatch.setattr(rejected, "EVERY", 10)
    quiet = Cloud.objects.create(organization=organization, name="quiet")
    rejected.keep(Admission(quiet), [(422, [], b"{}")])
    for number in range(30):
        send({"number": number})
    kept = RejectedEvent.objects.exclude(cloud=quiet).order_by("pk").values_list("body", flat=True)
    assert 3 <= len(kept) < 3 + 10
    assert kept[len(kept) - 1] == '{"number": 29}'
    assert RejectedEvent.objects.filter(cloud=quiet).count() == 1


def test_a_batch_of_too_many_is_refused_before_it_is_read(send):
    answer = send(b"[" + b",".join([b"1"] * 10_001) + b"]", path="/api/v1/lineage/batch")
    assert answer.status_code == 400
    assert "more than 10000 events" in answer.json()["errors"][0]["message"]
    assert RejectedEvent.objects.count() == 1


def test_an_event_that_the_database_refuses_is_the_clients_mistake(send, monkeypatch):
    def refuse(items, planned):
        raise DataError("value out of range")

    monkeypatch.setattr(store.commits, "write", refuse)
    answer = send(EVENT)
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (422, "value out of range")
    assert RejectedEvent.objects.get().status == 422


@pytest.mark.parametrize("size", [1, 30])
def test_statements_do_not_grow_with_inputs_and_columns(send, django_assert_num_queries, size):
    facets = {"schema": {"fields": [{"name": f"c{n}", "type": "int"} for n in range(size)]}}
    inputs = [{"namespace": "s3://b", "name": f"in{n}", "facets": facets} for n in range(size)]
    send(EVENT)
    with django_assert_num_queries({"sqlite": 15, "postgresql": 4}[connection.vendor]):
        assert send(EVENT | {"inputs": inputs}).status_code == 201


def test_events_are_never_redirected_to_https(send, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert send(EVENT).status_code == 201


def test_an_answer_says_its_length(send):
    answer = send(EVENT)
    assert answer["Content-Length"] == str(len(answer.content))
