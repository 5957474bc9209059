"""What is new in what a viewer may see: resources, runs, failures, and what people changed."""

from dataclasses import dataclass

from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clouds.access import signed_in
from clouds.models import Change
from lineage import queries
from lineage.kinds import State
from lineage.models import Run, Sighting
from lineage.search import SEARCHED
from lineage.sections import Section

SHOWN = 8
# Failures are looked for among so many of the newest runs: they may be rare, and runs are many.
LOOKED_AT = 2000


@dataclass
class Fresh:
    """The newest of a section."""

    section: Section
    rows: list[Sighting]


@signed_in(lineage=True)
@require_GET
def index(request):
    viewer = request.viewer
    runs = narrowed(viewer, queries.all_runs(viewer))
    context = {
        "fresh": [Fresh(section, newest(viewer, kinds)) for section, kinds in SEARCHED.items()],
        "runs": list(runs[:SHOWN]),
        "failures": failures(runs),
        "changes": list(changes(viewer)[:SHOWN]),
    }
    return render(request, "catalogue/activity.html", context)


def narrowed(viewer, rows):
    """To the chosen cloud and project."""
    return rows.filter(project__in=viewer.projects()) if viewer.cloud or viewer.project else rows


def newest(viewer, kinds) -> list[Sighting]:
    projects = viewer.projects() if viewer.cloud or viewer.project else None
    rows = queries.listed(viewer, kinds, projects).filter(shown=True)
    return list(rows.order_by("-created_at", "-pk")[:SHOWN])


def failures(runs) -> list[Run]:
    """The newest of the failed ones, among the newest runs."""
    states = runs.select_related(None).values_list("pk", "state")[:LOOKED_AT]
    failed = [pk for pk, state in states if state == State.FAIL][:SHOWN]
    found = Run.objects.select_related("workload", "project__cloud").in_bulk(failed)
    return [found[pk] for pk in failed]


def changes(viewer):
    """What people changed about nodes, newest first."""
    seen = Q(project__in=viewer.projects())
    clouds = [viewer.cloud] if viewer.cloud else viewer.clouds
    if not viewer.project:
        seen |= Q(project=None, cloud__in=[cloud.pk for cloud in clouds])
    rows = Change.objects.filter(seen, organization=viewer.organization, node__isnull=False)
    return rows.select_related("cloud", "project").order_by("-at", "-pk")
