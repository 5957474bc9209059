"""The audit log: who changed what, and when."""

from .models import Change, Cloud, Organization, Project


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
