"""What depends on a node, or what it depends on, as rows: for the page, REST, CSV and the command."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TextIO

from lineage.closure import MOST, Closure, Reached
from lineage.kinds import Kind
from lineage.spreadsheet import cell
from lineage.wording import type_of

from .owners import owners

COLUMNS = (
    "hops",
    "id",
    "name",
    "namespace",
    "uri",
    "kind",
    "type",
    "owner",
    "created_by",
    "via",
    "basis",
    "path",
    "url",
)
DECLARED, WORKLOAD = "declared flow", "workload"


def rows_of(viewer, found: Closure, rows: Iterable[Reached], absolute: Callable[[str], str]) -> list[dict]:
    """A dict of COLUMNS for each row; `path` is the list of names on the way, `absolute` makes a path an address."""
    rows = list(rows)
    owned = owners(viewer, [row.sighting for row in rows])
    return [row_of(found, row, owned[row.sighting.root_id], absolute) for row in rows]


def row_of(found: Closure, row: Reached, owned: list[str], absolute: Callable[[str], str]) -> dict:
    sighting, node = row.sighting, row.sighting.node
    path, shortened = found.path(row)
    return {
        "hops": row.hops,
        "id": sighting.root_id,
        "name": node.name,
        "namespace": node.namespace,
        "uri": node.uri,
        "kind": Kind(sighting.kind).slug,
        "type": type_of(sighting),
        "owner": ", ".join(owned),
        "created_by": sighting.creator,
        "via": row.via.node.name if row.via else "",
        "basis": DECLARED if row.declared else WORKLOAD,
        "path": ["…"] * shortened + [each.node.name for each in path],
        "url": absolute(node.get_absolute_url()),
    }


def words_of(sighting) -> set[str]:
    """What a gate may name it by: its kind and its type."""
    return {Kind(sighting.kind).slug, type_of(sighting).lower()} - {""}


def counts(found: Closure) -> dict[str, int]:
    """By kind."""
    return dict(sorted(Counter(Kind(row.sighting.kind).slug for row in found.rows).items()))


def report(viewer, found: Closure, direction: str, absolute: Callable[[str], str]) -> dict:
    """The whole of it, as REST answers."""
    rows = rows_of(viewer, found, found.rows, absolute)
    return {"direction": direction, "cut": found.cut, "counts": counts(found), "results": rows}


def write_csv(out: TextIO, told: dict) -> None:
    """The rows of a `report`; a last line says where there are more."""
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in told["results"]:
        said = row | {"path": " > ".join(row["path"])}
        writer.writerow([cell(said[column]) for column in COLUMNS])
    if told["cut"]:
        writer.writerow([f"Cut at {MOST} rows: there may be more."])
