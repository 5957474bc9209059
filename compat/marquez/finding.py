"""Search by name, as the search box of Marquez's web page asks."""

from datetime import UTC, date, datetime, time

from django.utils.translation import gettext as _

from lineage import inventory, queries, search
from lineage.finding import holds
from lineage.kinds import Entity
from lineage.models import Sighting

from . import shapes
from .asked import Asked, Fault

ENTITIES = {"": [Entity.DATASET, Entity.JOB], "DATASET": [Entity.DATASET], "JOB": [Entity.JOB]}
SORTS = ("NAME", "UPDATE_AT")


def find(asked: Asked) -> dict:
    """The best `limit` of up to search.MOST matches."""
    query, sort = wanted(asked), asked.text("sort", "NAME").upper()
    if sort not in SORTS:
        raise Fault(400, _("query param sort must be NAME or UPDATE_AT"))
    rows = [told(*pair) for pair in matches(asked, query, asked.text("filter").upper())]
    first, last = day(asked, "after", time.min), day(asked, "before", time.max)
    rows = [row for row in rows if (not first or row["updatedAt"] >= first) and (not last or row["updatedAt"] <= last)]
    # Python's sort is stable: the newest first, those of one moment by name.
    rows.sort(key=lambda row: row["name"].lower())
    if sort == "UPDATE_AT":
        rows.sort(key=lambda row: row["updatedAt"], reverse=True)
    rows = rows[: asked.number("limit", 10)]
    return {"totalCount": len(rows), "results": [{**row, "updatedAt": shapes.moment(row["updatedAt"])} for row in rows]}


def wanted(asked: Asked) -> str:
    query = asked.text("q")
    if not query.strip():
        raise Fault(400, _("query param q must not be empty"))
    return query


def matches(asked: Asked, query: str, kind: str) -> list[tuple]:
    """(node, sighting) of what has the text in its URI."""
    if kind not in ENTITIES:
        raise Fault(400, _("query param filter must be DATASET or JOB"))
    rows = inventory.visible(asked.viewer).filter(entity__in=ENTITIES[kind])
    if namespace := asked.text("namespace"):
        rows = rows.filter(namespace=namespace)
    nodes = list(rows.filter(holds(query))[: search.MOST])
    seen = queries.sightings(asked.viewer, {node.root_id for node in nodes})
    return [(node, seen[node.root_id]) for node in nodes if node.root_id in seen]


def told(node, sighting: Sighting) -> dict:
    ran = queries.said_at(sighting.last_run_stamp) if sighting.last_run else sighting.created_at
    return {
        "type": "JOB" if node.entity == Entity.JOB else "DATASET",
        "name": node.name,
        "updatedAt": max(ran, sighting.created_at),
        "namespace": node.namespace,
        "nodeId": shapes.node_id(node),
    }


def day(asked: Asked, name: str, at: time) -> datetime | None:
    value = asked.text(name)
    if not value:
        return None
    try:
        return datetime.combine(date.fromisoformat(value), at, UTC)
    except ValueError:
        raise Fault(400, _("query param %s must be a date, YYYY-MM-DD") % name) from None
