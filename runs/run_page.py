"""The page of a run: what it was given, what came out, how it went."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from clouds.access import signed_in
from ingestion import run_history
from ingestion.event_pages import count_warnings
from lineage import bulk, facts, queries, run_facts, versions
from lineage.kinds import Role
from lineage.models import Run
from lineage.sections import WORKLOADS

CHILDREN = 50
EVENTS = 20


def find(viewer, uuid) -> Run:
    """Raises Http404 where there is no such run, or the viewer may not see it."""
    found = queries.all_runs(viewer).filter(uuid=uuid).first()
    if not found:
        raise Http404(
            _("There is no such run among those that you may see. It may be too old: runs are removed by age.")
        )
    return found


@signed_in(lineage=True)
def run(request, uuid):
    """All that is known of one run."""
    found = find(request.viewer, uuid)
    queries.runs_then(request.viewer, [found])
    of_run, of_job = queries.run_facets(found)
    context = {
        "run": found,
        "node": found.workload,
        "section": WORKLOADS,
        "section_label": WORKLOADS.label,
        "facet_groups": [(_("Facets of the run"), of_run), (_("Facets of the job"), of_job)],
        **told(of_run, of_job),
        **surroundings(request.viewer, found),
        "io": exchanged(request.viewer, found),
    }
    return render(request, "runs/run.html", context)


def told(of_run, of_job) -> dict:
    """What the facets say."""
    message, trace = facts.error(of_run)
    both = of_job | of_run
    return {
        "deployment": run_facts.deployment(of_run),
        "environment": run_facts.environment(of_run),
        "code": run_facts.code(both),
        "parameters": facts.parameters(of_run),
        "metrics": run_facts.metrics(both),
        "log_link": run_facts.log_link(of_run),
        "error_message": message,
        "stack_trace": trace,
    }


def surroundings(viewer, run: Run) -> dict:
    """The runs and events around this one."""
    events = list(run_history.events_of(viewer, run)[: EVENTS + 1])
    count_warnings(events)
    earlier = queries.all_runs(viewer).filter(workload=run.workload_id, first_at__lte=run.first_at).exclude(pk=run.pk)
    return {
        "events": events[:EVENTS],
        "more_events": len(events) > EVENTS,
        "parent": queries.all_runs(viewer).filter(pk=run.parent).first() if run.parent else None,
        "children": queries.all_runs(viewer).filter(parent=run.pk)[:CHILDREN],
        "previous": earlier.first(),
    }


def exchanged(viewer, run: Run) -> list[tuple[str, list]]:
    """(heading, rows): the inputs and the outputs, each with `snapshot`, the exact version or None, and `guessed`
    where no event named it; with `rows` and `size` where they are said."""
    io = bulk.run_io(viewer, [run.pk])[run.pk]
    for row in io:
        row.run = run
    meant, said = versions.bound(viewer, io), queries.io_facets(io)
    for row in io:
        row.snapshot = meant[row.pk]
        row.guessed = bool(row.snapshot) and row.role == Role.INPUT and not row.version_id
        known = {key: queries.Facet(key, value, row.first_at) for key, value in said[row.pk].items()}
        row.rows, row.size = run_facts.statistics(known)
    headings = ((Role.INPUT, _("Inputs")), (Role.OUTPUT, _("Outputs")))
    return [(heading, [row for row in io if row.role == role]) for role, heading in headings]
