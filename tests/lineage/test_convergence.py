"""The same events in any order, any number of times, by any number of writers, end in the same graph."""

import json
import random
import threading
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from clouds.keys import Admission
from clouds.models import Cloud, Organization
from ingestion import receive, store
from ingestion.parse import parse
from lineage.dump import lines
from tests import corpus
from tests.events import facet, make_dataset, make_event

pytestmark = pytest.mark.django_db(transaction=True)


def bodies() -> list[bytes]:
    accepted = {"accept", "lenient", "accept-sanitised"}
    edge = [body for _, expected, body in corpus.edge() if expected in accepted and len(body) < 100_000]
    return [*corpus.real(), *corpus.compat(), *edge]


def fresh_cloud() -> Cloud:
    Organization.objects.all().delete()
    organization = Organization.objects.create(name="default", lineage_enabled=True)
    return Cloud.objects.create(organization=organization, name="default", lineage_enabled=True)


def items_of(cloud: Cloud, events: list[bytes] | None = None) -> list[store.Item]:
    admission = Admission(cloud)
    return [receive.admitted(admission, parse(body), timezone.now(), False) for body in events or bodies()]


def graph_after(order: random.Random, size: int) -> list[str]:
    cloud = fresh_cloud()
    items = items_of(cloud)
    items += order.sample(items, 40)
    order.shuffle(items)
    for start in range(0, len(items), size):
        store.write(items[start : start + size])
    return list(lines())


def test_twenty_shuffles_with_duplicates_end_in_the_same_bytes():
    first = graph_after(random.Random(0), 1000)
    assert len(first) > 500
    for seed in range(1, 21):
        order = random.Random(seed)
        assert graph_after(order, order.choice([7, 50, 1000])) == first


def test_eight_concurrent_writers_end_in_the_same_bytes():
    expected = graph_after(random.Random(0), 1000)
    assert graph_of_eight(items_of(fresh_cloud())) == expected


def graph_of_eight(items: list[store.Item]) -> list[str]:
    """After eight writers, each of every other item, in an order of its own."""
    errors = []

    def write(seed: int) -> None:
        mine = items[seed % 2 :: 2]
        random.Random(seed).shuffle(mine)
        try:
            for start in range(0, len(mine), 9):
                store.write(mine[start : start + 9])
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=[seed]) for seed in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert errors == []
    return list(lines())


def nights() -> list[bytes]:
    """Runs of a few jobs that share their datasets: the facets of each change with the nights."""
    chance, events = random.Random(7), []
    for run in range(60):
        datasets = [make_dataset(f"shared-{i}", documentation=facet(description=str(run // 7 + i))) for i in range(6)]
        chance.shuffle(datasets)
        sent = {
            "inputs": datasets[:4],
            "outputs": datasets[4:],
            "job": f"job-{run % 3}",
            "run": str(uuid.UUID(int=run)),
        }
        for type, second in (("START", 0), ("COMPLETE", 30)):
            events.append(make_event(**sent, type=type, at=f"2026-05-01T12:{chance.randrange(60):02d}:{second:02d}Z"))
    return [json.dumps(event).encode() for event in events]


def test_eight_writers_of_known_nodes_write_in_between_each_other_to_the_same_bytes():
    first = make_event([f"shared-{i}" for i in range(6)], [f"shared-{i}" for i in range(6)])
    known = [json.dumps(first | {"job": {"namespace": "tests", "name": f"job-{i}"}}).encode() for i in range(3)]

    def estate() -> list[store.Item]:
        cloud = fresh_cloud()
        store.write(items_of(cloud, known))
        return items_of(cloud, nights())

    store.write(estate())
    expected = list(lines())
    for _ in range(3):
        assert graph_of_eight(estate()) == expected
