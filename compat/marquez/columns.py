"""Lineage of columns: GET /column-lineage.

As in Marquez, `inEdges` of a column start at it and end at its inputs: its web page draws them so.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from django.http import Http404
from django.utils.translation import gettext as _

from lineage import bulk, facts, queries, versions
from lineage.kinds import Entity
from lineage.models import Flow, Node, Run

from . import datasets, job_versions, shapes, things
from .asked import Asked, Fault
from .graph import DEPTH

VERSION = re.compile(r"(.+)#([0-9a-fA-F-]{32,36})")
MOST = 10_000
Column = tuple[int, str]


@dataclass
class Walk:
    """What was found: edges (column, column it is made of). `run` narrows the first step to one run."""

    viewer: object
    edges: set[tuple[Column, Column]] = field(default_factory=set)
    columns: dict[Column, None] = field(default_factory=dict)

    def step(self, frontier: set[Column], down: bool, run: Run | None = None) -> set[Column]:
        """The columns next to these, in one direction."""
        here = "input" if down else "output"
        named = versions.members({root for root, _name in frontier})
        rows = Flow.objects.filter(**{f"{here}__in": list(named), "columns__isnull": False})
        rows = queries.within(self.viewer, rows.filter(run=run) if run else rows)
        links = list(rows.order_by().values_list("input", "output", "columns").distinct()[:MOST])
        bodies = queries.texts(body for _input, _output, body in links)
        roots = {pk: other or pk for pk, other in canonical({end for link in links for end in link[:2]})}
        found = set()
        for source, target, body in links:
            for input, output, *_how in bodies[body]:
                pair = ((roots[target], output), (roots[source], input))
                if input and output and pair[1 if down else 0] in frontier:
                    self.edges.add(pair)
                    found.add(pair[0 if down else 1])
        new = found - self.columns.keys()
        self.columns |= dict.fromkeys(sorted(new))
        return new


def canonical(ids: set[int]):
    return Node.objects.filter(pk__in=ids).values_list("pk", "canonical")


def get(asked: Asked) -> dict:
    found = VERSION.fullmatch(asked.text("nodeId"))
    name, version = found.groups() if found else (asked.text("nodeId"), "")
    down = asked.flag("withDownstream")
    if version and down:
        raise Fault(400, _("withDownstream is not for a node with a version"))
    node, column = things.of_node_id(asked.viewer, name)
    run = run_of(asked.viewer, node, version) if version else None
    walk = Walk(asked.viewer)
    start = start_of(asked.viewer, node, column, run)
    walk.columns |= dict.fromkeys(sorted(start))
    for direction in (False, True) if down else (False,):
        frontier = start
        for count in range(asked.number("depth", DEPTH)):
            frontier = walk.step(frontier, direction, run if not count else None)
            if not frontier:
                break
    return {"graph": shown(asked.viewer, walk)}


def run_of(viewer, node: Node, version: str) -> Run | None:
    """The run that made a version of a dataset, or the newest one of a job's. Raises Http404."""
    if node.entity == Entity.JOB:
        found = job_versions.history(viewer, node, shapes.location)
        made = next((each.latest for each in found if str(each.id) == version.lower()), None)
    else:
        row = datasets.snapshot(viewer, node, version)
        made = versions.made_by(viewer, [row]).get(row.maker) if row else None
    if made is None:
        raise Http404(_("Version “%s” not found, or no run made it.") % version)
    return made


def start_of(viewer, node: Node, column: str, run: Run | None) -> set[Column]:
    """The column that was asked for, or those of the dataset, or those of what the job writes."""
    if column:
        return {(node.root_id, column)}
    roots = [node.root_id]
    if node.entity == Entity.JOB:
        roots = bulk.neighbours(viewer, roots)[1].get(node.root_id, [])
    named = versions.members(roots)
    facets = bulk.facets(viewer, named)
    start = {(root, each.name) for root, said in facets.items() for each in facts.schema(said)}
    for end, at in (("input", 0), ("output", 1)):
        rows = Flow.objects.filter(**{f"{end}__in": list(named), "columns__isnull": False})
        rows = queries.within(viewer, rows.filter(run=run) if run else rows)
        flows = list(rows.order_by().values_list(end, "columns").distinct()[:MOST])
        bodies = queries.texts(body for _node, body in flows)
        start |= {(named[pk], each[at]) for pk, body in flows for each in bodies[body] if each[at]}
    return start


def shown(viewer, walk: Walk) -> list[dict]:
    """The columns that are linked, in the order of their ids."""
    linked = {column for edge in walk.edges for column in edge}
    roots = {root for root, _name in linked}
    seen = queries.sightings(viewer, roots)
    named = versions.members(roots)
    facets, current = bulk.facets(viewer, named), datasets.newest(viewer, named)
    into, out = defaultdict(list), defaultdict(list)
    for made, source in sorted(walk.edges):
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
