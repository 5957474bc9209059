from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from clouds import lookup
from clouds.models import Role
from clouds.setup import add_member


class Command(BaseCommand):
    help = "Adds a person to an organization, or to one of its clouds, or changes their role there."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--cloud", help="name or id: the role is for this cloud only")
        parser.add_argument("--organization", help="needed where there are several")

    def handle(self, *, email, role, cloud, organization, **options):
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is no e-mail address.") from None
        place = lookup.cloud(cloud, organization) if cloud else None
        owner = place.organization if place else lookup.organization(organization)
        user = add_member(owner, email, role, place)
        where = f'cloud "{place.name}"' if place else f'organization "{owner.name}"'
        self.stdout.write(f"{user.email}: {role} of {where}. To sign in: manage.py sign_in_link {user.email}")
