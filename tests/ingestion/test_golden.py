"""What recorded events say, held to files: a change of meaning shows as a difference to look at.

`UPDATE_GOLDEN=1 pytest tests/ingestion/test_golden.py` writes them anew.
"""

import json
import os
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

import pytest

from ingestion.normalise import Context, normalise
from ingestion.parse import parse
from lineage.observation import Observation, Ref
from tests.events import DATA

GOLDEN = Path(__file__).parent.parent / "golden"
SOURCES = {
    "ray_iceberg_demo": "real/ray_iceberg_demo.ndjson",
    "dbt_build": "real/dbt_build.ndjson",
    "airflow_dags_test": "real/airflow_dags_test.ndjson",
    "spark_columns": "compat/CLL/events/*.json",
    "spark_bigquery": "compat/spark_dataproc_bigquery_shakespare/events/*.json",
}


def bodies(pattern: str) -> list[bytes]:
    lines = pattern.endswith(".ndjson")
    files = [path.read_bytes() for path in sorted(DATA.glob(pattern))]
    return [body for file in files for body in (file.splitlines() if lines else [file])]


def told(body: bytes) -> dict:
    context = Context(1, "acme", "default", lambda name: name, key_owner="key@example.org")
    event = parse(body)
    return {"warnings": event.warnings, **summary(normalise(event, context, datetime(2026, 12, 1, tzinfo=UTC)))}


def summary(seen: Observation) -> dict:
    run, said = seen.run, seen.outline
    return {
        "project": said.project_id,
        "workload": line(said.workload),
        "run": run and [run.uuid, run.state, run.parent_uuid, sorted(run.facets), sorted(run.job_facets)],
        "nodes": [
            [line(n.ref), n.kind.slug, n.type, n.declared, n.shown, n.creator, sorted(n.facets)] for n in said.nodes
        ],
        "io": [
            [each.role.name, line(each.ref), each.version, sorted({**each.facets, **more})]
            for each, more in zip_longest(said.io, seen.statistics, fillvalue={})
        ],
        "edges": [[line(each.source), line(each.target), each.type.name] for each in said.edges],
        "flows": [[line(f.input), line(f.output), f.basis.name, f.columns] for f in said.flows],
        "symlinks": [[line(one), line(other)] for one, other in said.symlinks],
        "parents": [[line(child), line(parent)] for child, parent in said.parents],
    }


def line(ref: Ref) -> str:
    return f"{ref.entity.name.lower()} {ref.namespace} {ref.name}"


@pytest.mark.parametrize("name", SOURCES)
def test_recorded_events_say_the_same_as_ever(name):
    path = GOLDEN / f"{name}.ndjson"
    lines = "".join(json.dumps(told(body), sort_keys=True) + "\n" for body in bodies(SOURCES[name]))
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(lines)
    assert lines == path.read_text()
