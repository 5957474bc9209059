"""NodeFacets and RunFacets are known by what tells their rows apart: a number of their own, and its index, cost each event
more than they gave. What an event says of a run and of its job is one row of RunFacets, no longer two."""

import sys

from django.db import migrations, models
from tqdm import tqdm

from lineage.models import Link

# How full PostgreSQL fills their pages (0002, 0012).
ROOM = {"nodefacets": 70, "runfacets": 50}
# An event has one stamp, by which its two rows are found.
THERE = """
    INSERT INTO lineage_nodefacets (node_id, project_id, keys, stamp, body)
    SELECT node_id, project_id, keys, stamp, body FROM lineage_oldnodefacets;

    INSERT INTO lineage_runfacets (run_id, keys, job_keys, stamp, body, job_body)
    SELECT own.run_id, own.keys, coalesce(job.keys, '00000000000000000000000000000000'), own.stamp, own.body, job.body
    FROM lineage_oldrunfacets AS own
    LEFT JOIN lineage_oldrunfacets AS job ON job.run_id = own.run_id AND job.of_job AND job.stamp = own.stamp
    WHERE NOT own.of_job;

    INSERT INTO lineage_runfacets (run_id, keys, job_keys, stamp, body, job_body)
    SELECT job.run_id, '00000000000000000000000000000000', job.keys, job.stamp, NULL, job.body
    FROM lineage_oldrunfacets AS job WHERE job.of_job AND NOT EXISTS (
        SELECT 1 FROM lineage_oldrunfacets AS own
        WHERE own.run_id = job.run_id AND NOT own.of_job AND own.stamp = job.stamp
    )
"""
BACK = """
    INSERT INTO lineage_oldnodefacets (node_id, project_id, keys, stamp, body)
    SELECT node_id, project_id, keys, stamp, body FROM lineage_nodefacets;

    INSERT INTO lineage_oldrunfacets (run_id, of_job, keys, stamp, body)
    SELECT run_id, FALSE, keys, stamp, body FROM lineage_runfacets AS said
    WHERE body IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM lineage_runfacets AS later
        WHERE later.run_id = said.run_id AND later.keys = said.keys AND later.stamp > said.stamp
    );

    INSERT INTO lineage_oldrunfacets (run_id, of_job, keys, stamp, body)
    SELECT run_id, TRUE, job_keys, stamp, job_body FROM lineage_runfacets AS said
    WHERE job_body IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM lineage_runfacets AS later
        WHERE later.run_id = said.run_id AND later.job_keys = said.job_keys AND later.stamp > said.stamp
    )
"""


def copy(statements, old=""):
    def run(apps, schema_editor):
        leave_room(schema_editor, old)
        bar = tqdm(statements.split(";"), unit=" tables", desc="facets", file=sys.stderr, disable=None)
        for statement in bar:
            schema_editor.execute(statement)

    return run


def leave_room(schema_editor, old):
    if schema_editor.connection.vendor == "postgresql":
        for table, percent in ROOM.items():
            schema_editor.execute(f"ALTER TABLE lineage_{old}{table} SET (fillfactor = {percent})")


def link(to):
    return Link(on_delete=models.CASCADE, db_constraint=False, db_index=False, to=to)


def key(*columns):
    return models.CompositePrimaryKey(*columns, blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("lineage", "0013_ids_by_time")]
    operations = [
        migrations.RenameModel("NodeFacets", "OldNodeFacets"),
        migrations.RenameModel("RunFacets", "OldRunFacets"),
        migrations.CreateModel(
            "NodeFacets",
            [
                ("pk", key("node_id", "project_id", "keys")),
                ("node", link("lineage.node")),
                ("project", link("clouds.project")),
                ("keys", models.UUIDField()),
                ("stamp", models.UUIDField()),
                ("body", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            "RunFacets",
            [
                ("pk", key("run_id", "keys", "job_keys")),
                ("run", link("lineage.run")),
                ("keys", models.UUIDField()),
                ("job_keys", models.UUIDField()),
                ("stamp", models.UUIDField()),
                ("body", models.UUIDField(null=True)),
                ("job_body", models.UUIDField(null=True)),
            ],
        ),
        migrations.RunPython(copy(THERE), copy(BACK, "old")),
        migrations.DeleteModel("OldNodeFacets"),
        migrations.DeleteModel("OldRunFacets"),
    ]
