"""Runs and what belongs to them lie in their tables by the time that their UUIDs begin with (docs/decisions/0012)."""

import json
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from ingestion.parse import run_uuid
from lineage.identity import digest, joined, run_id
from lineage.models import Flow, Run, RunFacets, RunIO, Sighting
from tests import corpus

pytestmark = pytest.mark.django_db

migration = import_module("lineage.migrations.0013_ids_by_time")


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


def test_ids_of_before_become_those_of_now(recorded, cloud):
    now = stored()
    made_old(cloud)
    old = stored()
    assert all(old[each] != now[each] for each in now)
    migration.move(apps, SimpleNamespace(connection=connection))
    assert stored() == now


def stored() -> dict[str, list]:
    return {
        "runs": sorted(Run.objects.values_list("pk", "workload", "first_at")),
        "parents": sorted(Run.objects.filter(parent__isnull=False).values_list("pk", "parent")),
        "facets": sorted(RunFacets.objects.values_list("run", "of_job", "body")),
        "io": sorted(RunIO.objects.values_list("pk", "node", "role")),
        "runs of io": sorted(RunIO.objects.filter(run__isnull=False).values_list("pk", "run")),
        "flows": sorted(Flow.objects.values_list("pk", "input", "output")),
        "runs of flows": sorted(Flow.objects.filter(run__isnull=False).values_list("pk", "run")),
        "last runs": sorted(Sighting.objects.filter(last_run__isnull=False).values_list("pk", "last_run")),
    }


def made_old(cloud) -> None:
    """All ids as they were before: hashes throughout."""
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
