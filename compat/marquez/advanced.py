"""The search of Marquez's web page where it is built with REACT_APP_ADVANCED_SEARCH: names, with what the newest run
said. Marquez asks OpenSearch; here the store answers."""

import re
from html import escape

from lineage import bulk, queries, search
from lineage.kinds import Role
from lineage.models import Node
from lineage.versions import members

from . import shapes
from .asked import Asked
from .finding import matches, wanted

MOST = 10
KINDS = {"jobs": "JOB", "datasets": "DATASET"}


def find(asked: Asked, what: str) -> dict:
    """The best ten, and for each where its name or namespace has the text."""
    query = wanted(asked)
    found = [node for node, _sighting in matches(asked, query, KINDS[what])]
    found.sort(key=lambda node: search.rank(query.lower(), node.name.lower()))
    found = list({node.root_id: node for node in reversed(found)}.values())[::-1][:MOST]
    named = members(node.root_id for node in found)
    runs = newest_runs(asked.viewer, named, what)
    facets = bulk.facets(asked.viewer, named)
    hits = [hit(node, facets.get(node.root_id, {}), runs.get(node.root_id), KINDS[what]) for node in found]
    return {"hits": hits, "highlights": [highlight(node, query) for node in found]}


def newest_runs(viewer, named: dict[int, int], what: str) -> dict:
    """By root: the newest run of a job, or the newest that wrote a dataset, else that read it."""
    if what == "jobs":
        return {root: rows[0] for root, rows in bulk.newest_runs(viewer, named, 1).items() if rows}
    read, wrote = (bulk.newest_io(viewer, named, role) for role in (Role.INPUT, Role.OUTPUT))
    last = {root: rows[0].run_id for each in (read, wrote) for root, rows in each.items() if rows}
    runs = queries.last_runs(viewer, last.values())
    return {root: runs[id] for root, id in last.items() if id in runs}


def hit(node: Node, facets: shapes.Facets, run, kind: str) -> dict:
    said, of_job = queries.run_facets(run) if run else ({}, {})
    return {
        "run_id": str(run.uuid) if run else None,
        "name": node.name,
        "namespace": node.namespace,
        "eventType": run.state if run else None,
        "type": kind,
        "facets": shapes.plain(facets | of_job if kind == "JOB" else facets),
        "runFacets": shapes.plain(said),
    }


def highlight(node: Node, query: str) -> dict:
    """By field: the text with <em> around what was looked for, all else escaped: the page shows it as HTML."""
    fields = {"name": node.name, "namespace": node.namespace}
    return {field: [marked(text, query)] for field, text in fields.items() if query.lower() in text.lower()}


def marked(text: str, query: str) -> str:
    parts = re.split(f"({re.escape(query)})", text, flags=re.IGNORECASE)
    return "".join(f"<em>{escape(part)}</em>" if at % 2 else escape(part) for at, part in enumerate(parts))
