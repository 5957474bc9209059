"""Two runs, or two versions of one node, side by side: `?a=…&b=…`; `format=json` for programs."""

from uuid import UUID

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from clouds.access import signed_in
from lineage import queries
from lineage.models import Run
from lineage.pages import node_page
from lineage.sections import WORKLOADS
from lineage.wording import run_time

from . import compare
from .run_page import exchanged
from .run_page import find as find_run
from .version_pages import Shown, shown
from .version_pages import find as find_version


def keys(request) -> list[UUID]:
    """The two that the address names. Raises Http404 where it names no two."""
    try:
        return [UUID(request.GET.get(name, "")) for name in ("a", "b")]
    except ValueError:
        raise Http404(_("Choose two to compare: the address names them as ?a=…&b=….")) from None


@signed_in(lineage=True)
def runs(request):
    sides = [of_run(request, find_run(request.viewer, uuid)) for uuid in keys(request)]
    context = {"section": WORKLOADS, "section_label": WORKLOADS.label, "what": _("Runs")}
    return answer(request, sides, context, "runs/compare.html")


@node_page("versions")
def versions(request, node, context):
    found = [find_version(request.viewer, node, key)[0] for key in keys(request)]
    sides = [of_version(request, node, each) for each in shown(request.viewer, found)]
    return answer(request, sides, context, "runs/compare_versions.html")


def answer(request, sides: list[compare.Side], context: dict, template: str):
    if request.GET.get("format") == "json":
        return JsonResponse(compare.as_json(*sides))
    query = request.GET.copy()
    query["a"], query["b"] = query["b"], query["a"]
    context |= {
        "left": sides[0],
        "right": sides[1],
        "sections": compare.compare(*sides),
        "everything": request.GET.get("all") == "1",
        "pair": [(name, request.GET[name]) for name in ("a", "b")],
        "swapped": f"?{query.urlencode()}",
    }
    context["differing"] = sum(len(section.differing) for section in context["sections"])
    return render(request, template, context)


def of_run(request, run: Run) -> compare.Side:
    of_run, of_job = queries.run_facets(run)
    said = compare.said_of_run(of_run, of_job) | exchange(request.viewer, run)
    said["summary"] = [
        (_("Workload"), run.workload.name),
        (_("Operation"), run.operation),
        (_("State"), run.get_state_display()),
        (_("Started"), moment(run.started_at or run.first_at)),
        (_("Duration"), run_time(run)),
    ]
    return compare.Side(str(run.uuid), run.get_absolute_url(), said, run.workload)


def exchange(viewer, run: Run) -> dict[str, list]:
    """What the run read and wrote, by version."""
    (_inputs, read), (_outputs, written) = exchanged(viewer, run)
    return {
        key: [(row.node.uri, row.snapshot.name if row.snapshot else _("no version known")) for row in rows]
        for key, rows in (("inputs", read), ("outputs", written))
    }


def moment(at) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else ""


def of_version(request, node, version: Shown) -> compare.Side:
    """A version, and the run that made it."""
    said = compare.said_of_version(version.facets)
    if version.run:
        of_run, of_job = queries.run_facets(version.run)
        made = compare.said_of_run(of_run, of_job) | exchange(request.viewer, version.run)
        said |= {key: made[key] for key in ("inputs", "parameters", "environment", "code")}
        said["metrics"] = [*dict([*made["metrics"], *said["metrics"]]).items()]
    said["summary"] = [
        (_("Created"), moment(version.snapshot.at)),
        (_("Made by run"), str(version.run.uuid) if version.run else ""),
        (_("Stage and aliases"), version.stage),
        (_("Rows"), "" if version.rows is None else f"{version.rows:,}"),
        (_("Size"), "" if version.size is None else filesizeformat(version.size).replace("\xa0", " ")),
    ]
    said["summary"] = [(name, value) for name, value in said["summary"] if value]
    url = reverse(f"{node.page}:version", args=[node.root_id, version.snapshot.key])
    return compare.Side(version.snapshot.name, url, said)
