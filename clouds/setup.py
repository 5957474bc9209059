"""Making organizations, clouds and members: for the commands, the first start and the pages."""

from django.contrib.auth import get_user_model
from django.db import transaction

from .audit import note
from .models import Action, Cloud, CloudMembership, Membership, Organization, Role
from .projects import DEFAULT, project_for

FIRST_OWNER = "owner@example.com"


def person(email: str):
    """The user of this address, made without a password if there is none: they sign in by a link."""
    User = get_user_model()
    email = email.strip().lower()
    found = User.objects.filter(username=email).first() or User.objects.filter(email__iexact=email).first()
    return found or User.objects.create_user(username=email, email=email)


def make_organization(name: str) -> Organization:
    return Organization.objects.create(name=name)


@transaction.atomic
def make_cloud(organization: Organization, name: str, *, private=False, lineage=False) -> Cloud:
    """`lineage` is the switch's position from the beginning of time."""
    made = Cloud.objects.create(organization=organization, name=name, private=private, lineage_enabled=lineage)
    note(None, Action.CLOUD, name, cloud=made, after="private" if private else "open")
    return made


@transaction.atomic
def add_member(organization: Organization, email: str, role: str, cloud: Cloud | None = None, by=None):
    """The user, now with this role: in the cloud where one is given (and a plain member of the organization,
    unless they are in it already), else in the organization. `by` is who adds them, None for a command."""
    user = person(email)
    known = Membership.objects.filter(organization=organization, user=user).first()
    if cloud is None or known is None:
        set_role(Membership(organization=organization, user=user), role if cloud is None else Role.MEMBER, known, by)
    if cloud:
        known = CloudMembership.objects.filter(cloud=cloud, user=user).first()
        set_role(CloudMembership(cloud=cloud, user=user), role, known, by)
    return user


def set_role(
    new: Membership | CloudMembership, role: str | None, known: Membership | CloudMembership | None, by
) -> None:
    """Gives a person a role, another one where they are `known`, or none (None); and notes it."""
    if (known.role if known else None) == role:
        return
    where = {"cloud": new.cloud} if isinstance(new, CloudMembership) else {"organization": new.organization}
    action = Action.CLOUD_MEMBER if "cloud" in where else Action.MEMBER
    said = {"before": known.role if known else "", "after": role or ""}
    note(by, action, new.user.email or new.user.get_username(), **said, **where)
    if role is None:
        known.delete()
        return
    row = known or new
    row.role = role
    row.save()


@transaction.atomic
def first_organization():
    """(the default cloud, its owner), made where they are missing: what a console starts with."""
    organization, _made = Organization.objects.get_or_create(name=DEFAULT)
    cloud, _made = Cloud.objects.get_or_create(
        organization=organization, name=DEFAULT, defaults={"lineage_enabled": True}
    )
    project_for(cloud, DEFAULT)
    return cloud, add_member(organization, FIRST_OWNER, Role.OWNER)
