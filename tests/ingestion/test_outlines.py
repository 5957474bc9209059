"""What the runs of a job say alike of the graph is made out once, and says the same as if it had been each time."""

import json
from datetime import UTC, datetime

import pytest

from ingestion import frames
from ingestion.normalise import Context, normalise
from ingestion.parse import parse
from tests import corpus
from tests.events import facet, make_dataset, make_event, make_workload

SCHEMA = facet(fields=[{"name": f"column_{n}", "type": "string"} for n in range(5)])
NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_outlines():
    frames.KNOWN.clear()
    yield
    frames.KNOWN.clear()


def see(event: dict | bytes, context: Context | None = None):
    """(observation, warnings)"""
    read = parse(event if isinstance(event, bytes) else json.dumps(event).encode())
    context = context or Context(1, "acme", "default", lambda name: 7)
    return normalise(read, context, NOW), read.warnings


def nightly(rows: int = 1, schema=SCHEMA, **fields) -> dict:
    output = make_dataset("out", schema=schema, outputFacets={"outputStatistics": facet(rowCount=rows)})
    return make_event([make_dataset("in", schema=SCHEMA), "plain"], [output], **fields)


@pytest.mark.parametrize("body", [*corpus.real(), *corpus.compat()])
def test_an_event_says_the_same_at_the_second_time(body):
    first, second = see(body), see(body)
    frames.KNOWN.clear()
    assert first == second == see(body)


def test_runs_of_a_job_have_one_outline_and_statistics_of_their_own():
    (one, _), (other, _) = see(nightly(rows=1)), see(nightly(rows=2))
    assert one.outline is other.outline
    assert [said.statistics[2]["outputStatistics"]["rowCount"] for said in (one, other)] == [1, 2]
    assert one.run.uuid != other.run.uuid


@pytest.mark.parametrize(
    "changed",
    [
        {"schema": facet(fields=[{"name": "other", "type": "string"}] * 5)},
        {"job": "another"},
        {"namespace": "elsewhere"},
        {"facets": make_workload()},
        {"facets": {"parent": facet(job={"namespace": "tests", "name": "above"}, run={"runId": "r"})}},
        {"job_facets": {"ownership": facet(owners=[{"name": "someone.who.owns.it@example.org"}])}},
    ],
)
def test_what_differs_has_an_outline_of_its_own(changed):
    (one, _), (other, _) = see(nightly()), see(nightly(**changed))
    assert one.outline is not other.outline
    frames.KNOWN.clear()
    assert other.outline == see(nightly(**changed))[0].outline


def test_senders_have_outlines_of_their_own():
    contexts = [
        Context(1, "acme", "default", lambda name: 7),
        Context(1, "acme", "default", lambda name: 8),
        Context(1, "acme", "default", lambda name: 7, key_owner="ana@example.org"),
        Context(1, "acme", "default", lambda name: 7, bound_project="bound"),
        Context(2, "other", "default", lambda name: 7),
    ]
    event = nightly()
    assert len({see(event, context)[0].outline.serial for context in contexts}) == len(contexts)


def test_a_version_that_statistics_name_is_of_its_run():
    def wrote(snapshot: int):
        report = {"icebergCommitReport": facet(snapshotId=snapshot)}
        return see(make_event(outputs=[make_dataset("t", outputFacets=report)]))[0].outline.io[0].version

    assert [wrote(1), wrote(2)] == ["1", "2"]


def test_what_is_odd_is_noted_each_time():
    odd = nightly(facets={"lc_workload": facet(name="n", type="spaceship")})
    first, second = see(odd)[1], see(odd)[1]
    assert first == second != []


def test_a_dataset_named_twice_says_both_each_time():
    twice = [make_dataset("in", inputFacets={each: facet(rowCount=1)}) for each in ("one", "other")]
    event = make_event(twice)
    for _ in range(2):
        assert [set(said) for said in see(event)[0].statistics] == [{"one", "other"}]
