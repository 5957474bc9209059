"""Closures of random histories are what a plain walk over the raw events gives."""

import json
import random
from itertools import pairwise

import pytest
from django.utils import timezone

from clouds.keys import Admission
from clouds.operator import Operator
from ingestion import receive, store
from ingestion.kept import texts
from ingestion.models import RawEvent
from ingestion.parse import parse
from lineage import closure
from lineage.models import Node
from lineage.queries import DOWNSTREAM, UPSTREAM

from . import brute, histories

pytestmark = pytest.mark.django_db


def tell(cloud, events: list[dict]) -> None:
    admission = Admission(cloud)
    store.write([receive.admitted(admission, parse(json.dumps(e).encode()), timezone.now(), False) for e in events])


def walked(viewer, name: str, direction: str, depth: int | None = None) -> closure.Closure:
    node = Node.objects.get(name=name)
    return closure.closure(viewer, node.root_id, direction, depth)


def canonical(told: brute.Told, hops: dict[str, int]) -> dict[str, int]:
    return {told.name(name): steps for name, steps in hops.items()}


def compare(viewer, told: brute.Told, name: str, direction: str) -> int:
    """Checks one closure, and that each of its paths is one that the events tell. Returns its size."""
    found = walked(viewer, name, direction)
    expected = told.hops(told.name(name), direction)
    assert canonical(told, {row.sighting.node.name: row.hops for row in found.rows}) == expected, (name, direction)
    for row in found.rows:
        nodes, shortened = found.path(row)
        path = [told.name(each.node.name) for each in nodes]
        assert not shortened
        assert (path[0], path[-1]) == (told.name(name), told.name(row.sighting.node.name))
        assert len(path) == row.hops + 1
        steps = list(pairwise(path))
        assert all((step if direction == DOWNSTREAM else step[::-1]) in told.pairs for step in steps)
        turns = zip(path, path[1:], path[2:], strict=False)
        assert all(told.passes(*turn, direction) for turn in turns)
    return len(found.rows)


@pytest.mark.parametrize("seed", range(12))
def test_the_closure_of_every_node_is_what_the_events_tell(seed, cloud, organization):
    chance = random.Random(seed)
    tell(cloud, [histories.event(chance) for _ in range(chance.randrange(5, 40))])
    told = brute.told([text for _, text in texts(RawEvent.objects.all())])
    names = {name for pair in told.pairs for name in pair}
    sizes = [compare(Operator(organization), told, name, side) for name in names for side in (UPSTREAM, DOWNSTREAM)]
    assert max(sizes) > 2


@pytest.mark.parametrize("seed", range(12, 16))
def test_who_is_downstream_of_whom_has_that_one_upstream(seed, cloud, organization):
    chance = random.Random(seed)
    tell(cloud, [histories.event(chance, links=False) for _ in range(25)])
    viewer, pairs = Operator(organization), {}
    for side in (UPSTREAM, DOWNSTREAM):
        found = {node: closure.closure(viewer, node, side).rows for node in Node.objects.values_list("pk", flat=True)}
        pairs[side] = {(node, row.sighting.root_id) for node, rows in found.items() for row in rows}
    assert pairs[UPSTREAM] == {pair[::-1] for pair in pairs[DOWNSTREAM]}


def test_each_level_takes_the_same_statements(cloud, organization, django_assert_num_queries):
    """Edges and flows of each level, however wide it is; the start, the last level, the names."""
    counted = []
    for width in (2, 40):
        first = [histories.make_event([f"{width}d0"], [f"{width}d1.{at}" for at in range(width)], f"{width}j0")]
        then = [histories.make_event([f"{width}d1.{at}"], [], f"{width}j1.{at}") for at in range(width)]
        tell(cloud, first + then)
        with django_assert_num_queries(9):
            counted.append(len(walked(Operator(organization), f"{width}d0", DOWNSTREAM).rows))
    assert counted == [5, 81]


def test_a_long_path_is_told_by_its_end(cloud, organization):
    tell(cloud, [histories.make_event([f"d{at}"], [f"d{at + 1}"], f"j{at}") for at in range(15)])
    found = walked(Operator(organization), "d0", DOWNSTREAM)
    path, shortened = found.path(found.rows[-1])
    assert (len(path), shortened) == (closure.LONGEST_PATH, True)
    assert path[-1].node.name == "d15"


def test_a_hub_is_cut_where_it_says_so(cloud, organization, monkeypatch):
    for at in range(30):
        tell(cloud, [histories.make_event(["d0"], [], f"j{at}")])
    monkeypatch.setattr(closure, "MOST_EDGES", 12)
    found = walked(Operator(organization), "d0", DOWNSTREAM)
    assert (len(found.rows), found.cut) == (12, True)
    assert [row.sighting.node.name for row in found.rows] == sorted(f"j{at}" for at in range(12))
