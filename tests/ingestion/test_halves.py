"""An event in two halves is the whole event to the byte, and its digest does not depend on how it was read."""

import json

import pytest

from ingestion.halves import canonical, digest_of, halved, whole
from ingestion.parse import parse
from lineage.identity import hashed
from tests import corpus
from tests.events import facet, make_dataset, make_event

STATISTICS = {"inputFacets": {"inputStatistics": facet(rowCount=7)}}
ODD = [
    make_event([make_dataset("a", **STATISTICS), "b"], ["c"]),
    make_event([], []) | {"another": {"member": [1, None]}, "schemaURL": None},
    make_event([make_dataset("a") | {"inputFacets": None}, make_dataset("b") | {"outputFacets": {}}]),
    make_event() | {"inputs": None},
    *[
        {"eventTime": "2026-05-01T00:00:00Z", "producer": "https://x/p", "dataset": make_dataset("a"), "inputs": odd}
        for odd in (5, True, "text", {"a": 1}, [1, {"inputFacets": {}}], None)
    ],
    {key: value for key, value in make_event(["a"]).items() if key not in ("run", "eventType", "outputs")},
]


@pytest.mark.parametrize("body", [*corpus.real(), *corpus.compat(), *[json.dumps(event).encode() for event in ODD]])
def test_both_halves_are_the_whole_event_to_the_byte(body):
    event = json.loads(body)
    own, shared = halved(event)
    assert whole(own.decode(), shared.decode()) == canonical(event).decode()
    assert parse(body).digest == digest_of(own, hashed(shared))
    assert parse(body).own == own.decode()
    assert parse(body).shared == (hashed(shared), shared.decode())


def test_what_differs_from_run_to_run_is_its_own():
    runs = [
        make_event([make_dataset("a", inputFacets={"rows": facet(n=n)}), "b"], run=run, at=at, type=type)
        for n, run, at, type in [
            (1, "0190d1b2-0000-7000-8000-000000000001", "2026-05-01T00:00:00Z", "START"),
            (2, "0190d1b2-0000-7000-8000-000000000002", "2026-05-02T00:00:00Z", "COMPLETE"),
        ]
    ]
    (first, shared), (second, shared_too) = [halved(run) for run in runs]
    assert shared == shared_too
    assert first != second
    assert json.loads(first).keys() == {"eventTime", "eventType", "inputs", "run"}
