from django.core.management.base import BaseCommand, CommandError

from clouds.models import Organization
from clouds.setup import make_organization


class Command(BaseCommand):
    help = "Makes an organization. Lineage tracking is off for it until an administrator turns it on."

    def add_arguments(self, parser):
        parser.add_argument("name")

    def handle(self, *, name, **options):
        name = name.strip()
        if not name or len(name) > 200:
            raise CommandError("A name has 1 to 200 characters.")
        if Organization.objects.filter(name=name).exists():
            raise CommandError(f'There is an organization "{name}" already.')
        made = make_organization(name)
        self.stdout.write(f'Organization "{made.name}" made. Next: manage.py create_cloud, manage.py add_member.')
