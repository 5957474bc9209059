from django.apps import AppConfig


class LineageConsoleConfig(AppConfig):
    name = "lineage_console"

    def ready(self):
        from . import checks  # noqa: F401
