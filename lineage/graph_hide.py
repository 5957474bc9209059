"""Kinds that the reader hides from the graph (`?hide=workload,artifact`): what they stand between stays tied, by
edges past them. static/js/graph/hide.js does the same in the page."""

from collections import defaultdict

from . import neighbourhood
from .graph_state import Step
from .kinds import Kind

ROUNDS = 4
SLUGS = {kind.slug: kind for kind in Kind}


def parse(text: str | None) -> list[str]:
    """The slugs of kinds that the address names, each once; other words are left out."""
    return [slug for slug in dict.fromkeys((text or "").split(",")) if slug in SLUGS]


def turned(hidden: list[str], slug: str) -> list[str]:
    """The slugs with this one added, or taken away if it was there."""
    return parse(",".join([*hidden, slug] if slug not in hidden else [each for each in hidden if each != slug]))


def through(viewer, picture: neighbourhood.Picture, hidden: list[str], direction: str) -> neighbourhood.Picture:
    """The picture with the steps that open hidden nodes the way they were reached, up to 4 in a row."""
    for _round in range(ROUNDS if hidden else 0):
        more = missing(picture, hidden)
        if not more:
            break
        steps = [*(opened.step for opened in picture.steps), *picture.lost, *more]
        picture = neighbourhood.replay(viewer, picture.root, steps, direction)
    return picture


def missing(picture: neighbourhood.Picture, hidden: list[str]) -> list[Step]:
    kinds = {SLUGS[slug] for slug in hidden}
    known = {opened.step.pair for opened in picture.steps}
    found = [
        Step(opened.step.direction, row.sighting.root_id)
        for opened in picture.steps
        for row in opened.rows
        if row.sighting.kind in kinds and row.sighting.root_id != picture.root.root_id
    ]
    return [step for step in dict.fromkeys(found) if step.pair not in known]


def fold(graph: dict, hidden: list[str]) -> dict:
    """What graph_views.drawing gives, with `nodes` and `edges` as the reader sees them, and `whole` being all edges."""
    nodes = {node["data"]["id"]: node["data"] for node in graph["nodes"]}
    away = {id for id, data in nodes.items() if data["kind"] in hidden and id != graph["root"]}
    edges = [edge["data"] for edge in graph["edges"]]
    kept = [edge for edge in edges if not away & {edge["source"], edge["target"]}]
    past = bridges(edges, nodes, away) if away else []
    return graph | {
        "nodes": [node for node in graph["nodes"] if node["data"]["id"] not in away],
        "edges": [{"data": edge} for edge in [*kept, *past]],
        "whole": graph["edges"],
    }


def bridges(edges: list[dict], nodes: dict, away: set[str]) -> list[dict]:
    """An edge for each pair of nodes between which there are only hidden ones; `via` names the first of those."""
    out = defaultdict(list)
    for edge in edges:
        out[edge["source"]].append(edge["target"])
    return [
        {"id": f"v{source[1:]}-{target[1:]}", "source": source, "target": target, "type": "", "via": via, "url": None}
        for source in [*out]
        if source not in away
        for target, via in beyond(source, out, nodes, away).items()
    ]


def beyond(source: str, out: dict, nodes: dict, away: set[str]) -> dict[str, str]:
    """The nodes that only hidden ones lead to, and the name of the first hidden one on the way."""
    past = {id: nodes[id]["label"] for id in out[source] if id in away}
    queue, found = [*past], {}
    for id in queue:
        for target in out.get(id, []):
            if target not in away:
                found.setdefault(target, past[id])
            elif target not in past:
                past[target] = past[id]
                queue.append(target)
    return found
