"""At any past moment the console says what a fresh one says that was given only the events up to then."""

import random
from datetime import datetime
from itertools import product

import pytest
from django.test import RequestFactory

from clouds.access import Viewer
from datasets.filters import DatasetFilter
from ingestion import store
from lineage import adjacent, past, queries, versions
from lineage.kinds import Kind
from lineage.models import Node
from lineage.paging import paginate
from models_registry.filters import ModelFilter
from tests.events import make_workload
from tests.impact import histories
from tests.lineage import test_histories
from tests.lineage.test_histories import admissions, empty, item, some_event  # noqa: F401
from workloads.filters import WorkloadFilter

pytestmark = pytest.mark.django_db(transaction=True)
MOMENTS = [f"2026-05-0{day}T{hour:02}:{minute:02}:00Z" for day in (1, 2) for hour in (9, 10) for minute in (0, 7, 40)]
LATER = "2999-01-01T00:00:00Z"
SECTIONS = {"datasets": DatasetFilter, "models": ModelFilter, "workloads": WorkloadFilter}
ASKED = [
    *({"ordering": order} for order in ("name", "-type", "created_by", "-created_at")),
    *({"type": type} for type in ("table", "model", "job", "service")),
    *({"created_by": creator} for creator in ("p0@example.org", "p1@example.org")),
    {"q": "d3"},
    {"q": "j1"},
    {"hidden": "true"},
]
EVENTS = 9
SEEDS, AT_ONCE = 100, 25


def known(viewer, asked: list[dict]) -> dict:
    """All that lists, overviews and the graph say, by names: numbers of rows differ from store to store."""
    names = {node.pk: (node.namespace, node.name) for node in Node.objects.all()}
    found: dict = {"lists": lists(viewer, names, asked), "nodes": {}}
    for section in SECTIONS.values():
        for row in queries.listed(viewer, section.KINDS):
            node = queries.find(viewer, past.settled(viewer, [row])[0].root_id)
            found["nodes"][names[node.root_id]] = of_node(viewer, node, names)
    runs = list(queries.all_runs(viewer))
    queries.runs_then(viewer, runs)
    found["runs"] = [(str(run.uuid), run.state, run.first_at, run.started_at, run.ended_at) for run in runs]
    found["runs"].sort(key=str)
    return found


def lists(viewer, names, questions: list[dict]) -> dict:
    """Each list as it is narrowed and put in order, by what its page asks."""
    found = {}
    for section, asked in product(SECTIONS, questions):
        request = RequestFactory().get("/", asked)
        request.viewer = viewer
        filters = SECTIONS[section].for_request(request)
        page = paginate(filters.qs, ordering=filters.order, limit=100)
        order = [row.keyset for row in page.rows] if "ordering" in asked else []
        rows = past.settled(viewer, page.rows)
        shown = sorted((names[row.root_id], Kind(row.kind).name, row.type, row.creator) for row in rows)
        found[section, str(asked)] = {"rows": shown, "order": order}
    return found


def of_node(viewer, node, names) -> dict:
    around = adjacent.around(viewer, node.root_id, queries.ENDS, 50)
    return {
        "kind": Kind(node.kind).name,
        "places": sorted(
            (row.project.cloud.name, row.project.name, row.node.name, row.created_at, row.creator, row.type)
            for row in queries.places(viewer, node)
        ),
        "aliases": sorted(each.name for each in queries.aliases(viewer, node)),
        "facets": {key: facet.value for key, facet in queries.facets(viewer, node).items()},
        "edges": {
            side: sorted((names[row.sighting.root_id], row.edge.type) for row in level.rows)
            for side, level in around.items()
        },
        "counts": {side: level.count for side, level in around.items()},
        "versions": [(each.label, each.at) for each in versions.history(viewer, node)],
        "runs": sorted(str(run.uuid) for run in queries.runs(viewer, node)) if node.entity == 2 else [],
    }


def differences(one, other, path: tuple = ()):
    """(path, one, other) of what is not the same."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            yield from differences(one.get(key), other.get(key), (*path, key))
    elif one != other and isinstance(one, list) and isinstance(other, list):
        yield path, [each for each in one if each not in other], [each for each in other if each not in one]
    elif one != other:
        yield path, one, other


def one_event(chance: random.Random) -> dict:
    """A run is of one job and one workload, whatever is said of it and when."""
    event = some_event(chance)
    if "run" in event:
        number = int(event["run"]["runId"][-2:])
        event["job"]["name"] = f"j{number % 4}"
        event["run"]["facets"].pop("lc_workload", None)
        if number % 3 == 0:
            event["run"]["facets"] |= make_workload(f"w{number % 2}", id=f"job_{number}", projectName="team")
    return event


def stored(events) -> None:
    empty()
    items = [item(*each) for each in events]
    if items:
        store.write(items)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("start", range(0, SEEDS, AT_ONCE))
def test_the_past_is_what_a_fresh_console_says(start, admissions, alice, monkeypatch):  # noqa: F811
    monkeypatch.setattr(test_histories, "TIMES", [*MOMENTS, LATER])
    for seed in histories.seeds(start, AT_ONCE, SEEDS):
        chance = random.Random(seed)
        events = [(chance.choice(admissions), one_event(chance)) for _ in range(EVENTS)]
        at = chance.choice(MOMENTS)
        asked = chance.sample(ASKED, 2)
        stored(events)
        then = known(Viewer(alice, {"as_of": at}), asked)
        stored([each for each in events if moment(each[1]["eventTime"]) <= moment(at)])
        found = list(differences(then, known(Viewer(alice), asked)))
        assert found == [], f"seed {seed} as of {at}: {found[:5]}"
