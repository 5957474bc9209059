from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from clouds.access import signed_in
from lineage import facts, queries
from lineage.kinds import Kind
from lineage.pages import list_context, node_page, related_context
from lineage.sections import WORKLOADS

from .deployments import of_workload
from .endpoints import LAST_RUNS, endpoint_context
from .filters import WorkloadFilter
from .sources import with_schema

TYPES = [("job", _("Job")), ("service", _("Service")), ("workspace", _("Workspace"))]


@signed_in(lineage=True)
def index(request):
    context = list_context(request, WORKLOADS, WorkloadFilter.for_request(request))
    context |= {"types": TYPES, "row_template": "workloads/row.html"}
    rows = context["page"].rows
    runs = queries.last_runs(request.viewer, [row.last_run for row in rows])
    for row in rows:
        row.run = runs.get(row.last_run)
    return render(request, "workloads/list.html", context)


@node_page("overview")
def overview(request, node, context):
    if node.kind == Kind.ENDPOINT:
        return render(request, "workloads/endpoint.html", context | endpoint_context(request, node))
    runs = list(queries.runs(request.viewer, node)[:LAST_RUNS])
    queries.runs_then(request.viewer, runs)
    run_facets, job_facets = queries.run_facets(runs[0]) if runs else ({}, {})
    node_facets = queries.facets(request.viewer, node)
    context |= related_context(request, node)
    _upstream, (_downstream, made) = context["related"]
    context |= {
        "runs": runs,
        "last": runs[0] if runs else None,
        "tracked": facts.tracked(run_facets),
        "with_schema": with_schema(request.viewer, context["related"]),
        "deployments": of_workload(request.viewer, made.rows, runs, run_facets),
        "facets": node_facets | job_facets,
        "run_facets": run_facets,
        "owners": facts.owners(node_facets | job_facets),
        "documentation": facts.documentation(node_facets | job_facets),
        "places": queries.places(request.viewer, node),
        "aliases": queries.aliases(request.viewer, node),
        "related_open": request.GET.get("related") == "1",
    }
    return render(request, "workloads/overview.html", context)
