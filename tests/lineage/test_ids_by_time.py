"""Runs and what belongs to them lie in their tables by the time that their UUIDs begin with (docs/decisions/0012), and
so do those that an older version has stored."""

import json

import pytest

from ingestion.parse import run_uuid
from lineage import bulk
from lineage.dump import lines
from lineage.identity import digest, joined, run_id
from lineage.models import Flow, Run, RunIO
from tests import corpus

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def recorded(send):
    for body in [*corpus.real(), *corpus.compat()]:
        send(json.loads(body))


def test_ids_of_what_belongs_to_a_run_begin_as_its_uuid_does(recorded):
    assert Run.objects.count() > 20
    for run in Run.objects.all():
        assert run.pk.hex[:12] == run.uuid.hex[:12]
    for row in [*RunIO.objects.filter(run__isnull=False), *Flow.objects.filter(run__isnull=False)]:
        assert row.pk.hex[:12] == row.run_id.hex[:12]


def test_what_an_older_version_has_stored_becomes_what_is_stored_now(recorded, cloud, migrate):
    now, ids = told(), stored_ids()
    before = migrate("lineage", "0012_room_for_a_second_write")
    made_old(before, cloud)
    assert before.get_model("lineage.RunFacets").objects.filter(of_job=True).count() > 20
    assert not set(before.get_model("lineage.Run").objects.values_list("pk", flat=True)) & ids
    migrate("lineage", "0014_facets_by_their_keys")
    assert stored_ids() == ids
    assert told() == now


def told() -> tuple:
    """The graph, and what is read of each run (of which fewer rows may tell the same)."""
    said = bulk.run_facets(Run.objects.values_list("pk", flat=True))
    return [line for line in lines() if '"table": "run_facets"' not in line], said


def stored_ids() -> set:
    return {id for model in (Run, RunIO, Flow) for id in model.objects.values_list("pk", flat=True)}


def made_old(apps, cloud) -> None:
    """All ids as they were before: hashes throughout."""
    Flow, Run, RunFacets, RunIO, Sighting = (
        apps.get_model("lineage", name) for name in ("Flow", "Run", "RunFacets", "RunIO", "Sighting")
    )
    uuids = {str(run.uuid) for run in Run.objects.all()} | set(parents())
    old = {run_id(cloud.pk, uuid): digest("run", cloud.pk, uuid) for uuid in uuids}
    for row in RunIO.objects.filter(run__isnull=False).select_related("workload", "node"):
        run, version = old[row.run_id.hex], row.version_id and row.version_id.hex
        parts = (row.workload.key.hex, row.node.key.hex, row.role, version, row.project_id)
        RunIO.objects.filter(pk=row.pk).update(id=digest(run, joined(*parts)), run=run)
    for row in Flow.objects.filter(run__isnull=False).select_related("workload", "input", "output"):
        run = old[row.run_id.hex]
        parts = (row.workload.key.hex, row.input.key.hex, row.output.key.hex, row.basis, row.project_id)
        Flow.objects.filter(pk=row.pk).update(id=digest(run, joined(*parts)), run=run)
    for new, before in old.items():
        RunFacets.objects.filter(run=new).update(run=before)
        Sighting.objects.filter(last_run=new).update(last_run=before)
        Run.objects.filter(parent=new).update(parent=before)
        Run.objects.filter(pk=new).update(id=before)


def parents() -> list[str]:
    """The UUIDs of the runs that the recorded events name as parents."""
    facets = [(json.loads(body).get("run") or {}).get("facets") or {} for body in [*corpus.real(), *corpus.compat()]]
    return [run_uuid(each["parent"]["run"]["runId"])[0] for each in facets if each.get("parent")]
