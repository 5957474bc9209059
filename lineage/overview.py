"""The Overview of a dataset or a model."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from . import facts, queries
from .models import RunIO, Tombstone, Version
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


def known_versions(viewer, node):
    """Versions of a node, newest first: those a run that the viewer may see has touched, or, for who sees all, all
    that were first seen after people deleted the node, if they did."""
    rows = Version.objects.filter(node__in=queries.names_of(node.root_id))
    touched = Exists(queries.within(viewer, RunIO.objects.filter(version=OuterRef("pk"))))
    deleted = Exists(Tombstone.objects.filter(node=OuterRef("node"), at__gte=OuterRef("first_at")))
    rows = rows.filter(~deleted | touched) if viewer.sees_all else rows.filter(touched)
    return rows.order_by("-first_at", "id")
