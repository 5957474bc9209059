from django.core.management.base import BaseCommand

from catalogue.models import Suggestion
from catalogue.suggest import look
from clouds.models import Organization


class Command(BaseCommand):
    help = "Look for resources that may be one under two spellings, among all that has come in (the page looks, too)."

    def handle(self, **options):
        before = Suggestion.objects.count()
        for organization in Organization.objects.order_by("pk"):
            while look(organization):
                pass
        self.stdout.write(f"{Suggestion.objects.count() - before} new suggestions")
