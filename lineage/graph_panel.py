"""What the panel beside the graph says of the chosen node or edge. An edge has a page without script, too."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from clouds.access import signed_in

from . import adjacent, facts, pins, queries
from .kinds import AssociationType, Kind
from .sections import SECTIONS
from .versions import known_versions

RUNS = 5
VERSIONS = 5
TYPES = {type.label: type for type in AssociationType}


@signed_in(lineage=True)
@vary_on_headers("HX-Request")
def node(request, pk):
    """The facts of a node, for the panel; elsewhere the link leads to the node's own page."""
    pins.pin(request.viewer, pk)
    found = queries.find(request.viewer, pk)
    if not request.htmx:
        return redirect(found)
    facets = queries.facets(request.viewer, found)
    versions = list(known_versions(request.viewer, found)[: VERSIONS + 1])
    context = {
        "node": found,
        "sighting": queries.sightings(request.viewer, [found.root_id])[found.root_id],
        "places": queries.places(request.viewer, found),
        "documentation": facts.documentation(facets),
        "owners": facts.owners(facets),
        "columns": len(facts.schema(facets)),
        "has_columns": "columns" in SECTIONS[found.page].tabs,
        "versions": versions[:VERSIONS],
        "more_versions": len(versions) > VERSIONS,
        "runs": last_runs(request.viewer, found),
    }
    return render(request, "lineage/graph_node.html", context)


def last_runs(viewer, node) -> list[tuple]:
    """(run, what it did, the workload or None where it is the node itself), newest first. For a resource: the
    last run of each of up to 50 workloads on either side."""
    if node.kind == Kind.WORKLOAD:
        return [(run, "", None) for run in queries.runs(viewer, node)[:RUNS]]
    words = {queries.UPSTREAM: _("wrote"), queries.DOWNSTREAM: _("read")}
    levels = adjacent.related(viewer, node)
    rows = [(row, words[side]) for side, level in levels.items() for row in level.rows]
    known = [(row.edge.run, word, row.node) for row, word in rows if row.edge.run]
    return sorted(known, key=lambda row: row[0].first_at, reverse=True)[:RUNS]


@signed_in(lineage=True)
@vary_on_headers("HX-Request")
def edge(request, source, type, target):
    """The runs that made an edge."""
    ends = [queries.find(request.viewer, pk) for pk in (source, target)]
    found = None
    if type in TYPES:
        found = adjacent.edge_runs(request.viewer, *(end.root_id for end in ends), TYPES[type])
    if not found:
        raise Http404(_("There is no such connection, or it is in a cloud that you may not see."))
    context = {"source": ends[0], "target": ends[1], "type": type, "found": found}
    return render(request, "lineage/graph_edge.html" if request.htmx else "lineage/edge.html", context)
