import django.db.models.deletion
import django.db.models.functions.text
import lineage.models
from django.db import DatabaseError, migrations, models, transaction

TRIGRAMS = (
    "CREATE INDEX node_trigrams ON lineage_node USING gin (upper(namespace || '/' || name) gin_trgm_ops)",
    "CREATE INDEX words_trigrams ON lineage_nodewords USING gin (upper(text) gin_trgm_ops)",
)


def index_trigrams(apps, schema_editor):
    """On PostgreSQL, where the extension is there or may be made. Without it search works as well, by scanning."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            for statement in TRIGRAMS:
                cursor.execute(statement)
    except DatabaseError:
        pass


class Migration(migrations.Migration):

    dependencies = [
        ('clouds', '0001_initial'),
        ('lineage', '0002_room_for_updates'),
    ]

    operations = [
        migrations.CreateModel(
            name='NodeWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('node', lineage.models.Link(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, to='lineage.node')),
                ('project', lineage.models.Link(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, to='clouds.project')),
                ('digest', models.UUIDField()),
                ('text', models.TextField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='nodewords',
            constraint=models.UniqueConstraint(fields=('node', 'project', 'digest'), name='node_words_once'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(django.db.models.functions.text.Left('session', 80), condition=models.Q(('session', ''), _negated=True), name='run_by_session'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(django.db.models.functions.text.Left('external_id', 80), condition=models.Q(('external_id', ''), _negated=True), name='run_by_external_id'),
        ),
        migrations.RunPython(index_trigrams, migrations.RunPython.noop),
    ]
