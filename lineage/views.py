"""Pages that belong to no section: a run, the search over all sections, the theme."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from clouds.access import signed_in

from . import facts, queries
from .kinds import Role
from .search import SHORTEST
from .search import search as found_by
from .sections import SECTIONS, WORKLOADS

A_YEAR = 365 * 86400
CHILDREN = 50
LONGEST_SEARCH = 500
# What the facet lc_workload says of a run, beside what the page knows already.
ENVIRONMENT = {
    "ownerEmail": gettext_lazy("Owner email"),
    "rayVersion": gettext_lazy("Ray version"),
    "pythonVersion": gettext_lazy("Python version"),
    "osVersion": gettext_lazy("Operating system version"),
    "clusterId": gettext_lazy("Cluster ID"),
    "engine": gettext_lazy("Engine"),
}


@require_POST
def theme(request):
    """Keeps the theme in a cookie, which the next page is drawn by."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    chosen = request.POST.get("theme")
    if chosen in ("light", "dark", "auto"):
        response.set_cookie("theme", chosen, max_age=A_YEAR, samesite="Lax")
    return response


@signed_in(lineage=True)
def run(request, uuid):
    """All that is known of one run."""
    viewer = request.viewer
    found = queries.all_runs(viewer).filter(uuid=uuid).first()
    if not found:
        raise Http404(_("There is no such run among those that you may see."))
    run_facets, job_facets = queries.run_facets(found)
    context = run_context(viewer, found, run_facets) | {
        "facet_groups": [(_("Facets of the run"), run_facets), (_("Facets of the job"), job_facets)],
        "section_label": WORKLOADS.label,
        "section": SECTIONS["workloads"],
    }
    return render(request, "lineage/run.html", context)


def run_context(viewer, run, facets) -> dict:
    io = queries.run_io(viewer, run)
    message, trace = facts.error(facets)
    return {
        "run": run,
        "node": run.workload,
        "environment": [
            (ENVIRONMENT[key], value) for key, value in facts.tracked(facets).items() if key in ENVIRONMENT
        ],
        "parameters": facts.parameters(facets),
        "metrics": facts.pairs(facets, "lc_metrics"),
        "error_message": message,
        "stack_trace": trace,
        "parent": queries.all_runs(viewer).filter(pk=run.parent).first() if run.parent else None,
        "children": queries.all_runs(viewer).filter(parent=run.pk)[:CHILDREN],
        "io": [
            (_("Inputs"), [row for row in io if row.role == Role.INPUT]),
            (_("Outputs"), [row for row in io if row.role == Role.OUTPUT]),
        ],
    }


@signed_in(lineage=True)
def search(request):
    """The best matches of each section and the runs of that id; from three letters on."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    short = len(text) < SHORTEST
    context = {
        "search_query": text,
        "short": short,
        "shortest": SHORTEST,
        "results": None if short else found_by(request.viewer, text),
    }
    return render(request, "lineage/search.html", context)


@signed_in
def docs(request):
    """The browsable page of the REST API. Its own page: Swagger's styles do not mix with ours."""
    return render(request, "lineage/docs.html")
