import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lineage_console.settings")
application = get_wsgi_application()

from ingestion.memory import settle  # noqa: E402

settle()
