from django.db import migrations

LZ4 = """
    DO $$ BEGIN ALTER TABLE ingestion_rawevent ALTER COLUMN body SET COMPRESSION lz4;
    EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN NULL; END $$
"""


def tune(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(LZ4)


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0002_pages_of_events")]
    operations = [migrations.RunPython(tune, migrations.RunPython.noop)]
