"""The Runs tab: of a workload its runs, of a dataset or a model the runs that read or wrote it."""

from django.shortcuts import render

from lineage import queries
from lineage.filters import RunFilter
from lineage.kinds import Entity
from lineage.pages import chips, node_page, page_of
from lineage.touched import say_what, touching

from .charts import timeline


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
