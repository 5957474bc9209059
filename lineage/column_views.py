"""The tab Columns: what each column of a dataset is made of and goes into, and one column's lineage to any depth."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import columns, queries
from .columns import Column
from .graph_state import number
from .pages import node_page
from .paging import sliced
from .queries import DOWNSTREAM, UPSTREAM

PAGE_SIZE = 100
ROWS = 500
NEAREST = 3


@node_page("columns")
@require_safe
def tab(request, node, context):
    name = request.GET.get("column", "")
    if name:
        return render(request, "lineage/column.html", context | one(request.viewer, node, name))
    return render(request, "lineage/columns.html", context | every(request, node))


def every(request, node) -> dict:
    """A page of the columns whose name has ?q= in it; what is said of the whole dataset stands apart."""
    walks = {side: columns.around(request.viewer, node.root_id, side) for side in (UPSTREAM, DOWNSTREAM)}
    said = set.union(*(walk.names(node.root_id) for walk in walks.values()))
    found = columns.known(queries.facets(request.viewer, node), said)
    text = request.GET.get("q", "").strip()
    names = [name for name in found if text.casefold() in name.casefold()]
    page = sliced(names, number(request.GET.get("after")) or 0, PAGE_SIZE)
    page.rows = [(found[name], name, *nearest(walks, node.root_id, name)) for name in page.rows]
    return {
        "page": page,
        "text": text,
        "total": len(found),
        "matching": len(names),
        "whole": nearest(walks, node.root_id, "") if "" in said else None,
        "cut": any(walk.cut for walk in walks.values()),
    }


def nearest(walks: dict, node: int, name: str) -> list[tuple[list, int]]:
    """Upstream and downstream: (the first columns one step away, how many are left out)."""
    found = [named(walk.nearest(Column(node, name)), walk.named) for walk in walks.values()]
    return [(rows[:NEAREST], max(len(rows) - NEAREST, 0)) for rows in found]


def named(rows: list, sightings: dict) -> list:
    """Gives each row its dataset, and each of its ways the two ends of the step."""
    for row in rows:
        row.sighting = sightings[row.column.node]
        row.told = [
            {
                "how": way.how,
                "workload": sightings.get(way.workload),
                "source": way.source,
                "of": sightings[way.source.node],
            }
            for way in row.ways
        ]
    return rows


def one(viewer, node, name: str) -> dict:
    sides = []
    for direction, label in ((UPSTREAM, _("Upstream")), (DOWNSTREAM, _("Downstream"))):
        found = columns.lineage(viewer, Column(node.root_id, name), direction)
        more = len(found.rows) > ROWS
        sides.append((direction, label, named(found.rows[:ROWS], found.named), found.cut, more, len(found.rows)))
    return {"column": name, "sides": sides, "most": columns.MOST, "shown": ROWS}
