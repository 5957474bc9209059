"""The same events in any order, any number of times, by any number of writers, end in the same graph."""

import random
import threading

import pytest
from django.db import connection
from django.utils import timezone

from clouds.keys import Admission
from clouds.models import Cloud, Organization
from ingestion import receive, store
from ingestion.parse import parse
from lineage.dump import lines
from tests import corpus

pytestmark = pytest.mark.django_db(transaction=True)


def bodies() -> list[bytes]:
    accepted = {"accept", "lenient", "accept-sanitised"}
    edge = [body for _, expected, body in corpus.edge() if expected in accepted and len(body) < 100_000]
    return [*corpus.real(), *corpus.compat(), *edge]


def fresh_cloud() -> Cloud:
    Organization.objects.all().delete()
    organization = Organization.objects.create(name="default", lineage_enabled=True)
    return Cloud.objects.create(organization=organization, name="default", lineage_enabled=True)


def items_of(cloud: Cloud) -> list[store.Item]:
    admission = Admission(cloud)
    return [receive.admitted(admission, parse(body), timezone.now(), False) for body in bodies()]


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
    cloud = fresh_cloud()
    items = items_of(cloud)
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
    assert list(lines()) == expected
