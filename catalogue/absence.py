"""Who may hide, restore and delete a node, and where: owners, each in the clouds that they own."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from clouds.audit import note
from clouds.models import Action, Cloud
from ingestion import deletion
from lineage import queries, retract
from lineage.models import Node

from .models import Annotation, Tagging


def owned(viewer, sightings) -> list[Cloud]:
    """Of the clouds that the node was seen in, those that the viewer owns (and has chosen, if they chose one)."""
    clouds = {row.project.cloud.pk: row.project.cloud for row in sightings}.values()
    chosen = [cloud for cloud in clouds if not viewer.cloud or cloud.pk == viewer.cloud.pk]
    return [cloud for cloud in chosen if viewer.owns(cloud)]


def require(viewer, node: Node) -> list[Cloud]:
    """As `owned`. Raises PermissionDenied where there is none."""
    clouds = owned(viewer, queries.places(viewer, node))
    if not clouds:
        raise PermissionDenied(_("Only owners of a cloud that it was seen in may hide or delete it."))
    return clouds


@transaction.atomic
def hide(viewer, node: Node) -> list[Cloud]:
    """Hides the node where the viewer may; returns the clouds in which it was not hidden already."""
    changed = [cloud for cloud in require(viewer, node) if retract.hide(node, [cloud])]
    for cloud in changed:
        note(viewer.user, Action.HIDE, node.name, cloud=cloud, node=node.root_id)
    return changed


@transaction.atomic
def restore(viewer, node: Node) -> list[Cloud]:
    changed = [cloud for cloud in require(viewer, node) if retract.restore(node, [cloud])]
    for cloud in changed:
        note(viewer.user, Action.RESTORE, node.name, cloud=cloud, node=node.root_id)
    return changed


@transaction.atomic
def delete(viewer, node: Node) -> list[Cloud]:
    """Deletes the node, and what people said of it, where the viewer may; returns those clouds."""
    clouds = require(viewer, node)
    for model in (Annotation, Tagging):
        model.objects.filter(node__in=queries.names_of(node.root_id), project__cloud__in=clouds).delete()
    at = deletion.delete(node, clouds)
    for cloud in clouds:
        said = _("What events up to %(at)s say of it") % {"at": f"{at:%Y-%m-%d %H:%M:%S} UTC"}
        note(viewer.user, Action.DELETE, node.name, cloud=cloud, node=node.root_id, before=said)
    return clouds
