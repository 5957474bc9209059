"""At any past moment lists, overviews and the graph say what a plain walk over the raw events up to then gives."""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from clouds.access import Viewer
from ingestion.kept import texts
from ingestion.models import RawEvent
from lineage import adjacent, closure, queries
from lineage.kinds import Kind
from lineage.models import Node
from tests.impact import brute, histories
from tests.impact.test_walk import tell
from tests.lineage.test_histories import empty

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 1, tzinfo=UTC)
EVENTS = 8
SEEDS, AT_ONCE = 50, 25
LISTS = {"d": [Kind.DATASET], "j": [Kind.WORKLOAD]}


def at_minute(number: int) -> str:
    return (START + timedelta(minutes=number)).isoformat()


def told_by(at: str) -> tuple[brute.Told, list[dict]]:
    """What the events up to the moment say, and they themselves."""
    events = [json.loads(text) for _, text in texts(RawEvent.objects.order_by("event_at"))]
    then = [event for event in events if datetime.fromisoformat(event["eventTime"]) <= datetime.fromisoformat(at)]
    return brute.Told(then), then


def listed(viewer, told: brute.Told, kinds: list[Kind]) -> list[str]:
    return sorted(told.name(row.node.name) for row in queries.listed(viewer, kinds, hidden=True))


def mentioned(told: brute.Told, events: list[dict]) -> set[str]:
    """The things that the events speak of."""
    found = {end for pair in told.pairs for end in pair} | {event["job"]["name"] for event in events if "job" in event}
    for event in events:
        said = [*event.get("inputs", []), *event.get("outputs", []), *filter(None, [event.get("dataset")])]
        found |= {told.name(each["name"]) for each in said}
    return found


def hops(viewer, told: brute.Told, root: int, direction: str) -> dict[str, int]:
    return {told.name(row.sighting.node.name): row.hops for row in closure.closure(viewer, root, direction).rows}


def compare(viewer, at: str) -> None:
    told, events = told_by(at)
    things = mentioned(told, events)
    for letter, kinds in LISTS.items():
        assert listed(viewer, told, kinds) == sorted(name for name in things if name[0] == letter)
    for name in things:
        node = queries.find(viewer, Node.objects.get(name=name).pk)
        for direction, level in adjacent.around(viewer, node.root_id, queries.ENDS, 50).items():
            ends = {pair for pair in told.pairs if name == pair[direction == queries.UPSTREAM]}
            assert {told.name(row.node.name) for row in level.rows} == {
                pair[direction == queries.DOWNSTREAM] for pair in ends
            }
            assert hops(viewer, told, node.root_id, direction) == told.hops(name, direction), (name, direction)
        if name[0] == "j":
            runs = {str(run.uuid) for run in queries.runs(viewer, node)}
            assert runs == {e["run"]["runId"] for e in events if "run" in e and e["job"]["name"] == name}


@pytest.mark.parametrize("start", range(0, SEEDS, AT_ONCE))
def test_the_past_is_what_a_plain_walk_gives(start, cloud, alice):
    for seed in histories.seeds(start, AT_ONCE, SEEDS):
        empty()
        chance = random.Random(seed)
        events = [histories.event(chance) for _ in range(EVENTS)]
        for event in events:
            event["eventTime"] = at_minute(chance.randrange(10))
        tell(cloud, events)
        at = at_minute(chance.randrange(10))
        compare(Viewer(alice, {"as_of": at}), at)
