"""What was deployed, as the facet lc_deployment of a run says it."""

from dataclasses import dataclass

from lineage import bulk, queries, run_facts
from lineage.kinds import Kind, Role
from lineage.models import Node, Run, RunIO

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
    (told, _of_jobs), found = bulk.run_facets({row.run_id for row in made}), {}
    for row in made:
        if pairs := run_facts.deployment(told.get(row.run_id, {})):
            found.setdefault(row.node.root_id, Deployment(known[row.node.root_id], row.run, pairs))
    return [found[root] for root in known if root in found]
