"""The Overview of a dataset or a model."""

from datetime import datetime

from . import facts, queries
from .pages import related_context


def resource_context(request, node) -> dict:
    """What is known of a dataset or a model, and its related workloads."""
    facets = queries.facets(request.viewer, node)
    context = related_context(request, node)
    return context | {
        "facets": facets,
        "schema": facts.schema(facets),
        "owners": facts.owners(facets),
        "documentation": facts.documentation(facets),
        "storage": facts.storage(facets),
        "source": facts.source(facets),
        "last_seen": last_seen(facets, context["related"]),
        "places": queries.places(request.viewer, node),
        "aliases": queries.aliases(request.viewer, node),
    }


def last_seen(facets, related) -> datetime | None:
    """When something was last said of the node: by its facets, or by the last runs of the neighbours shown."""
    runs = [row.edge.run for _heading, level in related for row in level.rows if row.edge.run]
    return max([facet.at for facet in facets.values()] + [run.first_at for run in runs], default=None)
