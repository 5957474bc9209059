"""The Overview of an endpoint: a resource that a service, or the workload that deploys it, makes."""

from lineage import queries
from lineage.kinds import Kind
from lineage.models import Edge, Sighting
from lineage.overview import resource_context
from lineage.touched import say_what, touching

from .deployments import deployments

LAST_RUNS = 10
MODELS = 20


def endpoint_context(request, node) -> dict:
    viewer = request.viewer
    context = resource_context(request, node)
    runs = list(touching(viewer, node).order_by("-first_at", "id")[:LAST_RUNS])
    queries.runs_then(viewer, runs)
    say_what(viewer, node, runs)
    (_upstream, makers), _downstream = context["related"]
    models = served(viewer, makers.rows)
    return context | {
        "runs": runs,
        "resource": True,
        "models": models[:MODELS],
        "more_models": len(models) > MODELS,
        "deployments": deployments(viewer, [node]),
    }


def served(viewer, makers: list) -> list[Sighting]:
    """The models that the services which make an endpoint read, up to MODELS and one more. Where no service makes it,
    those that its makers read: who deploys several may have read more than this one serves."""
    services = [row for row in makers if row.sighting.type.lower() == "service"] or makers
    read = Edge.objects.filter(
        target_root__in=[row.node.root_id for row in services], source__kind=Kind.MODEL, hidden=False
    )
    roots = queries.within(viewer, read).values_list("source_root", flat=True).distinct()[: MODELS + 1]
    return list(queries.sightings(viewer, roots, hidden=False).values()) if services else []
