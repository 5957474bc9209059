"""A thousand runs of one job with changing inputs: what each read, and what each version was made from and became,
equals a plain walk over the raw events."""

import json
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from clouds.access import Viewer
from clouds.keys import Admission
from ingestion import receive, store
from ingestion.kept import texts
from ingestion.models import RawEvent
from ingestion.parse import parse
from lineage import queries, trails, versions
from lineage.models import Node, Run
from tests.events import make_dataset, make_event
from tests.pages import read

RUNS = 1000
TOGETHER = 100
SOURCES = [f"s{number}" for number in range(8)]
START = datetime(2026, 5, 1, tzinfo=UTC)


def run_of(number: int) -> str:
    return f"0199a000-0000-7000-8000-{number:012d}"


def history(chance: random.Random) -> list[dict]:
    """Each run of `mix` reads some of eight sources, of a version or of none, and writes `mixed`; sources are
    written anew in between, by `load`. Each minute has one event."""
    events, written = [], defaultdict(list)
    for number in range(RUNS):
        at = (START + timedelta(minutes=2 * number)).isoformat()
        source = f"s{chance.randrange(8)}"
        facets = {}
        if chance.random() < 0.5:
            facets = {"version": {"datasetVersion": f"v{number}"}}
            written[source].append(f"v{number}")
        type = "COMPLETE" if chance.random() < 0.9 else "FAIL"
        wrote = [make_dataset(source, **facets)]
        events.append(make_event((), wrote, "load", run_of(RUNS + number), type=type, at=at))
        inputs = [reading(chance, written[name], name) for name in chance.sample(SOURCES, 3)]
        at = (START + timedelta(minutes=2 * number + 1)).isoformat()
        events.append(make_event(inputs, ["mixed"], "mix", run_of(number), at=at))
    return events


def reading(chance: random.Random, written: list[str], name: str) -> dict:
    """Half of the reads name a version that was written."""
    if written and chance.random() < 0.5:
        return make_dataset(name, version={"datasetVersion": chance.choice(written)})
    return make_dataset(name)


class Plain:
    """The walk over the raw events. A version is (name, label) or (name, id of the run that wrote it)."""

    def __init__(self):
        self.events = [json.loads(text) for _, text in texts(RawEvent.objects.order_by("event_at"))]
        self.wrote: dict[str, tuple] = {}
        self.read: dict[str, set[tuple]] = defaultdict(set)
        newest: dict[str, tuple] = {}
        for event in self.events:
            run = event["run"]["runId"]
            for each in event["inputs"]:
                label = each["facets"].get("version", {}).get("datasetVersion")
                self.read[run].add((each["name"], label) if label else newest.get(each["name"], (each["name"], None)))
            for each in event["outputs"]:
                label = each["facets"].get("version", {}).get("datasetVersion")
                if label or event["eventType"] == "COMPLETE":
                    self.wrote[run] = newest[each["name"]] = (each["name"], label or run)

    def made_of(self, run: str) -> set[tuple]:
        """Nothing comes before what `load` writes."""
        return self.read[run]

    def versions_of(self, name: str) -> list[tuple]:
        """The oldest first."""
        return [version for version in self.wrote.values() if version[0] == name]

    def maker_of(self, version: tuple) -> str:
        return next(run for run, wrote in self.wrote.items() if wrote == version)

    def readers_of(self, version: tuple) -> set[str]:
        return {run for run, read in self.read.items() if version in read}

    def became(self, version: tuple) -> set[tuple]:
        return {self.wrote[run] for run in self.readers_of(version)}


@pytest.fixture
def plain(cloud) -> Plain:
    items = [
        receive.admitted(Admission(cloud), parse(json.dumps(event).encode()), timezone.now(), False)
        for event in history(random.Random(5))
    ]
    for start in range(0, len(items), 500):
        store.write(items[start : start + 500])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by and by; it cannot here, inside the test's transaction
    return Plain()


def known() -> tuple[dict, dict]:
    """The names of nodes, and the ids of runs as their events say them."""
    runs = {id: str(uuid) for id, uuid in Run.objects.values_list("pk", "uuid")}
    return dict(Node.objects.values_list("pk", "name")), runs


def named(trail: trails.Trail, names: dict, runs: dict) -> set[tuple]:
    return {(names[step.root], name_of(step.snapshot, runs)) for step in trail.steps.values()}


def name_of(snapshot: versions.Snapshot | None, runs: dict) -> str | None:
    return snapshot and (snapshot.label or runs[snapshot.maker])


def test_what_every_run_is_made_of_equals_a_plain_walk(plain, alice, cloud):
    viewer, (names, runs) = Viewer(alice), known()
    for run in Run.objects.filter(workload__name="mix").select_related("workload"):
        assert named(trails.of_run(viewer, run, queries.UPSTREAM), names, runs) == plain.made_of(runs[run.pk])


def test_what_made_and_what_read_every_version_equals_a_plain_walk(plain, alice, cloud):
    viewer, (_names, runs) = Viewer(alice), known()
    for name in ("mixed", *SOURCES):
        root = Node.objects.get(name=name).pk
        history = versions.histories(viewer, [root])
        told = {(name, name_of(each, runs)): each for each in history[root]}
        assert list(told) == plain.versions_of(name)
        assert [runs[each.maker] for each in told.values()] == [plain.maker_of(version) for version in told]
        for start in range(0, len(told), TOGETHER):
            part = dict(list(told.items())[start : start + TOGETHER])
            read = versions.reads(viewer, history, list(part.values()))
            for version, each in part.items():
                assert {runs[row.run_id] for row in read[each]} == plain.readers_of(version)


def test_what_versions_are_made_of_and_became_equals_a_plain_walk(plain, alice, cloud):
    """Whole trails, of some of them: they go from the one step to the next."""
    viewer, (names, runs) = Viewer(alice), known()
    for name in ("mixed", "s3"):
        for each in versions.history(viewer, Node.objects.get(name=name))[::25]:
            up, down = (trails.of_version(viewer, each, side) for side in (queries.UPSTREAM, queries.DOWNSTREAM))
            assert named(up, names, runs) == plain.made_of(runs[each.maker])
            assert named(down, names, runs) == plain.became((name, name_of(each, runs)))


def test_every_read_is_bound_as_a_plain_walk_binds_it(plain, alice, cloud):
    viewer = Viewer(alice)
    runs = {id: str(uuid) for id, uuid in Run.objects.values_list("pk", "uuid")}
    rows = list(queries.RunIO.objects.filter(workload__name="mix", role=1).select_related("node", "run"))
    found: dict[str, set] = defaultdict(set)
    bound = versions.bound(viewer, rows)
    for row in rows:
        snapshot = bound[row.pk]
        found[str(row.run.uuid)].add((row.node.name, name_of(snapshot, runs)))
    assert len(found) == RUNS
    assert found == {run_of(number): plain.made_of(run_of(number)) for number in range(RUNS)}


def test_the_pages_of_a_job_of_a_thousand_runs_keep_their_statements(plain, as_alice, django_assert_num_queries):
    workload, mixed = (Node.objects.get(name=name).pk for name in ("mix", "mixed"))
    as_alice.get(f"/workloads/{workload}/")
    for path, statements in (
        (f"/workloads/{workload}/", 18),
        (f"/datasets/{mixed}/", 14),
        (f"/workloads/{workload}/runs/", 9),
    ):
        with django_assert_num_queries(statements):
            read(as_alice.get(path))
