from django.core.management.base import BaseCommand, CommandError

from clouds import lookup
from clouds.setup import make_cloud


class Command(BaseCommand):
    help = "Makes a cloud, with lineage tracking off: an owner turns it on in its settings."

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--private", action="store_true", help="seen by its own members only")
        parser.add_argument("--organization", help="needed where there are several")

    def handle(self, *, name, private, organization, **options):
        name = name.strip()
        if not name or len(name) > 200:
            raise CommandError("A name has 1 to 200 characters.")
        owner = lookup.organization(organization)
        if owner.clouds.filter(name=name).exists():
            raise CommandError(f'"{owner.name}" has a cloud "{name}" already.')
        made = make_cloud(owner, name, private=private)
        self.stdout.write(
            f'Cloud "{made.name}" made in "{owner.name}". Lineage tracking is off until an owner turns it on.'
        )
