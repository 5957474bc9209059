"""The runs that read or wrote a resource, and which of the two."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from . import queries
from .kinds import Role
from .models import Node, Run, RunIO

# Where no more inputs and outputs than these name a node, their runs are looked up and sorted.
MOST_SORTED = 10_000
DONE = {Role.INPUT: _("read"), Role.OUTPUT: _("wrote")}


def touching(viewer, node: Node) -> QuerySet[Run]:
    """The runs that read or wrote the node.

    PostgreSQL sees for itself where to begin, as long as the names are listed. SQLite begins as it is told: with the
    few, or with all runs by time, among which those of a hub are soon met (and looks for each run by its id, not among
    all that a hub's name has: so `among`). Workloads and projects are fetched apart: joined before the limit, they cost
    PostgreSQL seconds.
    """
    names = list(queries.names_then(viewer, node.root_id))
    touched = queries.within(viewer, RunIO.objects.filter(node__among=names))
    if touched[MOST_SORTED:].exists():
        runs = queries.all_runs(viewer).filter(Exists(touched.filter(run=OuterRef("pk"))))
    else:
        runs = queries.within(viewer, queries.undeleted(Run.objects.filter(pk__in=touched.values("run"))))
    return runs.select_related(None).prefetch_related("workload", "project__cloud")


def say_what(viewer, node: Node, runs: list[Run]) -> None:
    """Gives each run its `touched`: (what it did, the version that it named or None)."""
    rows = RunIO.objects.filter(run__in=[run.pk for run in runs], node__in=queries.names_then(viewer, node.root_id))
    found: dict = {}
    for row in queries.within(viewer, rows).select_related("version").order_by("role", "version__label"):
        found.setdefault(row.run_id, {})[row.role, row.version and row.version.label] = None
    for run in runs:
        said = found.get(run.pk, {})
        named = {role for role, label in said if label}
        run.touched = [(DONE[role], label) for role, label in said if label or role not in named]
