"""The audit log: who changed what, and when."""

from django.db.models import Q, QuerySet

from .models import Action, Change, Cloud, Organization, Project


def note(
    by,
    action: str,
    subject: str,
    *,
    organization: Organization | None = None,
    cloud: Cloud | None = None,
    project: Project | None = None,
    node: int | None = None,
    before: str = "",
    after: str = "",
) -> Change:
    """Adds an entry; call it in the transaction of the change. `by` is a user, None for a command.

    One of organization, cloud and project says where; the wider ones follow from the narrower.
    """
    cloud = project.cloud if project else cloud
    return Change.objects.create(
        organization=cloud.organization if cloud else organization,
        cloud=cloud,
        project=project,
        node=node,
        by=by,
        who=(by.email or by.get_username()) if by else "",
        action=action,
        subject=subject,
        before=before,
        after=after,
    )


def visible(viewer) -> QuerySet[Change]:
    """What the viewer may read of the log, newest first: owners of the organization all, owners of a cloud what
    happened there, others the turns of the switches that they see."""
    rows = Change.objects.filter(organization=viewer.organization).select_related("cloud", "project")
    if not viewer.is_owner:
        own = [cloud.pk for cloud in viewer.clouds if viewer.owns(cloud)]
        seen = Q(cloud=None) | Q(cloud__in=[cloud.pk for cloud in viewer.clouds])
        rows = rows.filter(Q(cloud__in=own) | (Q(action=Action.SWITCH) & seen))
    return rows.order_by("-at", "-pk")
