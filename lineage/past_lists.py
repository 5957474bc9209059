"""Lists at a past moment: which nodes stand in them, and what they are searched, narrowed and put in order by.

A column that keeps only what was said last is an expression here, `NAME_then`. The few rows of which neither stamps nor
traits tell what was said by then are settled one by one (hindsight.py), and named in the expression.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    PositiveSmallIntegerField,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, NullIf

from . import hindsight
from .identity import HOUR, last_stamp
from .identity import moment as microseconds
from .kinds import LEAST, Kind
from .models import EVER, Parentage, Run, Sighting, Trait
from .past import Past, of, until, visible

# So many nodes, and runs, are settled one by one; those beyond them have what the traits say.
MOST_SETTLED = 1000
# The first byte of a stamp is its rank.
RANKS = range(1, 9)


def kinds_now(viewer, rows: QuerySet[Sighting], kinds: Iterable[int]) -> list[int]:
    """The kinds of today of the rows that were of these kinds at the viewer's moment. Where nothing of these was
    promoted since they are the same, and an index can put the list in order."""
    past, kinds = of(viewer), sorted(kinds)
    since = set(kind_class(kinds)) - set(kinds) if past and past.at else ()
    if not since:
        return kinds
    promoted = rows.filter(kind__in=since).alias(kind_then=kind_then(past, leaders(past))).filter(kind_then__in=kinds)
    return sorted({*kinds, *since}) if promoted.exists() else kinds


def listed(viewer, rows: QuerySet[Sighting], first, kinds: Iterable[int]) -> QuerySet[Sighting]:
    """Of sightings of kinds_now those to be listed: the `first` of each node, of these kinds at the viewer's moment."""
    past = of(viewer)
    if past.pin:
        rows = rows.filter(root__in=past.pin.nodes)
    if not past.at:
        return rows.filter(first)
    apart = leaders(past)
    rows = rows.alias(kind_then=kind_then(past, apart)).filter(kind_then__in=list(kinds))
    if not past.joined_since:
        return rows.filter(first)
    return rows.filter(Q(first, ~Q(node__among=past.joined_since)) | Q(pk__among=apart))


def kind_then(past: Past, apart: dict[int, int]):
    said = Trait.objects.filter(first_at__lte=past.at).order_by("-kind").values("kind")
    # Apart from each other: no index serves the two at once.
    of_both = [Coalesce(Subquery(said.filter(**{end: OuterRef("root")})[:1]), 0) for end in ("node", "node__canonical")]
    now = Coalesce(NullIf(Greatest(*of_both), 0), F("kind"))
    by_kind = defaultdict(list)
    for id, kind in apart.items():
        by_kind[kind].append(id)
    known = [When(pk__among=ids, then=Value(kind)) for kind, ids in by_kind.items()]
    always = When(kind__in=list(LEAST.values()), then=F("kind"))
    return Case(*known, always, default=now, output_field=PositiveSmallIntegerField())


def leaders(past: Past) -> dict[int, int]:
    """The leading sightings of nodes that are joined to others since, with their kinds."""
    if not past.joined_since:
        return {}
    rows = visible(past.viewer, Sighting.objects.filter(node__among=past.joined_since, hidden=False))
    first: dict[int, int] = {}
    for id, node in rows.order_by("created_at", "id").values_list("id", "node_id"):
        first.setdefault(past.joined_since[node], id)
    said = past.kinds(first)
    return {id: said[root] for root, id in first.items() if root in said}


def shown(viewer, rows: QuerySet[Sighting], kinds: Iterable[int]) -> QuerySet[Sighting]:
    """Of a list of these kinds without technical jobs: those that had neither inputs nor outputs, nor a descendant that
    had some."""
    past = of(viewer)
    if not past or not past.at:
        return rows.filter(shown=True)
    if Kind.WORKLOAD not in kinds:
        return rows
    said = Trait.objects.filter(shown=True, first_at__lte=past.at)
    parts = until(viewer, Parentage.objects.filter(child__organization=viewer.organization))
    up = defaultdict(set)
    for child, parent in parts.values_list("child_id", "parent_id"):
        up[child].add(parent)
    reached: set[int] = set()
    edge = set(said.filter(node__among=up).values_list("node_id", flat=True))
    while edge := {parent for child in edge for parent in up[child]} - reached:
        reached |= edge
    of_itself = Exists(said.filter(node=OuterRef("node"), kind=Kind.WORKLOAD))
    return rows.filter(Q(kind__lt=Kind.WORKLOAD) | of_itself | Q(node__among=reached))


