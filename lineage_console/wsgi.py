import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lineage_console.settings")
console = get_wsgi_application()

from ingestion.door import FrontDoor  # noqa: E402
from ingestion.memory import settle  # noqa: E402

application = FrontDoor(console)
settle()
