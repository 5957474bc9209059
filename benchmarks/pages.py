"""The list of datasets over HTTP, beside its own template drawn from rows in memory."""

from urllib.parse import urlencode

from lineage.kinds import Kind
from lineage.models import Sighting
from lineage.paging import encode

from . import estate
from .console import Console, serving
from .reads import Case, measured
from .results import Row

TEMPLATE = "its template, rows in memory"


def pages(console: Console, quick: bool) -> list[Row]:
    count = 100_000 if quick else 1_000_000
    estate.load(console, estate.Estate(count, 1_000, 1_000))
    deep = count * 9 // 10
    cases = [
        Case(TEMPLATE, ["/benchmarks/list/"]),
        Case(f"list of {count:,} datasets, page 1", ["/datasets/"], 1.6, TEMPLATE),
        Case(f"list, {deep:,} rows down", [f"/datasets/?{urlencode({'after': cursor(deep)})}"], 1.6, TEMPLATE),
        Case("list, by creator", ["/datasets/?created_by=owner7%40example.com"], 1.6, TEMPLATE),
    ]
    with serving() as port:
        return measured(console, port, cases, each=20 if quick else 40, rounds=3 if quick else 5)


def cursor(depth: int) -> str:
    """Of the row that many rows down: the newest comes first."""
    newest = Sighting.objects.filter(kind=Kind.DATASET).order_by("-created_at")[0].node_id
    row = Sighting.objects.get(node=newest - depth)
    return encode(row.created_at, row.pk)
