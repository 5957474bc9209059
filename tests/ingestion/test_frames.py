"""What runs of a job have in common is read once, and each run says the same as if it had been read as a whole."""

import gc
import json

import pytest

from ingestion import frames
from ingestion.decode import Malformed
from ingestion.parse import Event, Invalid, parse, parse_many
from ingestion.pieces import FACETS, WHOLE
from tests import corpus
from tests.events import facet, make_dataset, make_event

SCHEMA = facet(fields=[{"name": f"column_{n}", "type": "string"} for n in range(5)])
LATER = "2031-02-03T04:05:06.789Z"
ANOTHER = "0190d1b2-0000-7000-8000-000000000001"


@pytest.fixture(autouse=True)
def nothing_known():
    forget()
    yield
    forget()


def forget() -> None:
    for known in (WHOLE, FACETS, frames.KNOWN):
        known.clear()


def read(body: bytes) -> Event | None:
    try:
        return parse(body)
    except (Malformed, Invalid):
        return None


def outcome(body: bytes):
    """What an event says, apart from what is remembered of it; or what is wrong with it."""
    try:
        event = parse(body)
    except (Malformed, Invalid) as error:
        return error.errors
    return {name: getattr(event, name) for name in event.__struct_fields__ if name != "frame"}


def as_json(event: dict) -> bytes:
    return json.dumps(event).encode()


def nightly(rows: int = 1, **fields) -> dict:
    read = make_dataset("in", schema=SCHEMA, inputFacets={"inputStatistics": facet(rowCount=rows)})
    bare = {"namespace": "n", "name": "bare", "inputFacets": {"inputStatistics": facet(size=rows)}}
    wrote = make_dataset("out", schema=SCHEMA, outputFacets={"outputStatistics": facet(rowCount=rows)})
    return make_event([read, "plain", bare], [wrote, make_dataset("also", schema=SCHEMA)], **fields)


def other_runs(event: dict) -> list[dict]:
    """Other events of the job: at another time, of another run, in another state, with other statistics or none."""
    run = event.get("run")
    told = [event | {"eventTime": LATER}]
    if isinstance(run, dict):
        told.append(event | {"run": run | {"runId": ANOTHER}, "eventType": "COMPLETE"})
        told.append(event | {"run": {"runId": "no uuid", "facets": {"nominalTime": 1}}, "eventTime": LATER[:-1]})
        told.append({key: value for key, value in event.items() if key != "eventType"})
        told += [event | {"eventType": type} for type in ("complete", None, 7)]
        told += [event | {"run": None}, {key: value for key, value in event.items() if key != "run"}]
    for key, more in (("inputs", "inputFacets"), ("outputs", "outputFacets")):
        datasets = event.get(key)
        if isinstance(datasets, list) and all(isinstance(each, dict) for each in datasets):
            told.append(event | {key: [each | {more: {"rows": facet(n=7)}} for each in datasets]})
            told.append(event | {key: [each | {more: {"odd": 1}} for each in datasets]})
            told.append(event | {key: [{k: v for k, v in each.items() if k != more} for each in datasets]})
    return told


@pytest.mark.parametrize("body", [*corpus.real(), *corpus.compat(), as_json(nightly())])
def test_another_run_of_a_job_says_the_same_as_if_it_had_been_read_as_a_whole(body):
    bodies = [as_json(event) for event in other_runs(json.loads(body))]
    whole = []
    for other in bodies:
        forget()
        whole.append(outcome(other))
    forget()
    parse(body)
    assert [outcome(other) for other in bodies] == whole


def test_runs_of_a_job_have_one_frame():
    first, second = parse(as_json(nightly(rows=1))), parse(as_json(nightly(rows=2, type="START")))
    assert first.frame is second.frame is not None
    assert first.shared is second.shared
    assert first.inputs[1] is second.inputs[1]
    assert [event.outputs[0].more["outputStatistics"]["rowCount"] for event in (first, second)] == [1, 2]


@pytest.mark.parametrize(
    "other",
    [
        nightly(job="another"),
        nightly(job_facets={"ownership": facet(owners=[{"name": "someone@example.org"}])}),
        nightly() | {"producer": "https://example.org/another"},
        nightly() | {"inputs": []},
        nightly() | {"outputs": [make_dataset("out", schema=facet(fields=[]))]},
    ],
)
def test_what_differs_has_another_frame(other):
    assert parse(as_json(other)).frame is not parse(as_json(nightly())).frame


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"eventTime": "yesterday"}, "$.eventTime"),
        ({"eventTime": 7}, "$.eventTime"),
        ({"eventType": "FINISHED"}, "$.eventType"),
        ({"run": []}, "$.run"),
        ({"run": {"runId": ""}}, "$.run.runId"),
        ({"run": {"runId": ANOTHER, "facets": []}}, "$.run.facets"),
        (
            {"outputs": [nightly()["outputs"][0] | {"outputFacets": []}, nightly()["outputs"][1]]},
            "$.outputs[0].outputFacets",
        ),
    ],
)
def test_a_fault_in_what_differs_is_named(changed, path):
    good = nightly()
    parse(as_json(good | {"outputs": good["outputs"][: len(changed.get("outputs", good["outputs"]))]}))
    assert [where for where, _ in outcome(as_json(nightly() | changed))] == [path]


def test_a_run_that_is_no_json_is_told_of_and_spoils_no_other():
    good = as_json(nightly())
    parse(good)
    told = parse_many(b"[" + good + b"," + good.replace(b'"runId": "', b'"runId": "\\x', 1) + b"," + good + b"]")
    assert [type(each).__name__ for each in told] == ["Event", "Malformed", "Event"]


