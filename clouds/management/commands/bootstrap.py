import json
from datetime import UTC, datetime
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from clouds import setup
from clouds.links import sign_in_path
from clouds.management.commands.sign_in_link import served_at

SNIPPET = """curl {url}/api/v1/lineage \\
  -H 'Content-Type: application/json'{key} \\
  -d '{event}'"""


class Command(BaseCommand):
    help = "Prepare the database and the first organization, cloud and owner; print how to sign in and to start."

    def add_arguments(self, parser):
        parser.add_argument("--quiet", action="store_true", help="Print nothing.")

    def handle(self, *, quiet, **options):
        call_command("migrate", verbosity=0, interactive=False)
        _cloud, owner = setup.first_organization()
        if quiet:
            return
        url = served_at()
        key = "" if settings.LINEAGE_LOCAL else " -H 'Authorization: Bearer KEY'"
        self.stdout.write(
            f"\nLineage Console: {url}/\n"
            f"Sign in as {owner.email} (once, within a day): {url}{sign_in_path(owner)}\n"
            f"Send OpenLineage events to: {url}/api/v1/lineage\n\n"
            f"Your first event, to send from another terminal:\n\n"
            f"{SNIPPET.format(url=url, key=key, event=json.dumps(first_event(), separators=(',', ':')))}\n\n"
            "Stop with Ctrl-C.\n"
        )


def first_event() -> dict:
    return {
        "eventType": "COMPLETE",
        "eventTime": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "producer": "https://example.com/first-event",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(uuid4())},
        "job": {"namespace": "example", "name": "first_job"},
        "inputs": [{"namespace": "s3://example", "name": "raw/orders.csv"}],
        "outputs": [{"namespace": "s3://example", "name": "clean/orders.parquet"}],
    }
