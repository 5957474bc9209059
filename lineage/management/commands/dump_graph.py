from django.core.management.base import BaseCommand

from lineage.dump import lines


class Command(BaseCommand):
    help = "Print the whole graph as sorted JSON lines with natural keys."

    def handle(self, **options):
        for line in lines():
            self.stdout.write(line)
