import os

from django.core.management.base import BaseCommand, CommandError

from clouds import lookup
from clouds.links import sign_in_path


def served_at() -> str:
    """Where `make run` serves: HOST and PORT as it reads them."""
    host = os.environ.get("HOST", "127.0.0.1")
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"http://{host}:{os.environ.get('PORT', '8000')}"


class Command(BaseCommand):
    help = "Prints a link that signs a person in, once, within 24 hours."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--base-url", help="of the console, e.g. https://lineage.example.com")

    def handle(self, *, email, base_url, **options):
        user = lookup.user(email)
        if not user.is_active:
            raise CommandError(f"{email} has been deactivated: activate them in /admin/ first.")
        self.stdout.write((base_url or served_at()).rstrip("/") + sign_in_path(user))
