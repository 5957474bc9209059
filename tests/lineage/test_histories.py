"""Random histories: any order, grouping, repetition and number of writers ends in the same graph, and that graph is
the one that a plain reading of the events gives."""

import json
import random
import threading
from collections import defaultdict

import pytest
from django.db import connection
from django.utils import timezone

from clouds.keys import Admission
from clouds.models import Cloud
from ingestion import receive, store
from ingestion.models import RawEvent
from ingestion.parse import parse
from lineage import dump, memory
from lineage.models import Body, Edge, Node, Run
from tests.events import facet, make_dataset, make_dataset_event, make_event, make_job_event, make_workload

pytestmark = pytest.mark.django_db(transaction=True)
BUCKET = "s3://bucket"
TIMES = [
    "2026-05-01T12:00:00Z",
    "2026-05-01T12:00:00.5Z",
    "2026-05-01T13:30:00Z",
    "2026-05-02T12:00:00Z",
    "2999-01-01T00:00:00Z",
]
TYPES = ["START", "RUNNING", "OTHER", "COMPLETE", "FAIL", "ABORT"]
TERMINAL = {"COMPLETE", "FAIL", "ABORT"}


def some_dataset(chance: random.Random) -> dict:
    facets = {}
    if chance.random() < 0.2:
        other = {"namespace": BUCKET, "name": f"d{chance.randrange(9)}", "type": "TABLE"}
        facets["symlinks"] = {"identifiers": [other]}
    if chance.random() < 0.1:
        facets["datasetType"] = {"datasetType": chance.choice(["MODEL", "TABLE"])}
    if chance.random() < 0.3:
        facets["custom"] = chance.choice([{"_deleted": True}, {"x": chance.randrange(3)}])
    if chance.random() < 0.2:
        facets["version"] = {"datasetVersion": str(chance.randrange(3))}
    if chance.random() < 0.2:
        facets["ownership"] = {"owners": [{"name": f"p{chance.randrange(3)}@example.org"}]}
    return make_dataset(f"d{chance.randrange(9)}", **facets)


def nightly(chance: random.Random, at: str) -> dict:
    """One of few jobs, with facets long enough that what its runs say alike is made out once."""
    number = chance.randrange(4)
    storage = facet(storageLayer="files", fileFormat=["parquet", "csv"][number % 2])
    output = make_dataset("d1", storage=storage, outputFacets={"outputStatistics": facet(rowCount=chance.randrange(3))})
    inputs = [make_dataset("d2", storage=storage), f"d{number}"]
    return make_event(inputs, [output], f"j{number // 2}", run_id(chance), type=chance.choice(TYPES), at=at)


def some_event(chance: random.Random) -> dict:
    at = chance.choice(TIMES)
    if chance.random() < 0.4:
        return nightly(chance, at)
    inputs, outputs = ([some_dataset(chance) for _ in range(chance.randrange(3))] for _ in range(2))
    job = f"j{chance.randrange(4)}"
    shape = chance.random()
    if shape < 0.1:
        return make_dataset_event(some_dataset(chance), at=at)
    if shape < 0.2:
        return make_job_event(inputs, outputs, job=job, at=at)
    facets = {}
    if chance.random() < 0.3:
        facets |= make_workload(f"w{chance.randrange(2)}", id=f"job_{chance.randrange(3)}", projectName="team")
    if chance.random() < 0.3:
        facets["parent"] = {
            "run": {"runId": run_id(chance)},
            "job": {"namespace": "tests", "name": f"j{chance.randrange(6)}"},
        }
    return make_event(inputs, outputs, job, run_id(chance), facets, type=chance.choice(TYPES), at=at)


def run_id(chance: random.Random) -> str:
    return f"0197a000-0000-7000-8000-{chance.randrange(8):012d}"


@pytest.fixture
def admissions(cloud, organization) -> list[Admission]:
    other = Cloud.objects.create(organization=organization, name="other", lineage_enabled=True)
    return [Admission(cloud), Admission(other)]


def history(seed: int, admissions) -> list[tuple[Admission, dict]]:
    chance = random.Random(seed)
    return [(chance.choice(admissions), some_event(chance)) for _ in range(50)]


