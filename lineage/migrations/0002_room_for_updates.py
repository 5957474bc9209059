"""On PostgreSQL: rows that runs touch again and again find room on their own page (heap-only updates, no index
entries), and texts are compressed with lz4 where the server has it, which costs a fraction of its default."""

from django.db import migrations

TABLES = ("lineage_sighting", "lineage_nodefacets", "lineage_run", "lineage_runio", "lineage_runfacets")
LZ4 = """
    DO $$ BEGIN ALTER TABLE lineage_body ALTER COLUMN text SET COMPRESSION lz4;
    EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN NULL; END $$
"""


def tune(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} SET (fillfactor = 70)")
        schema_editor.execute(LZ4)


class Migration(migrations.Migration):
    dependencies = [("lineage", "0001_initial")]
    operations = [migrations.RunPython(tune, migrations.RunPython.noop)]
