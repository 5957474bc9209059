"""The events of the ingestion benchmarks: a nightly estate, as bytes made beforehand.

A workload always reads and writes the same datasets; each of its runs is a START and a COMPLETE with a new run
id. As in the events of real producers, both name the same nominal time, and only a COMPLETE counts rows. Popularity
is skewed, as it is in real estates: few datasets are read by many workloads.
"""

import random
from datetime import UTC, datetime, timedelta

import msgspec
from openlineage.client.uuid import generate_static_uuid

WORKLOADS = 2_000
DATASETS = 20_000
NAMESPACES = 20
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PRODUCER = "https://example.com/spark/3.5.1"
SCHEMA = "https://openlineage.io/spec/facets"
TYPES = ("string", "long", "double", "timestamp", "boolean", "decimal", "date")
WORDS = ("order", "customer", "event", "session", "price", "region", "status", "updated", "churn", "score")
# What differs between the runs of a workload, to be filled in.
RUN, TIME, NOMINAL, ROWS = "@run-id@", "@event-time@", "@nominal-time@", 987654321


def facet(shape: str, **values) -> dict:
    return {"_producer": PRODUCER, "_schemaURL": f"{SCHEMA}/1-1-0/{shape}.json", **values}


def skewed(chance: random.Random, count: int) -> int:
    return int(count * chance.random() ** 3)


def columns(chance: random.Random) -> list[dict]:
    count = 10 + int(31 * chance.random() ** 1.7)
    return [{"name": f"{chance.choice(WORDS)}_{i:02d}", "type": chance.choice(TYPES)} for i in range(count)]


def dataset(number: int) -> dict:
    """The dataset of this number; the same each time."""
    chance = random.Random(f"dataset {number}")
    bucket, name = f"s3://lake-{number % 7}", f"warehouse/{chance.choice(WORDS)}s/table_{number:05d}"
    facets = {
        "schema": facet("SchemaDatasetFacet", fields=columns(chance)),
        "storage": facet("StorageDatasetFacet", storageLayer="iceberg", fileFormat="parquet"),
    }
    return {"namespace": bucket, "name": name, "facets": facets}


def template(number: int, state: str) -> bytes:
    """An event of the workload of this number, with marks where its runs differ."""
    chance = random.Random(f"workload {number}")
    inputs = [dataset(skewed(chance, DATASETS)) for _ in range(chance.randint(2, 3))]
    outputs = [dataset(skewed(chance, DATASETS)) for _ in range(chance.randint(1, 2))]
    for each in outputs if state == "COMPLETE" else []:
        each["outputFacets"] = {"outputStatistics": facet("OutputStatisticsFacet", rowCount=ROWS, fileCount=8)}
    team = f"team-{number % NAMESPACES}"
    event = {
        "eventType": state,
        "eventTime": TIME,
        "producer": PRODUCER,
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {
            "runId": RUN,
            "facets": {
                "processing_engine": facet("ProcessingEngineRunFacet", version="3.5.1", name="spark"),
                "nominalTime": facet("NominalTimeRunFacet", nominalStartTime=NOMINAL),
            },
        },
        "job": {
            "namespace": team,
            "name": f"nightly.job_{number:04d}",
            "facets": {
                "jobType": facet("JobTypeJobFacet", processingType="BATCH", integration="SPARK", jobType="JOB"),
                "ownership": facet("OwnershipJobFacet", owners=[{"name": f"owner{number % 50}@example.com"}]),
            },
        },
        "inputs": inputs,
        "outputs": outputs,
    }
    return msgspec.json.encode(event)


class Workload:
    """Gives events without end; another `seed` gives runs of other ids, of the same workloads."""

    def __init__(self, seed: int = 0):
        self.chance = random.Random(seed)
        self.templates: dict[int, tuple[bytes, bytes]] = {}
        self.begin = BEGIN + timedelta(days=seed)
        self.made = 0

    def run(self, number: int) -> tuple[bytes, bytes]:
        """START and COMPLETE of one run of the workload of this number."""
        known = self.templates.get(number)
        if known is None:
            known = self.templates[number] = template(number, "START"), template(number, "COMPLETE")
        rows = str(self.chance.randrange(10**6, 10**9)).encode()
        self.made += 1
        start = self.begin + timedelta(seconds=self.made / 10)
        # Of version 7, as OpenLineage's clients make them.
        run = str(generate_static_uuid(start, self.chance.randbytes(16))).encode()
        marks = {RUN: run, NOMINAL: as_text(start), str(ROWS): rows}
        ends = start + timedelta(seconds=90)
        return filled(known[0], marks | {TIME: as_text(start)}), filled(known[1], marks | {TIME: as_text(ends)})

    def take(self, count: int) -> list[bytes]:
        """`count` events (a multiple of 400), of workloads that run more or less often."""
        return self.events([skewed(self.chance, WORKLOADS) for _ in range(count // 2)])

    def night(self) -> list[bytes]:
        """The events of a night in which each workload runs once."""
        return self.events(self.chance.sample(range(WORKLOADS), WORKLOADS))

    def events(self, numbers: list[int]) -> list[bytes]:
        """Those of runs of these workloads. A run's COMPLETE comes 200 events after its START: next to each other they
        would fold into one row, which no nightly job's do."""
        events = []
        for first in range(0, len(numbers), 200):
            starts, ends = zip(*[self.run(number) for number in numbers[first : first + 200]], strict=True)
            events += [*starts, *ends]
        return events


def as_text(at: datetime) -> bytes:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z").encode()


def filled(body: bytes, marks: dict[str, bytes]) -> bytes:
    for mark, value in marks.items():
        body = body.replace(mark.encode(), value)
    return body
