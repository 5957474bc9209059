"""What was deployed, as the facet lc_deployment of a run says it."""

from collections.abc import Iterable
from dataclasses import dataclass

from lineage import queries, run_facts
from lineage.bodies import laid, texts
from lineage.kinds import Kind, Role
from lineage.models import Node, Run, RunFacets, RunIO

NEWEST = 50  # runs that are looked at


@dataclass
class Deployment:
    """What `run` says of it, as pairs to show; `endpoint` is None where the run names none."""

    endpoint: Node | None
    run: Run
    pairs: run_facts.Pairs


def of_workload(viewer, made: list, runs: list[Run], facets) -> list[Deployment]:
    """Of the endpoints among what a workload makes; else of its last run, which has these facets."""
    endpoints = [row.node for row in made if row.node.kind == Kind.ENDPOINT]
    found = deployments(viewer, endpoints) if endpoints else []
    pairs = run_facts.deployment(facets)
    return found or ([Deployment(None, runs[0], pairs)] if pairs else [])


def deployments(viewer, endpoints: list[Node]) -> list[Deployment]:
    """Of each endpoint what the newest run says that made it and tells of a deployment: the service's own, mostly."""
    known = {endpoint.root_id: endpoint for endpoint in endpoints}
    names = Node.objects.filter(pk__in=known) | Node.objects.filter(canonical__in=known)
    made = RunIO.objects.filter(node__in=names.values("pk"), role=Role.OUTPUT, run__isnull=False)
    made = queries.within(viewer, made).select_related("node", "run").order_by("-first_at", "run")[:NEWEST]
    told, found = pairs_of({row.run_id for row in made}), {}
    for row in made:
        if pairs := told.get(row.run_id):
            found.setdefault(row.node.root_id, Deployment(known[row.node.root_id], row.run, pairs))
    return [found[root] for root in known if root in found]


def pairs_of(runs: Iterable) -> dict:
    """By the ids of the runs that tell of a deployment."""
    rows = RunFacets.objects.filter(run__in=runs, of_job=False).order_by("stamp", "keys", "body")
    bodies, of_run = texts(row.body for row in rows), {}
    for row in rows:
        of_run.setdefault(row.run_id, []).append(row)
    return {run: pairs for run, rows in of_run.items() if (pairs := run_facts.deployment(laid(rows, bodies)))}
