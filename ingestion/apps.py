from django.apps import AppConfig


class IngestionConfig(AppConfig):
    name = "ingestion"

    def ready(self):
        """The graph knows no wire format: it is told here how to read events again."""
        from lineage import hindsight

        from .replay import told_by

        hindsight.told_by = told_by
