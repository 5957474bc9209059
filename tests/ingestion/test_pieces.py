"""Datasets that come again are read once, and say the same as if they had been read each time."""

import json

import pytest
from msgspec.structs import replace

from ingestion import frames
from ingestion.decode import Malformed
from ingestion.halves import canonical
from ingestion.parse import Event, Invalid, parse, parse_many
from ingestion.pieces import FACETS, WHOLE
from tests import corpus
from tests.events import make_dataset, make_event

LONG = {"schema": {"_producer": "https://x/p", "_schemaURL": "https://x/s", "fields": [{"name": "c" * 300}]}}


@pytest.fixture(autouse=True)
def no_pieces():
    for pieces in (WHOLE, FACETS, frames.KNOWN):
        pieces.clear()
    yield
    for pieces in (WHOLE, FACETS, frames.KNOWN):
        pieces.clear()


def outcome(body: bytes):
    try:
        return said(parse(body))
    except (Malformed, Invalid) as error:
        return error.errors


def said(event: Event) -> Event:
    """Without what says how it is kept."""
    return replace(event, frame=None)


@pytest.mark.parametrize("body", [*corpus.real(), *corpus.compat(), *(body for *_, body in corpus.edge())])
def test_an_event_is_the_same_at_the_second_reading(body):
    assert outcome(body) == outcome(body)


def test_the_canonical_form_does_not_depend_on_how_an_event_is_read():
    for body in (*corpus.real(), *corpus.compat()):
        event = parse(body)
        assert event.canonical.encode() == canonical(json.loads(event.canonical))
        assert parse(json.dumps(json.loads(body), indent=1).encode()).digest == event.digest


def test_an_event_is_the_same_in_a_batch():
    bodies = [*corpus.real(), *corpus.compat()]
    alone = [said(parse(body)) for body in bodies]
    for batch in (bodies, [*bodies, b'{"producer": 1, "another": "member"}'], [*bodies, b'"\\ud800"']):
        together = parse_many(b" [\n" + b" ,".join(batch) + b"]")
        assert [said(each) for each in together[: len(bodies)]] == alone


def test_a_password_does_not_hide_in_a_batch():
    secret = make_event(outputs=[make_dataset("a", documentation={"description": "jdbc:x://me:secret@host/db"})])
    _plain, cleaned = parse_many(json.dumps([make_event(), secret]).encode())
    assert "secret" not in cleaned.canonical
    assert "$: user names and passwords are removed from URIs" in cleaned.warnings
    assert cleaned == parse(json.dumps(secret).encode())


def test_a_dataset_that_comes_again_is_the_same_object():
    body = json.dumps(make_event(inputs=[make_dataset("a", **LONG)])).encode()
    assert parse(body).inputs[0] is parse(body).inputs[0]


def test_what_holds_statistics_is_not_kept_whole():
    sizes = []
    for n in range(3):
        dataset = make_dataset("a", **LONG, outputFacets={"rows": {"n": n}})
        parse(json.dumps(make_event(outputs=[dataset])).encode())
        sizes.append([len(pieces.known) for pieces in (WHOLE, FACETS, frames.KNOWN)])
    assert sizes[0] == sizes[1] == sizes[2]
    assert FACETS.known


def test_inputs_with_something_to_note_are_noted_each_time():
    body = json.dumps(make_event(inputs=[make_dataset("a", **LONG, odd={"no": "producer"}), None])).encode()
    assert outcome(body) == outcome(body) == [("$.inputs[1]", "must be an object")]


def test_a_dataset_that_is_read_and_written_keeps_the_facets_of_each():
    dataset = make_dataset("a", **LONG, inputFacets={"in": {"n": 1}}, outputFacets={"out": {"n": 2}})
    body = json.dumps(make_event(inputs=[dataset], outputs=[dataset])).encode()
    for _ in range(2):
        event = parse(body)
        assert (set(event.inputs[0].more), set(event.outputs[0].more)) == ({"in"}, {"out"})


