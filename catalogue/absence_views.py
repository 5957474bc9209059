"""Hiding, restoring and deleting a node, by its owners."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lineage import queries
from lineage.models import Edge
from lineage.pages import right_address

from . import absence
from .views import context_of, node_page

MOST_COUNTED = 1000


@node_page
@require_POST
def hide(request, node):
    clouds = absence.hide(request.viewer, node)
    said = _("It is hidden now in %(clouds)s: lists, graphs and search leave it out.")
    told(request, said if clouds else _("It was hidden already."), clouds)
    return redirect(right_address(request, node, "overview"))


@node_page
@require_POST
def restore(request, node):
    clouds = absence.restore(request.viewer, node)
    said = _("It is shown again in %(clouds)s.")
    told(request, said if clouds else _("It was not hidden."), clouds)
    return redirect(right_address(request, node, "overview"))


@node_page
@require_http_methods(["GET", "POST"])
def delete(request, node):
    """Says what will happen (GET), then does it (POST)."""
    clouds = absence.require(request.viewer, node)
    if request.method == "POST":
        absence.delete(request.viewer, node)
        said = _("“%(name)s” has been deleted in %(clouds)s. Its events are kept; a later event brings it back.")
        told(request, said, clouds, name=node.label)
        return redirect(reverse(f"{node.page}:list"))
    context = context_of(request, node, clouds=clouds)
    for direction, ends in queries.ENDS.items():
        context[direction] = connections(clouds, node, *ends)
    return render(request, "catalogue/delete.html", context)


def connections(clouds, node, here: str, there: str) -> int:
    """How many in one direction go with the node, hidden ones included, up to MOST_COUNTED."""
    edges = Edge.objects.filter(**{here: node.root_id}, project__cloud__in=clouds)
    return edges.values(there, "type").distinct()[:MOST_COUNTED].count()


def told(request, said: str, clouds, **values) -> None:
    messages.success(request, said % {"clouds": ", ".join(cloud.name for cloud in clouds), **values})
