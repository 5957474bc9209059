"""The three sections of the console, as their pages share them."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .kinds import Kind


@dataclass(frozen=True)
class Section:
    """`name` is the URL namespace; `tabs` are the tabs of a detail page, in their order."""

    name: str
    label: str
    icon: str
    tabs: tuple[str, ...]


DATA_TABS = ("overview", "lineage", "impact", "columns", "versions", "runs", "events")
JOB_TABS = ("overview", "lineage", "impact", "runs", "versions", "events")
DATASETS = Section("datasets", _("Datasets"), "database", DATA_TABS)
MODELS = Section("models", _("Models"), "cube", DATA_TABS)
WORKLOADS = Section("workloads", _("Workloads"), "server-cog", JOB_TABS)
SECTIONS = {section.name: section for section in (DATASETS, MODELS, WORKLOADS)}
KIND_ICONS = {
    Kind.DATASET: "database",
    Kind.MODEL: "cube",
    Kind.ARTIFACT: "package",
    Kind.WORKLOAD: "server-cog",
    Kind.ENDPOINT: "world",
}

TABS = {
    "overview": (_("Overview"), "info-circle"),
    "lineage": (_("Lineage"), "hierarchy"),
    "impact": (_("Impact"), "affiliate"),
    "columns": (_("Columns"), "table"),
    "versions": (_("Versions"), "history"),
    "runs": (_("Runs"), "player-play"),
    "events": (_("Events"), "code"),
}
