"""Events are kept in two halves, of which other runs of the job share one, and their digests are of both."""

import sys
from collections.abc import Iterator

import msgspec
from django.db import migrations, models
from tqdm import tqdm

from ingestion.halves import digest_of, halved, whole
from lineage.identity import digest, hashed

TOGETHER = 500


def pages(RawEvent, doing: str) -> Iterator[list]:
    last = 0
    with tqdm(total=RawEvent.objects.count(), unit=" events", desc=doing, file=sys.stderr, disable=None) as bar:
        while rows := list(RawEvent.objects.filter(pk__gt=last).order_by("pk")[:TOGETHER]):
            yield rows
            last = rows[-1].pk
            bar.update(len(rows))


def halve(apps, schema_editor):
    RawEvent, Body = apps.get_model("ingestion", "RawEvent"), apps.get_model("lineage", "Body")
    for rows in pages(RawEvent, "halved"):
        bodies = []
        for row in rows:
            own, shared = halved(msgspec.json.decode(row.body))
            row.body, row.shared = own.decode(), hashed(shared)
            row.digest = digest(row.cloud_id, digest_of(own, row.shared))
            bodies.append(Body(digest=row.shared, text=shared.decode()))
        Body.objects.bulk_create(bodies, ignore_conflicts=True)
        RawEvent.objects.bulk_update(rows, ["body", "shared", "digest"])


def make_whole(apps, schema_editor):
    RawEvent, Body = apps.get_model("ingestion", "RawEvent"), apps.get_model("lineage", "Body")
    for rows in pages(RawEvent, "made whole"):
        shared = Body.objects.in_bulk({row.shared for row in rows})
        for row in rows:
            row.body = whole(row.body, shared[row.shared].text)
            row.digest = digest(row.cloud_id, hashed(row.body.encode()))
        RawEvent.objects.bulk_update(rows, ["body", "digest"])


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0004_events_by_time_first"), ("lineage", "0014_facets_by_their_keys")]
    operations = [
        migrations.AddField("rawevent", "shared", models.UUIDField(null=True)),
        migrations.RunPython(halve, make_whole),
        migrations.AlterField("rawevent", "shared", models.UUIDField()),
    ]
