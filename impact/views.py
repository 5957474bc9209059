"""The Impact tab: everything downstream or upstream of a node, to any depth."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lineage.closure import MOST, Closure, closure
from lineage.graph_state import number
from lineage.kinds import Kind
from lineage.pages import node_page
from lineage.paging import sliced
from lineage.queries import DOWNSTREAM, UPSTREAM

from .owners import owners
from .report import counts

PAGE_SIZE = 100
DEPTHS = (1, 2, 3, 5, 10)


@node_page("impact")
@require_safe
def impact(request, node, context):
    direction = UPSTREAM if request.GET.get("direction") == UPSTREAM else DOWNSTREAM
    depth = number(request.GET.get("depth"))
    found = closure(request.viewer, node.root_id, direction, depth)
    kinds = counts(found)
    kind = request.GET.get("kind") if request.GET.get("kind") in kinds else ""
    rows = [row for row in found.rows if not kind or Kind(row.sighting.kind).slug == kind]
    page = sliced(rows, number(request.GET.get("after")) or 0, PAGE_SIZE)
    finish(request.viewer, found, page.rows)
    context |= {
        "depth": depth,
        "kinds": [
            (slug, Kind[slug.upper()].label, count, address(request, kind=slug)) for slug, count in kinds.items()
        ],
        "kind": kind,
        "every_kind": address(request, kind=None),
        "total": len(found.rows),
        "furthest": max([row.hops for row in found.rows], default=0),
        "page": page,
        "cut": found.cut,
        "most": MOST,
        "csv_url": csv_url(node, direction, depth),
    }
    return render(request, "impact/impact.html", context | choices(request, direction, depth))


def choices(request, direction: str, depth: int | None) -> dict:
    """What the form offers, and what it keeps of the address."""
    labels = {UPSTREAM: _("Upstream"), DOWNSTREAM: _("Downstream")}
    return {
        "direction": direction,
        "direction_label": labels[direction],
        "directions": [(value, label, address(request, direction=value, kind=None)) for value, label in labels.items()],
        "depths": sorted({*DEPTHS, depth} - {None}),
        "kept": [(name, value) for name, value in request.GET.items() if name not in ("depth", "after", "before")],
    }


def finish(viewer, found: Closure, rows) -> None:
    """Gives each row of the page its owners and its path, without the two ends that the page names anyway."""
    owned = owners(viewer, [row.sighting for row in rows])
    for row in rows:
        path, row.shortened = found.path(row)
        row.owners, row.path = owned[row.sighting.root_id], path[:-1]


def address(request, **changes) -> str:
    """This page with other parameters, at its first page."""
    query = request.GET.copy()
    query.pop("after", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def csv_url(node, direction: str, depth: int | None) -> str:
    query = {"direction": direction, "format": "csv"} | ({"depth": depth} if depth else {})
    return f"{reverse('impact:closure', args=[node.root_id])}?{urlencode(query)}"
