"""Lineage around a dataset or a job: GET /lineage.

Marquez's depth counts steps from job to job over a dataset that they share, in any direction: depth 0 is a job with
its datasets. For a dataset, it is each of its jobs with their datasets.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from lineage import closure, queries
from lineage.models import Node, Sighting
from lineage.queries import DOWNSTREAM, UPSTREAM

from . import datasets, jobs, shapes, things
from .asked import Asked

DEPTH = 20
# More nodes than a page can draw.
MOST = 1000


@dataclass
class Walk:
    """What was found: the nodes by root, and the edges (source, target) between roots; `cut` says that there is
    more."""

    viewer: object
    found: dict[int, Sighting] = field(default_factory=dict)
    edges: set[tuple[int, int]] = field(default_factory=set)
    cut: bool = False

    def add(self, roots: set[int]) -> list[Sighting]:
        """The new ones among these that the viewer may see, as long as there is room."""
        new = sorted(roots - self.found.keys())
        room = MOST - len(self.found)
        self.cut = self.cut or len(new) > room
        seen = queries.sightings(self.viewer, new[:room])
        self.found |= seen
        return list(seen.values())

    def around(self, roots: set[int]) -> list[Sighting]:
        """The new neighbours of these nodes, in both directions."""
        for direction in (DOWNSTREAM, UPSTREAM):
            edges, cut = closure.edges_from(self.viewer, roots, direction)
            self.cut = self.cut or cut
            pairs = {(here, there) for here, ends in edges.items() for there, _type in ends}
            self.edges |= pairs if direction == DOWNSTREAM else {pair[::-1] for pair in pairs}
        return self.add({end for edge in self.edges for end in edge})


def get(asked: Asked) -> dict:
    start, _field = things.of_node_id(asked.viewer, asked.text("nodeId"))
    walk = Walk(asked.viewer)
    frontier = walk.add({start.root_id})
    frontier = walk.around({start.root_id}) if start.kind in shapes.JOBS else step(walk, frontier)
    for _step in range(asked.number("depth", DEPTH)):
        if not frontier or walk.cut:
            break
        frontier = step(walk, frontier)
    return {"graph": shown(walk, start), "cut": walk.cut}


def step(walk: Walk, frontier: list[Sighting]) -> list[Sighting]:
    """From datasets to the datasets of the jobs that touch them, and to those that are derived from them."""
    reached = walk.around({row.root_id for row in frontier})
    derived = [row for row in reached if row.kind not in shapes.JOBS]
    return derived + walk.around({row.root_id for row in reached if row.kind in shapes.JOBS})


def shown(walk: Walk, start: Node) -> list[dict]:
    """The nodes in the order of their ids, each with its edges to others in the list."""
    names = {root: row.node for root, row in walk.found.items()} | {start.root_id: start}
    data = {
        "DATASET": datasets.shown(walk.viewer, [node for node in names.values() if node.kind not in shapes.JOBS]),
        "JOB": jobs.shown(walk.viewer, [node for node in names.values() if node.kind in shapes.JOBS], latest=1),
    }
    into, out = defaultdict(list), defaultdict(list)
    for source, target in sorted(walk.edges):
        if source in names and target in names:
            edge = {"origin": shapes.node_id(names[source]), "destination": shapes.node_id(names[target])}
            into[edge["destination"]].append(edge)
            out[edge["origin"]].append(edge)
    found = []
    for type, rows in data.items():
        for row in rows:
            id = f"{type.lower()}:{row['namespace']}:{row['name']}"
            found.append({"id": id, "type": type, "data": row, "inEdges": into[id], "outEdges": out[id]})
    return sorted(found, key=lambda node: node["id"])
