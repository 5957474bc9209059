"""A page of events in bounded time: no more rows are looked through for one page than WINDOW.

Producers send millions of events, and few conditions have an index of their own, since each would cost every event
that comes in. So a search stops after WINDOW rows, says until when it has looked, and goes on from there on demand.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lineage.paging import Page, beyond, encode, paginate

from .event_filters import EventFilter

WINDOW = 20_000
PAGE_SIZE = 50
LAST_ID = 2**63 - 1


@dataclass
class Looked:
    """A page; `until` is the time where the search stopped, None where it came to the end; `notice` what went wrong."""

    page: Page
    until: datetime | None = None
    notice: str = ""


def look(filters: EventFilter, query) -> Looked:
    """The page that the query's cursor names, or the first where the cursor is none of ours."""
    after, before = query.get("after", ""), query.get("before", "")
    try:
        return window(filters, after, "" if after else before)
    except ValueError:
        looked = window(filters, "", "")
        looked.notice = _("The link to that page was broken, so this is the first page.")
        return looked


def window(filters: EventFilter, after: str, before: str) -> Looked:
    rows = filters.qs
    edge = edge_of(filters.in_time, after, before) if filters.searches else None
    if edge:
        rows = rows.filter(event_at__gte=edge) if not before else rows.filter(event_at__lte=edge)
    page = paginate(rows, ordering="-event_at", after=after, before=before, limit=PAGE_SIZE)
    if not edge:
        return Looked(page)
    if before:
        page.previous = page.previous or {"before": encode(edge, LAST_ID)}
        return Looked(page)
    if page.next:
        return Looked(page)
    page.next = {"after": encode(edge, 0)}
    return Looked(page, edge)


def edge_of(rows: QuerySet, after: str, before: str) -> datetime | None:
    """When the event happened that is WINDOW rows away from the cursor, by the index alone."""
    if after or before:
        rows = beyond(rows, "event_at", after or before, not before)
    order = ("event_at", "pk") if before else ("-event_at", "-pk")
    times = rows.select_related(None).order_by(*order).values_list("event_at", flat=True)
    return times[WINDOW : WINDOW + 1].first()
