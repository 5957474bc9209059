"""Rows of the graph as Cytoscape.js elements. Pure: knows no database and no request.

A node is `{"data": {"id": "n7", "node_id": 7, "label", "uri", "kind", "type", "url", …}}`, an edge
`{"data": {"id": "e7-Produced-9", "source": "n7", "target": "n9", "type", "last_run", …}}`. A self-loop
is an edge whose ends are one node; a node or an edge that several rows name appears once.
"""

from . import wording
from .addresses import address
from .kinds import AssociationType, Kind


def node_element(sighting, degree: tuple[int, int] | None = None) -> dict:
    """`upstream` and `downstream` are how many neighbours there are, 99 standing for more; None if not asked."""
    node = sighting.node
    up, down = degree or (None, None)
    return {
        "data": {
            "id": node_id(sighting.root_id),
            "node_id": sighting.root_id,
            "label": node.label,
            "uri": node.uri,
            "namespace": node.namespace,
            "kind": Kind(sighting.kind).slug,
            "kind_label": str(Kind(sighting.kind).label),
            "type": sighting.type,
            "type_label": wording.type_label(sighting),
            "url": node.get_absolute_url(),
            "lineage_url": node.get_lineage_url(),
            "upstream": up,
            "downstream": down,
        }
    }


def edge_element(edge, runs: dict) -> dict:
    """`runs` holds the last runs by their ids; `last_run` is the address of the run's page, or None."""
    type = AssociationType(edge.type).label
    run = runs.get(edge.last_run)
    return {
        "data": {
            "id": f"e{edge.source_root_id}-{type}-{edge.target_root_id}",
            "source": node_id(edge.source_root_id),
            "target": node_id(edge.target_root_id),
            "type": type,
            "url": address("lineage:graph-edge", edge.source_root_id, type, edge.target_root_id),
            "last_run": run.get_absolute_url() if run else None,
            "last_run_at": run.first_at.isoformat() if run else None,
        }
    }


def part_element(parent: int, child: int) -> dict:
    """The edge from a job to a job that is a part of it. No run made it, and nothing flows along it."""
    return {
        "data": {
            "id": f"e{parent}-Contains-{child}",
            "source": node_id(parent),
            "target": node_id(child),
            "type": "Contains",
            "part": True,
            "url": None,
            "last_run": None,
            "last_run_at": None,
        }
    }


def elements(sightings, edges, degrees: dict, runs: dict) -> dict:
    """{"nodes": […], "edges": […]}, each once, in the order of their first appearance."""
    nodes = {row.root_id: node_element(row, degrees.get(row.root_id)) for row in sightings}
    links = {element["data"]["id"]: element for edge in edges if (element := edge_element(edge, runs))}
    return {"nodes": list(nodes.values()), "edges": list(links.values())}


def more(level) -> dict:
    """What is left in one direction: `{"count": 22, "capped": false, "cursor": … or null}`."""
    return {"count": level.count, "capped": level.capped, "cursor": level.cursor}


def step(opened) -> dict:
    """A step of the picture, for the page's own script: which edges it shows, and how to go on."""
    return {
        "direction": opened.step.direction,
        "node": node_id(opened.step.node),
        "shown": opened.step.shown,
        "edges": [edge_element(row.edge, {})["data"]["id"] for row in opened.rows],
        **more(opened),
    }


def node_id(id: int) -> str:
    return f"n{id}"
