"""Lineage events as they came."""

import json

from django.utils.translation import gettext as _

from ingestion.event_filters import visible
from ingestion.kept import texts
from lineage.inventory import nodes
from lineage.kinds import Entity
from lineage.models import Run

from .asked import Asked, Fault

# Counting further would walk all events of a large console for one page.
MOST_COUNTED = 100_000


def every(asked: Asked) -> dict:
    """Of runs, in the time from `after` up to, and without, `before`; the newest first."""
    way = asked.text("sortDirection", "desc").lower()
    if way not in ("asc", "desc"):
        raise Fault(400, _("query param sortDirection must be asc or desc"))
    return shown(asked, visible(asked.viewer).filter(kind="run"), way)


def of_namespace(asked: Asked, namespace: str) -> dict:
    """Of jobs in a namespace."""
    jobs = nodes(asked.viewer, Entity.JOB, namespace).order_by().values("pk")
    runs = Run.objects.filter(workload__in=jobs).values("uuid")
    return shown(asked, visible(asked.viewer).filter(kind="run", run__in=runs), "desc")


def shown(asked: Asked, rows, way: str) -> dict:
    if after := asked.moment("after"):
        rows = rows.filter(event_at__gte=after)
    if before := asked.moment("before"):
        rows = rows.filter(event_at__lt=before)
    order = ("event_at", "pk") if way == "asc" else ("-event_at", "-pk")
    found = texts(rows.order_by(*order)[asked.page()])
    return {"events": [json.loads(text) for _, text in found], "totalCount": rows[:MOST_COUNTED].count()}
