"""Technical jobs, which the graph shows at the reader's wish (`?technical=1`): what its jobs are a part of, and those
parts of them that read and write nothing. static/js/graph/parts.js adds them in the page."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Coalesce

from . import cytoscape, neighbourhood, past, statements
from .graph_state import MOST_NODES
from .kinds import Kind
from .models import Node, Parentage, Sighting
from .queries import leading

ROUNDS = 4
MOST_PAIRS = 1000
NOTHING: dict[str, list] = {"nodes": [], "edges": []}


def around(viewer, drawn: dict[int, Sighting], root: int) -> dict[str, list]:
    """Elements beside those drawn: the jobs, each with whether it is `technical`, and the edges from each job to its
    parts, `part` being true. Of the root all parts, also those that read or write something."""
    known = {id: {row.project_id} for id, row in drawn.items() if row.kind == Kind.WORKLOAD}
    found: dict[int, Sighting] = {}
    pairs: set[tuple[int, int]] = set()
    frontier = list(known)
    for _round in range(ROUNDS if frontier else 0):
        new = pairs_of(viewer, frontier, root) - pairs
        rows, seen = known_of(viewer, new)
        pairs |= seen
        ends = {id for pair in seen for id in pair} - set(drawn) - set(found)
        found |= {id: row for id, row in leading(rows).items() if id in ends}
        frontier = list(ends)
        if not frontier:
            break
    return elements(viewer, found, pairs)


def known_of(viewer, pairs: set[tuple[int, int]]) -> tuple[list[Sighting], set[tuple[int, int]]]:
    """What the viewer may see of the jobs of these pairs (parent, child), and the pairs that the viewer may know of."""
    rows = statements.sightings(viewer, {id for pair in pairs for id in pair}) if pairs else []
    rows = [row for row in rows if not row.hidden]
    projects = defaultdict(set)
    for row in rows:
        projects[row.root_id].add(row.project_id)
    # Who knows both from different projects does not know that one is a part of the other.
    return rows, {(parent, child) for parent, child in pairs if projects[parent] & projects[child]}


def pairs_of(viewer, ids: list[int], root: int) -> set[tuple[int, int]]:
    """(parent, child) of what these jobs are a part of, and of their technical parts."""
    members = dict(Node.objects.filter(Q(pk__in=ids) | Q(canonical__in=ids)).values_list("pk", "canonical_id"))
    roots = [id for id, canonical in members.items() if root in (id, canonical)]
    which = Q(child__in=members) | Q(parent__in=members, child__shown=False) | Q(parent__in=roots)
    ends = [Coalesce(f"{end}__canonical_id", f"{end}_id") for end in ("parent", "child")]
    rows = past.until(viewer, Parentage.objects.filter(which)).order_by("pk").values_list(*ends)
    return {(parent, child) for parent, child in rows[:MOST_PAIRS] if parent != child}


def elements(viewer, found: dict[int, Sighting], pairs: Iterable[tuple[int, int]]) -> dict[str, list]:
    degrees = neighbourhood.degrees(viewer, found) if found else {}
    nodes = [job_element(row, degrees.get(id)) for id, row in sorted(found.items())]
    return {"nodes": nodes, "edges": [cytoscape.part_element(*pair) for pair in sorted(pairs)]}


def job_element(row: Sighting, degree) -> dict:
    return {"data": cytoscape.node_element(row, degree)["data"] | {"technical": not row.shown}}


def fold(graph: dict, technical: dict, hidden: list[str]) -> dict:
    """What graph_hide.fold gives, and the technical jobs that hang on what is seen, in the order they are met."""
    if Kind.WORKLOAD.slug in hidden:
        return graph
    nodes = {each["data"]["id"]: each for each in graph["nodes"]}
    known = {each["data"]["id"]: each for each in technical["nodes"]}
    edges, before = [], -1
    while before < len(nodes):
        before = len(nodes)
        for edge in technical["edges"]:
            if edge not in edges and joins(edge["data"], nodes, known, graph["root"]):
                edges.append(edge)
    return graph | {"nodes": [*nodes.values()], "edges": [*graph["edges"], *edges]}


def joins(edge: dict, nodes: dict, known: dict, root: str) -> bool:
    """Whether both ends of the edge are drawn; adds to `nodes` the one that hangs on the other."""
    parent, child = edge["source"], edge["target"]
    if parent in nodes and child in nodes:
        return True
    other = child if parent in nodes else parent if child in nodes else None
    if other not in known or len(nodes) >= MOST_NODES:
        return False
    if other == child and parent != root and not known[child]["data"]["technical"]:
        return False
    nodes[other] = known[other]
    return True
