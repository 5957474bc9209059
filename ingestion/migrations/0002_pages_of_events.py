import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def name_organizations(apps, schema_editor):
    clouds = apps.get_model("clouds", "Cloud").objects.filter(pk=OuterRef("cloud"))
    events = apps.get_model("ingestion", "RawEvent").objects.filter(organization=None)
    events.update(organization=Subquery(clouds.values("organization")[:1]))


def organization(**options):
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        to="clouds.organization",
        **options,
    )


class Migration(migrations.Migration):
    """What the pages of events ask for: by organization, by run, by the node described.

    Without a transaction around it all: PostgreSQL alters no table that has rows changed in the same one.
    """

    atomic = False
    dependencies = [("clouds", "0001_initial"), ("ingestion", "0001_initial")]

    operations = [
        migrations.RemoveIndex("RawEvent", "event_by_time"),
        migrations.AddField("RawEvent", "organization", organization(null=True)),
        migrations.AddField("RawEvent", "subject", models.UUIDField(null=True)),
        migrations.RunPython(name_organizations, migrations.RunPython.noop),
        migrations.AlterField("RawEvent", "organization", organization()),
        migrations.AddIndex(
            "RawEvent", models.Index(fields=["organization", "event_at", "id"], name="event_in_organization")
        ),
        migrations.AddIndex("RawEvent", models.Index(fields=["cloud", "event_at", "id"], name="event_in_cloud")),
        migrations.AddIndex(
            "RawEvent", models.Index(fields=["run"], name="event_by_run", condition=Q(run__isnull=False))
        ),
        migrations.AddIndex(
            "RawEvent", models.Index(fields=["subject"], name="event_by_subject", condition=Q(subject__isnull=False))
        ),
    ]
