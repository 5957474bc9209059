"""Events of a job that was met before are kept beside a Body with what they share. On the way back each is made whole."""

import sys

from django.db import migrations, models
from tqdm import tqdm

from ingestion.kept import whole

TOGETHER = 500


def make_whole(apps, schema_editor):
    RawEvent, Body = apps.get_model("ingestion", "RawEvent"), apps.get_model("lineage", "Body")
    framed, last = RawEvent.objects.filter(frame__isnull=False).order_by("pk"), 0
    with tqdm(total=framed.count(), unit=" events", desc="whole", file=sys.stderr, disable=None) as bar:
        while rows := list(framed.filter(pk__gt=last)[:TOGETHER]):
            shared = Body.objects.in_bulk({row.frame for row in rows})
            for row in rows:
                row.body, row.frame = whole(row.body, shared[row.frame].text), None
            RawEvent.objects.bulk_update(rows, ["body", "frame"])
            last = rows[-1].pk
            bar.update(len(rows))


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0004_events_by_time_first"), ("lineage", "0014_facets_by_their_keys")]
    operations = [
        migrations.AddField("rawevent", "frame", models.UUIDField(null=True)),
        migrations.RunPython(migrations.RunPython.noop, make_whole),
    ]
