"""On PostgreSQL: the rows of a run are written when it starts and again when it ends. So that each finds room for its
second writing on its own page (a heap-only update, no index entries), a page is filled to half by the first."""

from django.db import migrations

TABLES = ("lineage_run", "lineage_runio", "lineage_runfacets")


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [("lineage", "0011_past")]
    operations = [migrations.RunPython(leave_room, migrations.RunPython.noop)]
