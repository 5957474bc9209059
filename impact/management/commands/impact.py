import json
import sys
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter

from django.core.management.base import BaseCommand, CommandError

from clouds import lookup
from clouds.management.commands.sign_in_link import served_at
from clouds.operator import Operator
from impact import gate
from impact.report import report, write_csv
from lineage.closure import MOST, Closure, closure
from lineage.queries import DOWNSTREAM, UPSTREAM

FOUND, UNANSWERED = 1, 2
DESCRIPTION = """\
List everything downstream (or upstream) of a node; with --fail-on, a gate for CI.

NODE is an id, or entity/namespace/name: dataset/s3://bucket/raw/orders.csv, job/airflow/daily.load. Other names of
the node that events or people gave it will do.

Exit code: 0 the answer is complete and has nothing of --fail-on in it; 1 something of --fail-on is reached;
2 the question could not be answered (no such node, unknown word, or the walk was cut before anything was found)."""


class Command(BaseCommand):
    help = DESCRIPTION

    def create_parser(self, prog_name, subcommand, **kwargs):
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser):
        parser.add_argument("node", metavar="NODE")
        parser.add_argument("--direction", choices=[DOWNSTREAM, UPSTREAM], default=DOWNSTREAM)
        parser.add_argument("--depth", type=steps, help="how many edges to follow; all if left out")
        parser.add_argument(
            "--fail-on",
            action="append",
            default=[],
            metavar="WORD",
            help="a kind or type, e.g. service, model, table; may be repeated, or several with commas",
        )
        parser.add_argument("--format", choices=["text", "json", "csv"], default="text")
        parser.add_argument("--organization", help="needed where there are several")
        parser.add_argument("--cloud", help="name or id: only what is seen in this cloud")
        parser.add_argument("--base-url", help="of the console, for the addresses, e.g. https://lineage.example.com")

    def handle(self, *, node, direction, depth, base_url, **options):
        words = [word.strip().lower() for each in options["fail_on"] for word in each.split(",") if word.strip()]
        try:
            viewer = viewer_of(options["organization"], options["cloud"])
            gate.check_words(viewer, words)
            start = gate.start(viewer, node)
        except (gate.Unanswerable, CommandError) as error:
            raise CommandError(str(error), returncode=UNANSWERED) from None
        found = closure(viewer, start.root_id, direction, depth)
        base = (base_url or served_at()).rstrip("/")
        told = report(viewer, found, direction, lambda path: base + path)
        stopped = gate.reached(found, words)
        told["failed"] = [row.sighting.root_id for row in stopped]
        getattr(self, f"write_{options['format']}")(told, start)
        self.judge(found, words, stopped)

    def write_json(self, told: dict, start) -> None:
        self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))

    def write_csv(self, told: dict, start) -> None:
        write_csv(self.stdout._out, told)

    def write_text(self, told: dict, start) -> None:
        said = ", ".join(f"{count} {kind}" for kind, count in told["counts"].items()) or "nothing"
        self.stdout.write(f"{told['direction'].capitalize()} of {start.node.uri}: {said}")
        for row in told["results"]:
            owner = f" · owner {row['owner']}" if row["owner"] else ""
            kind = row["type"] or row["kind"]
            self.stdout.write(f"{row['hops']:>4}  {kind} {row['uri']}{owner} · {row['basis']}")
            self.stdout.write(f"      {' > '.join(row['path'])}")

    def judge(self, found: Closure, words: list[str], stopped: list) -> None:
        if found.cut:
            self.stderr.write(f"This is not all: the walk was cut at {MOST} nodes or at very many edges.")
        if stopped:
            names = ", ".join(row.sighting.node.name for row in stopped[:10]) + ("…" if len(stopped) > 10 else "")
            self.stderr.write(f"Reached, of {', '.join(words)}: {len(stopped)} ({names}).")
            sys.exit(FOUND)
        if words and found.cut:
            self.stderr.write(f"None of {', '.join(words)} so far, but not all was looked at. Limit it with --depth.")
            sys.exit(UNANSWERED)


def steps(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise ArgumentTypeError(f"{text} is no number of steps: give 1 or more")
    return int(text)


def viewer_of(organization: str | None, cloud: str | None) -> Operator:
    if cloud:
        place = lookup.cloud(cloud, organization)
        return Operator(place.organization, place)
    return Operator(lookup.organization(organization))
