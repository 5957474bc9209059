from django.contrib.staticfiles import finders
from django.core.checks import Warning, register
from django.utils.translation import gettext as _

FETCHED = ("vendor/tabler.min.css", "vendor/cytoscape.min.js", "vendor/cytoscape-dagre.min.js")


@register("staticfiles")
def front_end_packages_are_there(app_configs, **options):
    """Pages work without them, plain and with the table in the graph's place."""
    missing = [name for name in FETCHED if not finders.find(name)]
    if not missing:
        return []
    return [
        Warning(
            _("Front-end packages are missing: %(names)s.") % {"names": ", ".join(missing)},
            hint=_("Fetch them with: python scripts/fetch_assets.py"),
            id="lineage_console.W001",
        )
    ]