def kind_class(kinds: Iterable[int]) -> list[int]:
    """Kinds that may since have become of what was one of these: nothing is demoted, nor changes its entity."""
    return [later for later in Kind if any(least(kind) == least(later) and kind <= later for kind in kinds)]


def least(kind: int) -> int:
    """The least kind of the entity that this is a kind of."""
    return max(each for each in LEAST.values() if each <= kind)


def said(viewer, column: str) -> str:
    """The name of a column of Sighting as of the viewer's moment: `saying` adds it to rows."""
    past = of(viewer)
    return f"{column}_then" if past and past.at and column in ("kind", *THEN) else column


def saying(viewer, rows: QuerySet[Sighting], *columns: str) -> QuerySet[Sighting]:
    """The rows of a list, with those of the columns that `said` names; they have the kind already."""
    past = of(viewer)
    wanted = set(columns) & set(THEN) if past and past.at else ()
    return rows.alias(**{said(viewer, column): THEN[column](past) for column in wanted})


def type_then(past: Past):
    """Declared in an hour that was over: as it stands. Else the one that was said by then, where there is one."""
    over = UUID(f"ff02{microseconds(past.at) // HOUR:08x}{'0' * 20}")
    by_then = Trait.objects.filter(node=OuterRef("node"), project=OuterRef("project"), first_at__lte=past.at)
    one = by_then.exclude(type="").order_by("-declared").values("type")[:1]
    known = defaultdict(list)
    for row in disputed(past):
        known[row.type].append(row.pk)
    return Case(
        When(type_stamp__gte=UUID(f"ff02{'0' * 28}"), type_stamp__lt=over, then=F("type")),
        *(When(pk__in=ids, then=Value(type)) for type, ids in known.items()),
        default=Coalesce(Subquery(one), Value("")),
    )


def disputed(past: Past) -> list[Sighting]:
    """The sightings of which several types had been said, settled."""
    said = visible(past.viewer, Trait.objects.filter(node__organization=past.viewer.organization)).exclude(type="")
    groups = said.order_by().values("node", "project", "declared").annotate(types=Count("type", distinct=True))
    places = set(groups.filter(types__gt=1).values_list("node", "project")[:MOST_SETTLED])
    rows = visible(past.viewer, Sighting.objects.filter(node__in={node for node, _project in places}))
    rows = [row for row in rows.select_related("node") if (row.node_id, row.project_id) in places]
    return past.settled(rows)


def creator_then(past: Past):
    return Case(When(said_later("creator_stamp", past), then=Value("")), default=F("creator"))


def last_run_then(past: Past):
    """When the newest run of a workload began. Its last word, by which the present puts it in order, is not kept."""
    began = Run.objects.filter(workload=OuterRef("node"), project=OuterRef("project"), first_at__lte=past.at)
    return Coalesce(Subquery(began.order_by("-first_at").values("first_at")[:1]), Value(EVER))


THEN = {"type": type_then, "creator": creator_then, "last_run_stamp": last_run_then}


def said_later(column: str, past: Past) -> Q:
    """Whether a stamp was given after the moment (as hindsight.later)."""
    found = Q(pk=None)
    for rank in RANKS:
        stamp = f"{rank:02x}{last_stamp(past.at)[2:]}"
        found |= Q(**{f"{column}__gt": UUID(stamp), f"{column}__lt": UUID(f"{rank + 1:02x}{'0' * 30}")})
    return found


def types(viewer, kinds: Iterable[int], limit: int) -> list[str]:
    """Types that had been said by the moment, of the viewer's nodes that were of these kinds."""
    rows = visible(viewer, Trait.objects.filter(node__organization=viewer.organization, kind__in=kinds))
    return sorted(rows.exclude(type="").order_by().values_list("type", flat=True).distinct()[:limit])


def in_state(viewer, runs: QuerySet[Run], state: str) -> QuerySet[Run]:
    """Those of the runs that were in a state at the viewer's moment."""
    past = of(viewer)
    if not past or not past.at:
        return runs.filter(state__iexact=state)
    since = said_later("state_stamp", past)
    running = list(runs.filter(since)[:MOST_SETTLED])
    hindsight.runs_then(past, running)
    then = [run.pk for run in running if run.state == state.upper()]
    return runs.filter(~since & Q(state__iexact=state) | Q(pk__in=then))
