"""Lineage of columns: GET /column-lineage.

As in Marquez, `inEdges` of a column start at it and end at its inputs: its web page draws them so.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from django.http import Http404
from django.utils.translation import gettext as _

from lineage import bulk, facts, queries, version_facets, versions
from lineage.columns import Column, Walk
from lineage.kinds import Entity
from lineage.models import Node, Run
from lineage.queries import DOWNSTREAM, UPSTREAM

from . import datasets, job_versions, shapes, things
from .asked import Asked, Fault
from .graph import DEPTH

VERSION = re.compile(r"(.+)#([0-9a-fA-F-]{32,36})")


@dataclass
class Found:
    """Columns, and the edges between them as (column, column that it is made of)."""

    columns: dict[Column, None] = field(default_factory=dict)
    edges: set[tuple[Column, Column]] = field(default_factory=set)

    def step(self, walk: Walk, frontier: set[Column]) -> set[Column]:
        """The columns next to these that are new. What is said of a whole dataset is none of Marquez's columns."""
        walk.read({column.node for column in frontier})
        ways = ((here, there) for here in frontier for there, _way in walk.taken(here, {here.name}))
        said = {(here, there) for here, there in ways if there.name}
        self.edges |= {pair[::-1] if walk.down else pair for pair in said}
        new = {there for _here, there in said} - self.columns.keys()
        self.columns |= dict.fromkeys(sorted(new))
        return new


def get(asked: Asked) -> dict:
    pinned = VERSION.fullmatch(asked.text("nodeId"))
    name, version = pinned.groups() if pinned else (asked.text("nodeId"), "")
    down = asked.flag("withDownstream")
    if version and down:
        raise Fault(400, _("withDownstream is not for a node with a version"))
    node, column = things.of_node_id(asked.viewer, name)
    run = run_of(asked.viewer, node, version) if version else None
    walks = {side: Walk(asked.viewer, side, run) for side in (UPSTREAM, DOWNSTREAM)}
    start, found = start_of(asked.viewer, node, column, walks), Found()
    found.columns |= dict.fromkeys(sorted(start))
    for direction in (UPSTREAM, DOWNSTREAM) if down else (UPSTREAM,):
        frontier, walk = start, walks[direction]
        for _step in range(asked.number("depth", DEPTH)):
            frontier = found.step(walk, frontier)
            if not frontier:
                break
            if walk.run:  # The version says which run; what comes before that is of any.
                walk = Walk(asked.viewer, direction)
    return {"graph": shown(asked.viewer, found)}


def run_of(viewer, node: Node, version: str) -> Run | None:
    """The run that made a version of a dataset, or the newest one of a job's. Raises Http404."""
    if node.entity == Entity.JOB:
        found = job_versions.history(viewer, node, shapes.location)
        made = next((each.latest for each in found if str(each.id) == version.lower()), None)
    else:
        row = datasets.snapshot(viewer, node, version)
        made = version_facets.made_by(viewer, [row]).get(row.maker) if row else None
    if made is None:
        raise Http404(_("Version “%s” not found, or no run made it.") % version)
    return made


def start_of(viewer, node: Node, column: str, walks: dict[str, Walk]) -> set[Column]:
    """The column that was asked for, or those of the dataset, or those of what the job writes."""
    if column:
        return {Column(node.root_id, column)}
    roots = [node.root_id]
    if node.entity == Entity.JOB:
        roots = bulk.neighbours(viewer, roots)[1].get(node.root_id, [])
    named = versions.members(roots)
    facets = bulk.facets(viewer, named)
    start = {Column(root, each.name) for root, said in facets.items() for each in facts.schema(said)}
    for walk in walks.values():
        walk.read(roots)
        start |= {Column(root, name) for root in roots for name in walk.names(root) if name}
    return start


def shown(viewer, found: Found) -> list[dict]:
    """The columns that are linked, in the order of their ids."""
    linked = {column for edge in found.edges for column in edge}
    roots = {root for root, _name in linked}
    seen = queries.sightings(viewer, roots)
    named = versions.members(roots)
    facets, current = bulk.facets(viewer, named), datasets.newest(viewer, named)
    into, out = defaultdict(list), defaultdict(list)
    for made, source in sorted(found.edges):
        if made[0] in seen and source[0] in seen:
            into[made].append(source)
            out[source].append(made)
    nodes = {root: row.node for root, row in seen.items()}
    told = [shape(column, nodes, facets, current, into[column], out[column]) for column in linked if column[0] in nodes]
    return sorted(told, key=lambda node: node["id"])


def id_of(column: Column, nodes: dict[int, Node]) -> str:
    node = nodes[column[0]]
    return f"datasetField:{node.namespace}:{node.name}:{column[1]}"


def shape(column: Column, nodes: dict, facets: dict, current: dict, sources: list, targets: list) -> dict:
    root, name = column
    node, id = nodes[root], id_of(column, nodes)
    said = facets.get(root, {})
    told = {each["name"]: each for each in shapes.column_lineage(said) or []}.get(name, {})
    types = {each.name: each.type for each in facts.schema(said)}
    return {
        "id": id,
        "type": "DATASET_FIELD",
        "data": {
            "namespace": node.namespace,
            "dataset": node.name,
            "datasetVersion": current.get(root, {}).get("id"),
            "field": name,
            "fieldType": types.get(name),
            "transformationDescription": told.get("transformationDescription"),
            "transformationType": told.get("transformationType"),
            "inputFields": [input_shape(source, nodes, current, told) for source in sources],
        },
        "inEdges": [{"origin": id, "destination": id_of(source, nodes)} for source in sources],
        "outEdges": [{"origin": id, "destination": id_of(target, nodes)} for target in targets],
    }


def input_shape(source: Column, nodes: dict, current: dict, told: dict) -> dict:
    node = nodes[source[0]]
    named = (node.namespace, node.name, source[1])
    inputs = told.get("inputFields", [])
    how = next((each for each in inputs if (each["namespace"], each["dataset"], each["field"]) == named), {})
    return {
        "namespace": node.namespace,
        "dataset": node.name,
        "datasetVersion": current.get(source[0], {}).get("id"),
        "field": source[1],
        "transformationDescription": how.get("transformationDescription"),
        "transformationType": how.get("transformationType"),
    }
