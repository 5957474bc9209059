"""Jobs that are parts of others."""

import uuid

from tests.events import facet, make_event

ETL = str(uuid.uuid4())


def part_of(job: str) -> dict:
    """Run facets of a run that is a part of one of this job."""
    return {"parent": facet(run={"runId": ETL}, job={"namespace": "tests", "name": job})}


def etl() -> list[dict]:
    """raw > clean > orders > count > report; clean and check are parts of etl, which is a part of nightly."""
    return [
        make_event(["raw"], ["orders"], job="clean", facets=part_of("etl")),
        make_event(job="check", facets=part_of("etl")),
        make_event(job="etl", run=ETL, facets=part_of("nightly")),
        make_event(["orders"], ["report"], job="count"),
    ]
