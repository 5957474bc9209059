import sys
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from clouds.keys import Admission
from clouds.models import Cloud
from ingestion import files, rejected
from ingestion.load import Interrupted, load
from ingestion.memory import settle


class Command(BaseCommand):
    help = "Load OpenLineage events from files (JSON, JSON lines, gzip; - is standard input)."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--cloud", default="default", help="Name of the cloud the events belong to.")
        parser.add_argument("--organization", default="default", help="Name of the cloud's organization.")

    def handle(self, *, cloud, organization, **options):
        admission = Admission(cloud=self.find_cloud(organization, cloud))
        self.counts = Counter()
        settle()
        for name in options["files"]:
            self.load(name, admission)
        counts = ", ".join(f"{self.counts[word]} {word}" for word in ("accepted", "rejected", "duplicate"))
        self.stdout.write(counts)
        if self.counts["rejected"]:
            sys.exit(1)

    def find_cloud(self, organization: str, cloud: str) -> Cloud:
        found = Cloud.objects.select_related("organization")
        try:
            return found.get(name=cloud, organization__name=organization)
        except Cloud.DoesNotExist:
            raise CommandError(
                f"There is no cloud {cloud!r} in the organization {organization!r}: make it with create_cloud, "
                "or name another with --cloud and --organization."
            ) from None

    def load(self, name: str, admission: Admission) -> None:
        size = None if name == "-" else size_of(name)
        with tqdm(total=size, unit="B", unit_scale=True, desc=name, file=sys.stderr, disable=None) as bar:
            try:
                for (where, body), (verdict, status, errors) in load(admission, files.events(name, bar.update)):
                    self.counts[verdict] += 1
                    if errors:
                        rejected.keep(admission, [(status, errors, body)])
                    for error in errors:
                        self.stderr.write(f"{where}: {error['path']}: {error['message']}")
            except (OSError, EOFError, Interrupted) as error:
                raise CommandError(f"{name}: {error}") from error
            except KeyboardInterrupt:
                raise CommandError(f"{name}: stopped. Load it again to go on: no event counts twice.") from None


def size_of(name: str) -> int:
    try:
        return Path(name).stat().st_size
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from error
