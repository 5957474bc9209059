"""Random histories for the walks: cycles, joined names, declared flows and jobs that follow jobs."""

import random

from django.db import connection

from tests.events import make_dataset, make_dataset_event, make_event, make_job_event

BUCKET = "s3://bucket"


def seeds(start: int, count: int, of: int) -> range:
    """`count` of `of` seeds, from the number `start` on. Each database has histories of its own."""
    start += of * (connection.vendor == "postgresql")
    return range(start, start + count)


def dataset(chance: random.Random, links: bool = True, **facets) -> dict:
    if links and chance.random() < 0.06:
        other = {"namespace": BUCKET, "name": f"d{chance.randrange(14)}", "type": "TABLE"}
        facets["symlinks"] = {"identifiers": [other]}
    return make_dataset(f"d{chance.randrange(14)}", **facets)


def column_lineage(chance: random.Random) -> dict:
    fields = {}
    for column in "xy"[: chance.randrange(1, 3)]:
        source = {"namespace": BUCKET, "name": f"d{chance.randrange(14)}", "field": chance.choice("abc")}
        fields[column] = {"inputFields": [source]}
    return {"fields": fields}


def entries(chance: random.Random, job: str) -> dict:
    def end(type: str) -> dict:
        name = f"d{chance.randrange(14)}" if type == "DATASET" else f"j{chance.randrange(6)}"
        return {"type": type, "namespace": BUCKET if type == "DATASET" else "tests", "name": name}

    flows = [{**end("DATASET"), "inputs": [end("DATASET")]} for _ in range(chance.randrange(1, 3))]
    if chance.random() < 0.3:
        flows.append({**end("JOB"), "inputs": [{"type": "JOB", "namespace": "tests", "name": job}]})
    return {"lineage": {"entries": flows}}


def event(chance: random.Random, links: bool = True) -> dict:
    job = f"j{chance.randrange(6)}"
    shape = chance.random()
    if shape < 0.1:
        return make_dataset_event(dataset(chance, links, columnLineage=column_lineage(chance)))
    inputs = [dataset(chance, links) for _ in range(chance.randrange(3))]
    outputs = [dataset(chance, links) for _ in range(chance.randrange(3))]
    if shape < 0.2:
        return make_job_event(inputs, outputs, job)
    if shape < 0.4 and outputs:
        outputs[0]["facets"]["columnLineage"] = column_lineage(chance)
    facets = entries(chance, job) if shape > 0.8 else None
    return make_event(inputs, outputs, job, job_facets=facets)
