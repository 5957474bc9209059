"""The Events tab of a dataset, a model or a workload: the events that name it."""

from django.db.models import Q
from django.shortcuts import render

from lineage import queries
from lineage.kinds import Entity
from lineage.models import Node, Run, RunIO
from lineage.pages import node_page
from lineage.paging import paginate

from .event_filters import visible
from .event_list import PAGE_SIZE
from .event_pages import count_warnings

# The tab looks at this many runs, the newest; older ones have their events on their own pages.
RUNS = 100


@node_page("events")
def events(request, node, context):
    runs = newest_runs(request.viewer, node)
    rows = naming(request.viewer, node, runs[:RUNS])
    try:
        page = paginate(rows, ordering="-event_at", limit=PAGE_SIZE, **cursor(request.GET))
    except ValueError:
        page = paginate(rows, ordering="-event_at", limit=PAGE_SIZE)
    count_warnings(page.rows)
    context |= {"page": page, "cut": len(runs) > RUNS, "most": RUNS}
    return render(request, "events/node.html", context)


def cursor(query) -> dict:
    return {name: query.get(name, "") for name in ("after", "before")}


def naming(viewer, node: Node, runs: list):
    """The events of the runs, and those without a run that describe the node."""
    keys = members(node).values_list("key", flat=True)
    rows = visible(viewer).filter(Q(run__in=runs) | Q(subject__in=list(keys)))
    return rows.select_related("project__cloud").defer("body")


def members(node: Node):
    """The node and the names that are joined to it."""
    return Node.objects.filter(Q(pk=node.root_id) | Q(canonical=node.root_id))


def newest_runs(viewer, node: Node) -> list:
    """UUIDs of the newest runs that touched the node, newest first, one more than RUNS where there are more."""
    if node.entity == Entity.JOB:
        return list(queries.runs(viewer, node).values_list("uuid", flat=True)[: RUNS + 1])
    touched = queries.within(viewer, RunIO.objects.filter(node__in=members(node).values("pk"), run__isnull=False))
    ids = touched.order_by("-first_at").values_list("run", flat=True)[: 2 * (RUNS + 1)]
    ids = list(dict.fromkeys(ids))[: RUNS + 1]
    runs = Run.objects.in_bulk(ids)
    return [runs[id].uuid for id in ids if id in runs]
