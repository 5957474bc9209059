"""Events with names that strain a page, and many of them: long, from right to left, emoji, HTML; a hub with 60 jobs."""

import json
import uuid
from pathlib import Path

LONG = "s3://bucket-of-a-team/" + "very_long_part_of_a_name/" * 8 + "part-0.parquet"
ARABIC = "بيانات العملاء " * 8
EMOJI = "model://" + "👩‍👩‍👧‍👦🚀" * 12
HTML = '<img src=x onerror="window.hit=1"> & <b>bold</b>'
JOB = "nightly_" + "j" * 180
SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"


def write(folder: str) -> Path:
    """A file of events for load_events."""
    path = Path(folder) / "odd.ndjson"
    path.write_text("\n".join(json.dumps(each) for each in events()))
    return path


def events() -> list[dict]:
    fields = [{"name": name, "type": "struct<" + "a:int," * 30 + ">"} for name in (HTML, ARABIC, "c" * 120, "id")]
    schema = {"schema": {"_producer": "x", "_schemaURL": SPEC, "fields": fields}}
    found = [
        event(JOB, [LONG, ARABIC], [(EMOJI, schema), (HTML, schema)], "FAIL"),
        event("<script>alert(1)</script>", [HTML], [LONG]),
        event("feed", [LONG], [LONG, "hub"]),
    ]
    found += [event(f"reader_{number:02}", ["hub"], [f"out/{number:02}/orders.parquet"]) for number in range(60)]
    return found


def event(job: str, inputs: list, outputs: list, state: str = "COMPLETE") -> dict:
    return {
        "eventType": state,
        "eventTime": "2026-11-20T10:00:00Z",
        "producer": "https://example.com/" + "producer/" * 12,
        "schemaURL": SPEC,
        "run": {"runId": str(uuid.uuid5(uuid.NAMESPACE_URL, job))},
        "job": {"namespace": "odd", "name": job},
        "inputs": [dataset(each) for each in inputs],
        "outputs": [dataset(each) for each in outputs],
    }


def dataset(each) -> dict:
    name, facets = each if isinstance(each, tuple) else (each, {})
    return {"namespace": "s3://bucket", "name": name, "facets": facets}
