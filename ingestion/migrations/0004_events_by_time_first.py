from django.db import migrations, models


class Migration(migrations.Migration):
    """The index that knows an event again, by time first: docs/decisions/0012."""

    dependencies = [("ingestion", "0003_compress_with_lz4")]

    operations = [
        migrations.RemoveConstraint("RawEvent", "event_once"),
        migrations.AddConstraint(
            "RawEvent", models.UniqueConstraint(fields=["event_at", "digest"], name="event_once")
        ),
    ]
