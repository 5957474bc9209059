"""Counts over the last day or week, for the dashboard of Marquez's web page."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ingestion.event_filters import visible
from lineage import queries
from lineage.kinds import Kind

from . import namespaces, shapes
from .asked import Asked, Fault

STATES = {"fail": "FAIL", "start": "START", "complete": "COMPLETE", "abort": "ABORT"}
KINDS = {"jobs": [Kind.WORKLOAD], "datasets": [Kind.DATASET, Kind.ARTIFACT, Kind.MODEL, Kind.ENDPOINT]}


def get(asked: Asked, asset: str) -> list[dict]:
    edges = intervals(asked)
    if asset == "lineage-events":
        told = events(asked, edges)
    elif asset == "sources":
        told = sources(asked, edges)
    else:
        told = things(asked, edges, KINDS[asset])
    ends = zip(edges, edges[1:], told, strict=False)
    return [{"startInterval": shapes.moment(one), "endInterval": shapes.moment(end), **row} for one, end, row in ends]


def intervals(asked: Asked) -> list[datetime]:
    """The edges of 24 hours, or of 7 days of a time zone; the last interval is the one that is not over yet."""
    period = asked.text("period").upper()
    now = timezone.now().astimezone(zone(asked))
    if period == "DAY":
        end = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return [end - timedelta(hours=count) for count in range(24, -1, -1)]
    if period == "WEEK":
        end = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return [end - timedelta(days=count) for count in range(7, -1, -1)]
    raise Fault(400, _("query param period must be DAY or WEEK"))


def zone(asked: Asked) -> ZoneInfo:
    name = asked.text("timezone") or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Fault(400, _("query param timezone: there is no time zone “%s”") % name) from None


def events(asked: Asked, edges: list[datetime]) -> list[dict]:
    """How many came in in each interval, by their type."""
    counts = {}
    for at, end in enumerate(edges[1:]):
        within = Q(event_at__gte=edges[at], event_at__lt=end)
        counts |= {f"{key}_{at}": Count("pk", filter=within & Q(event_type=said)) for key, said in STATES.items()}
    rows = visible(asked.viewer).filter(event_at__gte=edges[0], event_at__lt=edges[-1]).order_by()
    told = rows.aggregate(**counts)
    return [{key: told[f"{key}_{at}"] for key in STATES} for at in range(len(edges) - 1)]


def things(asked: Asked, edges: list[datetime], kinds: list[Kind]) -> list[dict]:
    """How many of these kinds there were by the end of each interval."""
    rows = queries.listed(asked.viewer, kinds).order_by()
    counts = {f"by_{at}": Count("pk", filter=Q(created_at__lt=end)) for at, end in enumerate(edges[1:])}
    told = rows.aggregate(**counts)
    return [{"count": told[f"by_{at}"]} for at in range(len(edges) - 1)]


def sources(asked: Asked, edges: list[datetime]) -> list[dict]:
    first = [row["createdAt"] for row in namespaces.every_source(asked.viewer)]
    return [{"count": sum(at < shapes.moment(end) for at in first)} for end in edges[1:]]
