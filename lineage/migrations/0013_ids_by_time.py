import json
import sys
from hashlib import blake2b
from itertools import islice
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import migrations
from django.db.models import Exists, OuterRef
from tqdm import tqdm

LED = 12
TOGETHER = 2000
# By database: the new id of a run, of its old one and its UUID.
NEW = {
    "postgresql": "CAST(left(replace(uuid::text, '-', ''), 12) || left(replace(id::text, '-', ''), 20) AS uuid)",
    "sqlite": "substr(uuid, 1, 12) || substr(id, 1, 20)",
}
MOVED = "CREATE TEMPORARY TABLE moved AS SELECT id AS old, {} AS new FROM lineage_run"
# Where a run's id stands; its own row last.
PLACES = [
    ("lineage_runfacets", "run_id"),
    ("lineage_runio", "run_id"),
    ("lineage_flow", "run_id"),
    ("lineage_sighting", "last_run"),
    ("lineage_run", "parent"),
    ("lineage_run", "id"),
]
MOVE = "UPDATE {0} SET {1} = (SELECT new FROM moved WHERE old = {1}) WHERE {1} IN (SELECT old FROM moved)"


def digest(*parts) -> str:
    return blake2b("\0".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def led(by: str, hash: str) -> str:
    return by[:LED] + hash[: 32 - LED]


def move(apps, schema_editor):
    connection = schema_editor.connection
    find_parents(apps)
    with connection.cursor() as cursor:
        cursor.execute(MOVED.format(NEW[connection.vendor]))
        cursor.execute("CREATE UNIQUE INDEX moved_from ON moved (old)")
        for table, column in PLACES:
            cursor.execute(MOVE.format(table, column))
        cursor.execute("DROP TABLE moved")
    for name, parts in (("RunIO", of_io), ("Flow", of_flow)):
        rename(apps.get_model("lineage", name), parts, connection)


def find_parents(apps):
    """The ids of parents of which nothing came yet: by what the children's facets say of them."""
    Run, RunFacets, Body = (apps.get_model("lineage", name) for name in ("Run", "RunFacets", "Body"))
    known = Run.objects.filter(pk=OuterRef("parent"))
    orphans = Run.objects.filter(~Exists(known), parent__isnull=False)
    for child in orphans.select_related("project").iterator(TOGETHER):
        bodies = RunFacets.objects.filter(run=child.pk, of_job=False).values("body")
        for text in Body.objects.filter(digest__in=bodies).values_list("text", flat=True):
            for uuid in named(json.loads(text)):
                old = digest("run", child.project.cloud_id, uuid)
                if old == child.parent.hex:
                    Run.objects.filter(pk=child.pk).update(parent=UUID(led(uuid.replace("-", ""), old)))


def named(facets: dict) -> list[str]:
    """The UUID of the parent that a run's facets name, as it is if it is one and as it is made if not."""
    try:
        text = facets["parent"]["run"]["runId"]
        return [str(uuid5(NAMESPACE_URL, text)), str(UUID(text))]
    except (KeyError, TypeError):
        return []
    except ValueError:
        return [str(uuid5(NAMESPACE_URL, text))]


def of_io(row) -> tuple:
    return row.workload.key.hex, row.node.key.hex, row.role, row.version_id and row.version_id.hex, row.project_id


def of_flow(row) -> tuple:
    workload = row.workload and row.workload.key.hex
    return workload, row.input.key.hex, row.output.key.hex, row.basis, row.project_id


def rename(model, parts, connection):
    """The ids of what runs read, wrote and declared."""
    ends = ["workload", "node"] if model.__name__ == "RunIO" else ["workload", "input", "output"]
    rows = model.objects.filter(run__isnull=False)
    statement = f"UPDATE {model._meta.db_table} SET id = %s WHERE id = %s"
    found = rows.select_related(*ends).iterator(TOGETHER)
    with tqdm(total=rows.count(), unit=" rows", desc=model._meta.db_table, file=sys.stderr, disable=None) as bar:
        while part := [(led(row.run_id.hex, digest(row.run_id.hex, *parts(row))), row.pk.hex) for row in islice(found, TOGETHER)]:
            with connection.cursor() as cursor:
                cursor.executemany(statement, part)
            bar.update(len(part))


class Migration(migrations.Migration):
    """Runs, and what belongs to them, lie in their tables by the time that their UUIDs begin with: docs/decisions/0012."""

    dependencies = [("lineage", "0012_room_for_a_second_write")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
