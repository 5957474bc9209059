"""The three sections of the console, as their pages share them."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Section:
    """`name` is the URL namespace; `tabs` are the tabs of a detail page, in their order."""

    name: str
    label: str
    icon: str
    tabs: tuple[str, ...]


DATASETS = Section(
    "datasets", _("Datasets"), "database", ("overview", "lineage", "impact", "versions", "runs", "events")
)
MODELS = Section("models", _("Models"), "cube", ("overview", "lineage", "impact", "versions", "runs", "events"))
WORKLOADS = Section(
    "workloads", _("Workloads"), "server-cog", ("overview", "lineage", "impact", "runs", "versions", "events")
)
SECTIONS = {section.name: section for section in (DATASETS, MODELS, WORKLOADS)}

TABS = {
    "overview": (_("Overview"), "info-circle"),
    "lineage": (_("Lineage"), "hierarchy"),
    "impact": (_("Impact"), "affiliate"),
    "versions": (_("Versions"), "history"),
    "runs": (_("Runs"), "player-play"),
    "events": (_("Events"), "code"),
}
