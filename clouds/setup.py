"""Making organizations, clouds and members: for the commands, the first start and the pages."""

from django.contrib.auth import get_user_model
from django.db import transaction

from .models import Cloud, CloudMembership, Membership, Organization, Role
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


def make_cloud(organization: Organization, name: str, *, private=False, lineage=False) -> Cloud:
    """`lineage` is the switch's position from the beginning of time."""
    return Cloud.objects.create(organization=organization, name=name, private=private, lineage_enabled=lineage)


@transaction.atomic
def add_member(organization: Organization, email: str, role: str, cloud: Cloud | None = None):
    """The user, now with this role: in the cloud where one is given (and a plain member of the organization,
    unless they are in it already), else in the organization."""
    user = person(email)
    if cloud is None:
        Membership.objects.update_or_create(organization=organization, user=user, defaults={"role": role})
        return user
    Membership.objects.get_or_create(organization=organization, user=user, defaults={"role": Role.MEMBER})
    CloudMembership.objects.update_or_create(cloud=cloud, user=user, defaults={"role": role})
    return user


@transaction.atomic
def first_organization():
    """(the default cloud, its owner), made where they are missing: what a console starts with."""
    organization, _made = Organization.objects.get_or_create(name=DEFAULT)
    cloud, _made = Cloud.objects.get_or_create(
        organization=organization, name=DEFAULT, defaults={"lineage_enabled": True}
    )
    project_for(cloud, DEFAULT)
    return cloud, add_member(organization, FIRST_OWNER, Role.OWNER)
