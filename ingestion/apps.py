from django.apps import AppConfig


class IngestionConfig(AppConfig):
    name = "ingestion"

    def ready(self):
        """The graph knows no wire format: it is told here how to read events again."""
        from lineage import hindsight

        from .replay import kept_since, told_by

        hindsight.told_by, hindsight.kept_since = told_by, kept_since
