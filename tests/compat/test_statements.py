"""What a page of Marquez's API costs does not grow with what stands on it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.events import facet, make_dataset

COUNTS = [
    ("namespaces", 4),
    ("sources", 4),
    ("namespaces/tests/jobs", 24),
    ("jobs", 20),
    ("namespaces/tests/jobs/job-0", 24),
    ("namespaces/tests/jobs/job-0/runs", 19),
    ("namespaces/tests/jobs/job-0/versions", 18),
    ("namespaces/s3%3A%2F%2Fbucket/datasets", 22),
    ("namespaces/s3%3A%2F%2Fbucket/datasets/hub", 22),
    ("namespaces/s3%3A%2F%2Fbucket/datasets/hub/versions", 36),
    ("lineage?nodeId=dataset:s3://bucket:hub&depth=1", 43),
    ("column-lineage?nodeId=dataset:s3://bucket:hub&withDownstream=true&depth=1", 27),
    ("search?q=o&limit=100", 3),
    ("events/lineage", 6),
    ("stats/jobs?period=DAY", 2),
    ("stats/lineage-events?period=WEEK", 2),
    ("stats/sources?period=DAY", 4),
]


def fill(api, size: int) -> None:
    """`size` jobs that each read `hub` and their own dataset, and write one, twice."""
    for index in range(size):
        columns = {"x": {"inputFields": [{"namespace": "s3://bucket", "name": "hub", "field": "id"}]}}
        output = make_dataset(f"out-{index}", columnLineage=facet(fields=columns), documentation=facet(description="d"))
        for day in (1, 2):
            api.send(["hub", f"in-{index}"], [output], job=f"job-{index}", at=f"2026-05-0{day}T00:00:00Z")
        api.send([], [make_dataset("hub", schema=facet(fields=[{"name": "id"}]))], job=f"maker-{index}")


@pytest.mark.parametrize("size", [2, 12])
def test_statements_are_constant(api, size):
    fill(api, size)
    counted = {}
    for path, _count in COUNTS:
        with CaptureQueriesContext(connection) as queries:
            assert api("GET", path).status_code == 200
        counted[path] = len(queries)
    assert counted == dict(COUNTS)