def test_facets_that_come_again_with_other_statistics_are_the_same_object():
    bodies = [make_event(outputs=[make_dataset("a", **LONG, outputFacets={"rows": {"n": n}})]) for n in range(2)]
    first, second = [parse(json.dumps(body).encode()).outputs[0] for body in bodies]
    assert first.facets is second.facets
    assert (first.more, second.more) == ({"rows": {"n": 0}}, {"rows": {"n": 1}})


@pytest.mark.parametrize(
    "json_of_dataset",
    [
        '{"namespace":"n","name":"a","facets":{"outputFacets":{"f":{"n":1}}},"outputFacets" : {"f":{"n":1}}}',
        '{"namespace":"n","name":"a","facets":{"outputFacets" : {"f":{"n":1}}},"outputFacets":{"f":{"n":1}}}',
        '{"namespace":"n","name":"a","facets":{"x":{"outputFacets" : {}}},"outputFacets":{"f":{"n":1}}}',
        '{"namespace":"n","name":"a","outputFacets":{"f":{"n":1}},"outputFacets":{"f":{"n":2}}}',
        '{"namespace":"n","name":"a","outputFacets":{"f":{"n":1}},"facets":{"outputFacets":{}}}',
        '{"namespace":"n","name":"\\"outputFacets\\":{}","outputFacets":{}}',
        '{"namespace":"n","name":"a","facets":{"outputFacets":{"f":1}}}',
        '{"namespace":"n","name":"a","outputFacets":null}',
        '{"namespace":"n","name":"a","outputFacets":[]}',
        '{"namespace":"n","name":1,"outputFacets":{"f":{"n":1}}}',
        '{"namespace":"n","name":"a","outputFacets":{"f":{"n":1}}},{"namespace":"n","name":"b"}',
        '{"namespace":"n","name":"a","outputFacets":{"f":{"n":1}},"another":"member"}',
        '{"namespace":"n","name":"a","outputFacets":{"f":{"n":1}},"inputFacets":{"f":{"n":1}}}',
        '{"namespace":"n","name":"a","outputFacets":{"f":{"n":1}}},null',
    ],
)
def test_statistics_are_found_where_they_stand(json_of_dataset):
    """Whatever else is called so: an event is read as it is when nobody looks for its pieces."""
    event = make_event()
    body = json.dumps(event | {"outputs": ["@"]}).replace('"@"', json_of_dataset)
    alone = json.loads(json.dumps(event | {"outputs": ["@"], "extra": 1}).replace('"@"', json_of_dataset))
    whole = outcome(json.dumps(alone).encode())  # a member that the specification does not know: read as a whole
    read = outcome(body.encode())
    if type(whole) is list:
        assert read == whole
    else:
        assert read.outputs == whole.outputs
        assert read.warnings == whole.warnings
        assert json.loads(read.canonical) | {"extra": 1} == json.loads(whole.canonical)
    assert read == outcome(body.encode())


def test_a_dataset_with_something_to_note_is_noted_each_time():
    odd = make_dataset("a", **LONG, odd={"no": "producer"})
    bodies = [json.dumps(make_event(inputs=inputs)).encode() for inputs in ([odd], ["b", odd])]
    paths = [[warning.split(":")[0] for warning in parse(body).warnings] for body in bodies * 2]
    assert paths == [["$.inputs[0].facets.odd"], ["$.inputs[1].facets.odd"]] * 2


def test_what_is_kept_has_a_bound(monkeypatch):
    monkeypatch.setattr(WHOLE, "most", 2000)
    for n in range(30):
        parse(json.dumps(make_event(inputs=[make_dataset(f"a{n}", **LONG)])).encode())
    assert WHOLE.size <= 2000
    assert len(WHOLE.known) < 5


@pytest.mark.parametrize("name", ["plain", "naïve 数据 🌊", 'a "quoted" \\ one', "a/b", "\x7f\u2028", "tab\there"])
@pytest.mark.parametrize("ascii", [True, False])
def test_texts_are_canonical_however_they_are_written(name, ascii):
    body = make_event(job=name)
    assert parse(json.dumps(body, ensure_ascii=ascii).encode()).canonical == canonical(body).decode()
