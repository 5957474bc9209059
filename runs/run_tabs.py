"""The Runs tab: of a workload its runs, of a dataset or a model the runs that read or wrote it."""

from django.db.models import Exists, OuterRef
from django.shortcuts import render
from django.utils.translation import gettext as _

from lineage import queries
from lineage.filters import RunFilter
from lineage.kinds import Entity, Role
from lineage.models import RunIO
from lineage.pages import chips, node_page, page_of

from .charts import timeline

DONE = {Role.INPUT: _("read"), Role.OUTPUT: _("wrote")}


@node_page("runs")
def runs(request, node, context):
    resource = node.entity != Entity.JOB
    rows = touching(request.viewer, node) if resource else queries.runs(request.viewer, node)
    filters = RunFilter(request.GET, queryset=rows, request=request)
    page, notice = page_of(request, filters)
    queries.runs_then(request.viewer, page.rows)
    if resource:
        say_what(request.viewer, node, page.rows)
    context |= {
        "page": page,
        "notice": notice,
        "chips": chips(request),
        "resource": resource,
        "timeline": timeline(page.rows),
    }
    return render(request, "runs/runs.html", context)


def touching(viewer, node):
    """The runs that read or wrote the node, newest first."""
    touched = queries.within(
        viewer, RunIO.objects.filter(run=OuterRef("pk"), node__in=queries.names_then(viewer, node.root_id))
    )
    return queries.all_runs(viewer).filter(Exists(touched))


def say_what(viewer, node, runs: list) -> None:
    """Gives each run its `touched`: (what it did, the version that it named or None)."""
    rows = RunIO.objects.filter(run__in=[run.pk for run in runs], node__in=queries.names_then(viewer, node.root_id))
    found: dict = {}
    for row in queries.within(viewer, rows).select_related("version").order_by("role", "version__label"):
        found.setdefault(row.run_id, {})[row.role, row.version and row.version.label] = None
    for run in runs:
        said = found.get(run.pk, {})
        named = {role for role, label in said if label}
        run.touched = [(DONE[role], label) for role, label in said if label or role not in named]
