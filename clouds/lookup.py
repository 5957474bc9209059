"""Finds what a command line names; each error says what to do."""

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db.models import Q

from .models import Cloud, Organization


def user(email: str):
    email = email.strip()
    found = get_user_model().objects.filter(Q(username__iexact=email) | Q(email__iexact=email)).first()
    if found is None:
        raise CommandError(f"There is no user {email}. Make one: manage.py add_member {email} --role member")
    return found


def organization(name: str | None) -> Organization:
    """The one of this name; without a name the only one there is."""
    if name:
        found = Organization.objects.filter(name=name).first()
        if found is None:
            raise CommandError(f'There is no organization "{name}". {known(Organization.objects.all())}')
        return found
    rows = list(Organization.objects.order_by("pk")[:2])
    if not rows:
        raise CommandError("There is no organization yet. Make one: manage.py create_organization NAME")
    if len(rows) > 1:
        raise CommandError(f"Say which organization: --organization NAME. {known(Organization.objects.all())}")
    return rows[0]


def cloud(name: str, organization_name: str | None) -> Cloud:
    """By name, or by id where there is no such name; --organization is needed only where a name is ambiguous."""
    rows = Cloud.objects.select_related("organization")
    if organization_name:
        rows = rows.filter(organization=organization(organization_name))
    found = list(rows.filter(name=name)[:2]) or (list(rows.filter(pk=int(name))) if name.isdecimal() else [])
    if not found:
        raise CommandError(f'There is no cloud "{name}". {known(rows)} Make one: manage.py create_cloud NAME')
    if len(found) > 1:
        raise CommandError(f'Several organizations have a cloud "{name}": add --organization NAME.')
    return found[0]


def known(rows) -> str:
    names = ", ".join(rows.order_by("name").values_list("name", flat=True)[:20])
    return f"There are: {names}." if names else "There are none yet."
