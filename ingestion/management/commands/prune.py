import sys
from argparse import ArgumentTypeError
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from ingestion import prune
from lineage import prune as graph

# What is taken away, in this order: name, days that it is kept, how, and what it is.
KINDS = (
    ("events", 90, prune.events, "events as they came"),
    ("rejected", 30, prune.rejected, "rejected events"),
    ("refused", 400, prune.refused, "hashes of runs that were not captured"),
    ("runs", 400, graph.runs, "runs that nothing was heard of since; the last of each workload stays"),
    ("versions", 400, graph.versions, "versions that no kept run touched; the last of each node stays"),
)
NEVER = "never"


class Command(BaseCommand):
    help = (
        "Remove what is older than so many days. The graph stays: nodes, edges, declared flows, what was said last. "
        "May be stopped at any time and run while the console serves."
    )

    def add_arguments(self, parser):
        for name, kept, _remove, what in KINDS:
            help = f"{what} (default: {kept} days)"
            parser.add_argument(f"--{name}", type=days, default=kept, metavar="DAYS", help=help)
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and remove nothing")

    def handle(self, *, dry_run, **options):
        now = timezone.now()
        for name, _kept, remove, _what in KINDS:
            if options[name] is None:
                self.stdout.write(f"{name}: kept for ever")
                continue
            before = now - timedelta(days=options[name])
            self.say(name, self.follow(name, remove(before, dry_run)), dry_run, f" of before {before:%Y-%m-%d}")
        self.say("texts", self.follow("texts", graph.bodies(dry_run)), dry_run, " that nothing holds any more")

    def follow(self, name: str, steps) -> int:
        gone = 0
        with tqdm(unit=" rows", desc=name, file=sys.stderr, disable=None) as bar:
            for looked_at, taken in steps:
                bar.update(looked_at)
                gone += taken
        return gone

    def say(self, name: str, gone: int, dry: bool, which: str) -> None:
        self.stdout.write(f"{name}: {gone:,}{which} {'would go' if dry else 'removed'}")


def days(text: str) -> int | None:
    """A number of days, or None for "never"."""
    if text == NEVER:
        return None
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) <= 100_000:
        raise ArgumentTypeError(f"{text} is no number of days: give 1 or more, or {NEVER}")
    return int(text)
