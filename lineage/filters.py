"""The filters of every list. A page and its API use the same class, so that they cannot disagree."""

from collections.abc import Iterable, Sequence

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from . import past, past_lists, statements
from .finding import by_run_id, holds
from .models import Node, Run, Sighting
from .queries import all_runs, listed, names_of, within

# So many nodes of a name are named one by one.
FEW = 20_000


class KeysetFilter(django_filters.FilterSet):
    """A FilterSet that knows the order of its list: `ordering` is a key of ORDERINGS, "-" in front for down."""

    ORDERINGS: dict[str, str] = {}
    DEFAULT = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = [(sign + name, sign + name) for name in self.ORDERINGS for sign in ("", "-")]
        self.filters["ordering"].extra["choices"] = names

    @property
    def ordering(self) -> str:
        """As the URL names it."""
        return self.form.cleaned_data.get("ordering") or self.DEFAULT

    @property
    def order(self) -> str:
        """As the database names it."""
        sign = "-" if self.ordering.startswith("-") else ""
        return sign + self.ORDERINGS[self.ordering.lstrip("-")]

    def keep(self, rows, name, value: str):
        """For parameters that are not conditions: cloud and project narrow the rows beforehand."""
        return rows


class NodeFilter(KeysetFilter):
    """Sightings by cloud, project, creator, type and text."""

    ORDERINGS = {"name": "sort_name", "type": "type", "created_at": "created_at", "created_by": "creator"}
    DEFAULT = "-created_at"
    KINDS: tuple[int, ...] = ()

    q = django_filters.CharFilter(method="search", label=_("Part of a name or a URI"))
    cloud = django_filters.CharFilter(method="keep", label=_("Name or id of a cloud"))
    project = django_filters.CharFilter(method="keep", label=_("Name or id of a project"))
    created_by = django_filters.CharFilter(method="by_creator", label=_("Created by, exactly"))
    type = django_filters.CharFilter(method="by_type", label=_("Type"))
    hidden = django_filters.BooleanFilter(
        method="reveal", label=_("Technical ones and those that people have hidden, too")
    )
    ordering = django_filters.ChoiceFilter(method="keep", label=_("Order"), null_label=None)

    class Meta:
        model = Sighting
        fields: list[str] = []

    @classmethod
    def for_request(cls, request):
        """The filter over what the viewer may see, narrowed to the chosen cloud and project."""
        viewer = request.viewer
        narrowed = viewer.cloud or viewer.project
        hidden = forms.NullBooleanField().clean(request.GET.get("hidden"))
        rows = listed(viewer, cls.KINDS, viewer.projects() if narrowed else None, bool(hidden))
        return cls(request.GET, queryset=rows, request=request)

    def filter_queryset(self, rows):
        asked = self.form.cleaned_data
        narrowed = [column for name, column in (("type", "type"), ("created_by", "creator")) if asked.get(name)]
        rows = past_lists.saying(self.request.viewer, rows, self.ORDERINGS[self.ordering.lstrip("-")], *narrowed)
        rows = super().filter_queryset(rows)
        return rows if asked.get("hidden") else past_lists.shown(self.request.viewer, rows, self.KINDS)

    @property
    def order(self) -> str:
        sign, column = super().order.rpartition("-")[1:]
        return sign + self.said(column)

    def said(self, column: str) -> str:
        """The column as of the viewer's moment."""
        return past_lists.said(self.request.viewer, column)

    def reveal(self, rows, name, value: bool):
        """Left to `filter_queryset`: hidden ones are out even where nobody asks."""
        return rows

    def search(self, rows, name, value: str):
        return rows.filter(named(self.request.viewer, self.KINDS, value.strip()))

    def by_creator(self, rows, name, value):
        return rows.filter(**{self.said("creator"): value})

    def by_type(self, rows, name, value):
        return rows.filter(**{f"{self.said('type')}__iexact": value})

    def creators(self, limit: int = 200) -> list[str]:
        """Known creators of what the viewer may see, for the filter's choices."""
        return statements.known(self.request.viewer, self.KINDS, "creator", limit)

    def types(self, limit: int = 100) -> list[str]:
        viewer, then = self.request.viewer, past.of(self.request.viewer)
        if then and then.at:
            return past_lists.types(viewer, self.KINDS, limit)
        return statements.known(viewer, self.KINDS, "type", limit)


def named(viewer, kinds: Sequence[int], text: str) -> Q:
    """Sightings whose node has the text in its URI, under any name the viewer may see.

    Where such nodes are few they are named one by one, for a list that is walked in its order until a page is full may
    come to its end before; where they are many, a page is full soon.
    """
    then = past.of(viewer)
    some = past_lists.kind_class(kinds) if then and then.at else kinds
    nodes = Node.objects.filter(holds(text), organization=viewer.organization, kind__in=some)
    few = list(nodes.values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        rows = within(viewer, Sighting.objects.filter(node__among=few))
        return joined(viewer, list(rows.values_list("node", "root").distinct()))
    others = Node.objects.filter(organization=viewer.organization, canonical__isnull=False).values("canonical")
    rows = within(viewer, Sighting.objects.filter(holds(text, "node__"), root__in=others))
    if then and then.at:
        return holds(text, "node__") | joined(viewer, rows.values_list("node", "root"))
    return holds(text, "node__") | Q(root__in=rows.values("root"))


def joined(viewer, found: Iterable[tuple[int, int]]) -> Q:
    """Sightings of these nodes, each given with what it is joined to, by whichever name."""
    then = past.of(viewer)
    if then and then.at:
        roots = {then.root(node, root) for node, root in found}
        apart = [node for node, root in then.joined_since.items() if root in roots]
        alone = Q(root__among=roots - set(then.joined_since)) & ~Q(node__among=then.joined_since)
        which = alone | Q(node__among=apart)
    else:
        which = Q(root__among={root for _node, root in found})
    # Apart, so that they are collected and then put in order, and not looked for along a whole list.
    return Q(pk__in=Sighting.objects.filter(which).values("pk"))


class RunFilter(KeysetFilter):
    """Runs by cloud, project, workload and state."""

    ORDERINGS = {"started_at": "first_at"}
    DEFAULT = "-started_at"

    q = django_filters.CharFilter(method="search", label=_("A run's id or its beginning, or a part of its operation"))
    cloud = django_filters.CharFilter(method="keep", label=_("Name or id of a cloud"))
    project = django_filters.CharFilter(method="keep", label=_("Name or id of a project"))
    workload = django_filters.NumberFilter(
        method="by_workload", label=_("Id of a workload"), decimal_places=0, max_value=2**63 - 1
    )
    state = django_filters.CharFilter(method="in_state", label=_("State: START, RUNNING, COMPLETE, FAIL, ABORT"))
    ordering = django_filters.ChoiceFilter(method="keep", label=_("Order"), null_label=None)

    class Meta:
        model = Run
        fields: list[str] = []

    @classmethod
    def for_request(cls, request):
        viewer = request.viewer
        rows = all_runs(viewer)
        if viewer.cloud or viewer.project:
            rows = rows.filter(project__in=viewer.projects())
        return cls(request.GET, queryset=rows, request=request)

    def by_workload(self, rows, name, value):
        # Named one by one, so that the order of the index holds.
        return rows.filter(workload__in=list(names_of(value).values_list("pk", flat=True)))

    def in_state(self, rows, name, value):
        return past_lists.in_state(self.request.viewer, rows, value)

    def search(self, rows, name, value):
        found = Q(operation__icontains=value) | Q(session=value) | Q(external_id=value)
        return rows.filter(found | by_run_id(value))
