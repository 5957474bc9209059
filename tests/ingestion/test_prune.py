"""`manage.py prune`: what is old goes, the graph stays, and an event that comes again harms nothing."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clouds.models import RefusedRun
from clouds.operator import Operator
from ingestion.models import RawEvent, RejectedEvent
from lineage import columns, memory, prune, queries
from lineage.closure import closure
from lineage.models import Body, Edge, Flow, Node, Run, RunFacets, RunIO, Version
from lineage.nodes import REMEMBERED
from lineage.queries import DOWNSTREAM, UPSTREAM
from tests.events import make_dataset, make_dataset_event, make_event
from tests.pages import read, said

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


def ago(days: int) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def run_id(number: int) -> str:
    return f"0197a000-0000-7000-8000-{number:012d}"


def made(days: int, number: int, version: str = "", job: str = "job", **facets) -> dict:
    source = make_dataset("in", custom={"said": f"{days} days ago"}, **facets)
    target = make_dataset("out", **({"version": {"datasetVersion": version}} if version else {}))
    return make_event([source], [target], job, run_id(number), at=ago(days))


def pruned(*args) -> dict[str, str]:
    """What the command says, by its first words."""
    out = io.StringIO()
    call_command("prune", *args, stdout=out)
    return dict(line.split(": ", 1) for line in out.getvalue().splitlines())


def ids(model) -> set[str]:
    return set(model.objects.values_list("uuid", flat=True))


def age(model, days: int, **which) -> None:
    model.objects.filter(**which).update(received_at=NOW - timedelta(days=days))


def edges() -> set[tuple]:
    return set(Edge.objects.values_list("source__name", "target__name", "type"))


def test_old_events_go_and_new_ones_stay(send):
    for number, days in enumerate((200, 100, 1)):
        send(made(days, number))
    age(RawEvent, 100, run=run_id(0))
    assert pruned()["events"].startswith("1 of before")
    assert {str(event.run) for event in RawEvent.objects.all()} == {run_id(1), run_id(2)}


def test_old_runs_go_but_for_the_last_of_a_workload_and_the_graph_stays(send):
    for number, days in enumerate((900, 800, 700)):
        send(made(days, number))
    send(made(600, 3, job="other"))
    before = edges()
    assert pruned()["runs"].startswith("2 of before")
    assert {str(uuid) for uuid in ids(Run)} == {run_id(2), run_id(3)}
    assert edges() == before
    assert Node.objects.count() == 4
    kept = set(Run.objects.values_list("pk", flat=True))
    assert set(RunIO.objects.values_list("run", flat=True)) == kept
    assert set(RunFacets.objects.values_list("run", flat=True)) <= kept


def test_a_run_that_is_still_heard_of_stays(send):
    send(make_event(["in"], ["out"], "stream", run_id(0), type="START", at=ago(900)))
    send(make_event(["in"], ["out"], "stream", run_id(0), type="RUNNING", at=ago(1)))
    send(make_event(["in"], ["out"], "stream", run_id(1), at=ago(800)))
    send(make_event(["in"], ["out"], "stream", run_id(2), at=ago(2)))
    assert pruned()["runs"].startswith("1 of before")
    assert {str(uuid) for uuid in ids(Run)} == {run_id(0), run_id(2)}


def test_versions_go_with_the_runs_that_touched_them(send):
    for number, days in enumerate((900, 800, 1)):
        send(made(days, number, version=f"v{number}"))
    said = pruned()
    assert said["versions"].startswith("2 of before")
    assert list(Version.objects.values_list("label", flat=True)) == ["v2"]


def test_the_last_version_stays_however_old(send):
    send(make_dataset_event(make_dataset("d", version={"datasetVersion": "1"}), at=ago(900)))
    send(make_dataset_event(make_dataset("d", version={"datasetVersion": "2"}), at=ago(800)))
    pruned()
    assert list(Version.objects.values_list("label", flat=True)) == ["2"]


def mapped(name: str, column: str) -> dict:
    source = {"namespace": "s3://bucket", "name": name, "field": column}
    return {"fields": {"x": {"inputFields": [source]}}}


def test_what_old_runs_declared_still_holds(send, organization):
    for number, days in enumerate((900, 800, 700)):
        lineage = mapped("a", "old" if number == 0 else "new")
        send(make_event(["a", "b"], [make_dataset("c", columnLineage=lineage)], "job", run_id(number), at=ago(days)))
    send(make_event(["a", "b"], ["d"], "job", run_id(3), at=ago(1)))
    viewer = Operator(organization)

    def told() -> tuple:
        b, c = (Node.objects.get(name=name).pk for name in "bc")
        down = [row.sighting.node.name for row in closure(viewer, b, DOWNSTREAM).rows]
        made_of = columns.lineage(viewer, columns.Column(c, "x"), UPSTREAM).rows
        return down, [(row.hops, row.column.name) for row in made_of]

    before = told()
    assert before == (["job", "d"], [(1, "new"), (1, "old")])
    assert pruned()["runs"].startswith("3 of before")
    assert told() == before
    assert set(Flow.objects.values_list("run", flat=True)) == {None}
    assert Flow.objects.count() == 2


def test_texts_that_nothing_holds_go_and_come_back(send):
    for number, days in enumerate((900, 800, 1)):
        send(made(days, number))
    texts = Body.objects.count()
    assert pruned()["texts"].startswith("2 that")
    assert Body.objects.count() == texts - 2
    assert prune.unheld() == []
    send(made(700, 4) | {"inputs": [make_dataset("in", custom={"said": "900 days ago"})]})
    assert prune.unheld() == []
    held = set(RunIO.objects.exclude(facets=None).values_list("facets", flat=True))
    assert held <= set(Body.objects.values_list("pk", flat=True))


def test_a_process_that_remembers_what_it_stored_is_told(send):
    """As if it were another process than the one that prunes: its memory stands until it next writes."""
    send(made(900, 0))
    send(made(1, 1))
    bodies, nodes = dict(memory.BODIES), dict(REMEMBERED)
    assert bodies
    pruned()
    memory.BODIES.update(bodies)
    REMEMBERED.update(nodes)
    send(made(900, 0) | {"eventType": "OTHER"})
    assert Body.objects.filter(text__contains="900 days ago").exists()
    memory.forget()


def test_an_event_that_is_sent_again_after_its_time_changes_nothing_else(send, organization):
    viewer = Operator(organization)
    old, new = made(900, 0, version="1"), made(1, 1, version="2")
    for event in (old, new):
        send(event)
    age(RawEvent, 900, run=run_id(0))
    before = edges()
    pruned()
    assert send(old).json()["status"] == "stored"
    assert edges() == before
    assert queries.facets(viewer, Node.objects.get(name="in"))["custom"].value == {"said": "1 days ago"}
    assert {str(uuid) for uuid in ids(Run)} == {run_id(0), run_id(1)}
    assert pruned()["runs"].startswith("1 of before")


def test_rejected_bodies_and_refused_runs_have_a_bound(send):
    send({"nonsense": 1})
    age(RejectedEvent, 31)
    send({"nonsense": 2})
    for key, days in ((1, 500), (2, 3)):
        RefusedRun.objects.create(key=f"{key:032x}", refused_at=NOW - timedelta(days=days))
    said = pruned()
    assert said["rejected"].startswith("1 of before")
    assert said["refused"].startswith("1 of before")
    assert (RejectedEvent.objects.count(), RefusedRun.objects.count()) == (1, 1)


def test_a_dry_run_removes_nothing(send):
    for number, days in enumerate((900, 800, 1)):
        send(made(days, number, version=f"v{number}"))
    age(RawEvent, 900, run=run_id(0))
    count = [model.objects.count() for model in (RawEvent, Run, RunIO, Version, Body)]
    said = pruned("--dry-run")
    assert said["events"].startswith("1 ")
    assert said["events"].endswith("would go")
    assert said["runs"].startswith("2 ")
    assert [model.objects.count() for model in (RawEvent, Run, RunIO, Version, Body)] == count


def test_what_is_kept_for_ever_stays(send):
    send(made(900, 0))
    send(made(800, 1))
    age(RawEvent, 3000)
    said = pruned("--events", "never", "--runs", "never")
    assert said["events"] == said["runs"] == "kept for ever"
    assert (RawEvent.objects.count(), Run.objects.count()) == (2, 2)


@pytest.mark.parametrize("value", ["0", "-1", "soon", "1000000"])
def test_nonsense_is_named(value):
    with pytest.raises(CommandError, match="no number of days"):
        call_command("prune", f"--events={value}")


def test_many_pages_of_rows(send, monkeypatch):
    monkeypatch.setattr(prune, "TOGETHER", 2)
    monkeypatch.setattr(prune, "BODIES_TOGETHER", 2)
    for number in range(7):
        send(made(900 - number, number))
    assert pruned()["runs"].startswith("6 of before")
    assert Run.objects.count() == 1
    assert prune.unheld() == []


def test_the_page_of_a_run_that_has_gone_says_why(send, as_alice):
    for number, days in enumerate((900, 1)):
        send(made(days, number))
    pruned()
    answer = as_alice.get(f"/runs/{run_id(0)}/")
    assert answer.status_code == 404
    assert "removed by age" in answer.content.decode()
    assert as_alice.get(f"/runs/{run_id(1)}/").status_code == 200
    assert as_alice.get(f"/workloads/{Node.objects.get(name='job').pk}/runs/").status_code == 200


def test_a_page_of_the_past_says_that_events_are_gone(as_alice, send):
    for number, days in enumerate((200, 1)):
        send(made(days, number))
    page = "/datasets/?as_of=" + ago(100).replace("+", "%2B")
    assert "pruned" not in said(read(as_alice.get(page)).select_one(".past"))
    age(RawEvent, 200, run=run_id(0))
    pruned("--events", "90")
    assert "Old events have been pruned" in said(read(as_alice.get(page)).select_one(".past"))
    assert read(as_alice.get("/datasets/")).select_one(".past") is None
