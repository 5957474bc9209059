"""Which events a person may look at, and the filters over them."""

from datetime import UTC, datetime, time
from functools import cached_property

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clouds.access import Viewer, known_keys
from clouds.models import ApiKey
from lineage.filters import KeysetFilter

from .models import RawEvent, RejectedEvent

KINDS = [("run", _("Run")), ("job", _("Job")), ("dataset", _("Dataset"))]
TIMES = ("since", "until")
EVENT_TYPES = [(name, name) for name in ("START", "RUNNING", "COMPLETE", "FAIL", "ABORT", "OTHER")]


def visible(viewer: Viewer) -> QuerySet[RawEvent]:
    """The events of the clouds that the viewer may see; of its own project, where a key is bound to one."""
    rows = RawEvent.objects.filter(organization=viewer.organization)
    if viewer.key and viewer.key.project_id:
        return rows.filter(project=viewer.key.project_id)
    return rows if viewer.sees_all else rows.filter(cloud__in=[cloud.pk for cloud in viewer.clouds])


def in_cloud(viewer: Viewer) -> QuerySet[RawEvent]:
    """The visible ones in the chosen cloud."""
    return RawEvent.objects.filter(cloud=viewer.cloud) if viewer.cloud else visible(viewer)


def refused(viewer: Viewer) -> QuerySet[RejectedEvent]:
    """What was refused in the clouds that the viewer may see, narrowed to the chosen one."""
    clouds = [viewer.cloud] if viewer.cloud else viewer.clouds
    return RejectedEvent.objects.filter(cloud__in=[cloud.pk for cloud in clouds])


def key_name(key: ApiKey) -> str:
    return f"{key.name} ({key.prefix}…)" if key.name else f"{key.prefix}…"


class KeyFilter(KeysetFilter):
    """What both lists can be narrowed to."""

    cloud = django_filters.CharFilter(method="keep")
    key = django_filters.NumberFilter(method="by_key")
    ordering = django_filters.ChoiceFilter(method="keep", null_label=None)

    def by_key(self, rows, name, value):
        """A key that the viewer does not know of has sent nothing."""
        return rows.filter(api_key__in=[key.pk for key in self.keys if key.pk == value])

    def key_choices(self) -> list[tuple[str, str]]:
        return [(str(key.pk), key_name(key)) for key in self.keys]

    @cached_property
    def keys(self) -> list[ApiKey]:
        return list(known_keys(self.request.viewer))


class EventFilter(KeyFilter):
    """Events by day (UTC), job, kind, type, producer, key and run; `warnings` keeps those that have some."""

    ORDERINGS = {"time": "event_at"}
    DEFAULT = "-time"

    since = django_filters.DateFilter(method="from_day")
    until = django_filters.DateFilter(method="to_day")
    project = django_filters.CharFilter(method="by_project")
    q = django_filters.CharFilter(field_name="job", lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(choices=KINDS)
    event_type = django_filters.ChoiceFilter(choices=EVENT_TYPES)
    producer = django_filters.CharFilter(lookup_expr="icontains")
    warnings = django_filters.BooleanFilter(method="with_warnings")
    run = django_filters.UUIDFilter()

    class Meta:
        model = RawEvent
        fields: list[str] = []

    @classmethod
    def for_request(cls, request):
        rows = in_cloud(request.viewer).select_related("project__cloud").defer("body")
        return cls(request.GET, queryset=rows, request=request)

    def from_day(self, rows, name, day):
        return rows.filter(event_at__gte=datetime.combine(day, time.min, UTC))

    def to_day(self, rows, name, day):
        return rows.filter(event_at__lte=datetime.combine(day, time.max, UTC))

    @property
    def in_time(self) -> QuerySet[RawEvent]:
        """All of the days that are asked for, whatever else is."""
        rows = self.queryset
        for name in TIMES:
            rows = self.filters[name].filter(rows, self.form.cleaned_data.get(name))
        return rows

    def by_project(self, rows, name, value):
        return rows.filter(project__in=[project.pk for project in self.request.viewer.chosen_projects])

    def with_warnings(self, rows, name, value):
        return rows.exclude(warnings="[]") if value else rows

    @property
    def searches(self) -> bool:
        """Whether rows have to be looked through one by one: no index answers the conditions."""
        asked = {name for name, value in self.form.cleaned_data.items() if value not in (None, "", False)}
        return bool(asked - {"cloud", "ordering", *TIMES}) and "run" not in asked


class RejectedFilter(KeyFilter):
    """Refused bodies by status and key."""

    ORDERINGS = {"time": "received_at"}
    DEFAULT = "-time"

    status = django_filters.NumberFilter()

    class Meta:
        model = RejectedEvent
        fields: list[str] = []

    @classmethod
    def for_request(cls, request):
        rows = refused(request.viewer).select_related("cloud")
        return cls(request.GET, queryset=rows, request=request)