def item(admission: Admission, event: dict) -> store.Item:
    return receive.admitted(admission, parse(json.dumps(event).encode()), timezone.now(), False)


def empty() -> None:
    for _, rows, _ in dump.TABLES:
        rows.model.objects.all().delete()
    Body.objects.all().delete()
    RawEvent.objects.all().delete()
    memory.forget()


def graph_after(events, size: int) -> list[str]:
    empty()
    items = [item(*each) for each in events]
    for start in range(0, len(items), size):
        store.write(items[start : start + size])
    return list(dump.lines())


def shuffled(events: list, chance: random.Random) -> list:
    again = events + chance.sample(events, 15)
    chance.shuffle(again)
    return again


def plain_edges(events) -> set[tuple]:
    """(cloud, project, source, target) of what events read and wrote, read off them one by one."""
    found = set()
    for admission, event in events:
        if "job" not in event:
            continue
        told = event.get("run", {}).get("facets", {}).get("lc_workload", {})
        place = admission.cloud.name, told.get("projectName", "tests")
        workload = told.get("name") or event["job"]["name"]
        found |= {(*place, dataset["name"], workload) for dataset in event["inputs"]}
        found |= {(*place, workload, dataset["name"]) for dataset in event["outputs"]}
    return found


def plain_states(events) -> dict[tuple, str]:
    """By cloud and run: the state of the latest terminal event, else of the latest."""
    said = defaultdict(list)
    for admission, event in events:
        if "run" in event:
            read = parse(json.dumps(event).encode())
            rank = (event["eventType"] in TERMINAL, read.at.year < 2999, read.at, read.digest[:16])
            said[admission.cloud.name, read.run_id].append((rank, read.event_type))
    return {run: max(states)[1] for run, states in said.items()}


def plain_groups(events) -> set[frozenset[str]]:
    """The names of datasets that symlinks join."""
    groups: dict[str, set[str]] = {}
    for _, event in events:
        for dataset in [*event.get("inputs", []), *event.get("outputs", []), *filter(None, [event.get("dataset")])]:
            links = dataset["facets"].get("symlinks", {}).get("identifiers", [])
            for name in [dataset["name"], *(link["name"] for link in links)]:
                group = groups.setdefault(dataset["name"], {dataset["name"]}) | groups.setdefault(name, {name})
                groups |= dict.fromkeys(group, group)
    return set(map(frozenset, groups.values()))


def stored_groups() -> set[frozenset[str]]:
    groups = defaultdict(set)
    for node in Node.objects.filter(entity=1):
        groups[node.root_id].add(node.name)
    return set(map(frozenset, groups.values()))


@pytest.mark.parametrize("seed", range(5))
def test_a_random_history_ends_in_the_same_graph_in_any_order(seed, admissions):
    events = history(seed, admissions)
    expected = graph_after(events, 1)
    chance = random.Random(seed)
    for size in (1, 7, 1000):
        assert graph_after(shuffled(events, chance), size) == expected


@pytest.mark.parametrize("seed", range(5, 10))
def test_a_random_history_ends_in_the_graph_that_it_tells(seed, admissions):
    events = history(seed, admissions)
    graph_after(shuffled(events, random.Random(seed)), 5)
    ends = ("project__cloud__name", "project__name", "source__name", "target__name")
    assert set(Edge.objects.values_list(*ends)) == plain_edges(events)
    runs = Run.objects.values_list("project__cloud__name", "uuid", "state")
    assert {(cloud, str(uuid)): state for cloud, uuid, state in runs} == plain_states(events)
    assert stored_groups() == plain_groups(events)


def test_random_histories_by_concurrent_writers_end_in_the_same_graph(admissions):
    events = history(99, admissions)
    expected = graph_after(events, 1000)
    empty()
    items = [item(*each) for each in events]
    errors = []

    def write(seed: int) -> None:
        mine = shuffled(items[seed % 2 :: 2], random.Random(seed))
        try:
            for start in range(0, len(mine), 3):
                store.write(mine[start : start + 3])
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=[seed]) for seed in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert errors == []
    assert list(dump.lines()) == expected