def test_a_password_in_a_run_of_a_known_frame_is_removed():
    parse(as_json(nightly()))
    secret = nightly() | {"run": {"runId": ANOTHER, "facets": {"env": facet(url="postgres://me:secret@host/db")}}}
    event = parse(as_json(secret))
    assert "secret" not in event.canonical
    assert event.warnings == ["$: user names and passwords are removed from URIs"]


def test_what_is_to_be_noted_is_noted_each_time_and_in_its_order():
    odd = {"odd": {"no": "producer"}}
    of_run = {"runId": "no uuid", "facets": odd}
    datasets = {
        key: [make_dataset("a", **odd, outputFacets=odd) if key == "outputs" else make_dataset("b", **odd)]
        for key in ("inputs", "outputs")
    }
    event = nightly(job_facets=odd) | datasets | {"run": of_run, "producer": "no address", "eventTime": LATER[:-1]}
    first, second = parse(as_json(event)), parse(as_json(event))
    assert first.frame is second.frame is not None
    assert [each.split(":")[0] for each in second.warnings] == [
        "$.eventTime",
        "$.producer",
        "$.run.runId",
        "$.run.facets.odd",
        "$.job.facets.odd",
        "$.inputs[0].facets.odd",
        "$.outputs[0].facets.odd",
        "$.outputs[0].outputFacets.odd",
    ]
    assert first.warnings == second.warnings


def test_job_events_have_frames_too():
    job = {key: value for key, value in nightly().items() if key not in ("run", "eventType")}
    first, second = parse(as_json(job)), parse(as_json(job | {"eventTime": LATER}))
    assert first.frame is second.frame is not None
    assert second.kind == "job"
    typed = parse(as_json(job | {"eventType": "START"}))
    assert (typed.kind, typed.event_type) == ("job", "")
    assert '"eventType":"START"' in typed.canonical
    assert parse(as_json(nightly())).frame is not first.frame


def test_an_event_that_can_only_be_read_as_a_whole_has_no_frame():
    event = make_event()
    event["job"]["a@b"] = 1
    assert parse(as_json(event)).frame is None


def test_a_run_event_that_names_a_dataset_besides_keeps_it():
    parse(as_json(nightly()))
    also = parse(as_json(nightly() | {"dataset": make_dataset("besides")}))
    assert also.frame is None
    assert "besides" in also.canonical


def test_what_is_kept_has_a_bound(monkeypatch):
    monkeypatch.setattr(frames.KNOWN, "most", 10_000)
    for n in range(30):
        parse(as_json(nightly(job=f"job_{n}")))
    assert frames.KNOWN.size <= 10_000
    assert len(frames.KNOWN.known) < 10


def test_a_job_whose_inputs_are_others_each_time_is_kept_within_a_bound():
    """One that comes again among them is known again; what is kept of the job is as large as what is counted."""
    days = [nightly() | {"inputs": [make_dataset(f"day={day}", schema=SCHEMA)]} for day in range(30)]
    for day in days:
        parse(as_json(day))
    [kept] = [found for _, found in frames.KNOWN.known.values()]
    assert len(kept) == frames.MOST
    assert frames.KNOWN.size == sum(frame.size for frame in kept)
    assert parse(as_json(days[-2])).frame is kept[1]
    assert parse(as_json(days[0])).inputs[0].name == "day=0"


def test_white_space_counts():
    """What is kept is as it was sent."""
    event = nightly() | {"inputs": [], "outputs": [make_dataset("plain")]}
    small = as_json(event)
    for padded in (b'"inputs": [', b'"job": {'):
        assert parse(small.replace(padded, padded + b" " * 100_000)).frame is None
    frame = parse(small).frame
    large = parse(small.replace(b'"outputs": [', b'"outputs": [' + b" " * 100_000))
    assert large.frame is frame
    assert frames.KNOWN.size == frame.size < len(small)
    assert len(frame.outputs.plain) <= frame.size


def test_what_is_not_kept_any_more_is_gone_at_once():
    """Not when Python looks for cycles, which it seldom does (ingestion/memory.py)."""
    gc.collect()
    parse(as_json(nightly()))
    parse(as_json(nightly(rows=2)))
    frames.KNOWN.clear()
    assert not [each for each in gc.get_objects() if type(each) is frames.Frame]


def test_an_event_that_is_read_as_a_whole_each_time_pushes_no_other_frame_out():
    parse(as_json(nightly(job_facets={})))
    first = parse(as_json(nightly() | {"inputs": []})).frame
    for _ in range(frames.MOST + 1):
        parse(as_json(nightly() | {"eventType": "complete"}))
    assert parse(as_json(nightly() | {"inputs": []})).frame is first


def test_the_same_datasets_in_other_words_are_another_frame_of_the_same_event():
    event = nightly()
    turned = event | {"outputs": [dict(reversed(each.items())) for each in event["outputs"]]}
    assert json.dumps(turned) != json.dumps(event)
    said = [parse(as_json(each)) for each in (event, turned, event, turned)]
    assert len({each.digest for each in said}) == len({each.shared for each in said}) == 1


def test_a_frame_keeps_nothing_of_the_run_that_it_was_first_read_of():
    frame = parse(as_json(nightly(facets={"env": facet(secret="of this run")}))).frame
    assert "of this run" not in repr(frame.event)
    assert not any(dataset.more for dataset in (*frame.event.inputs, *frame.event.outputs))
