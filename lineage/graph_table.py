"""The graph as rows of a table, equal to the picture. Pure; static/js/graph/table.js does the same in the page,
with the same words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from .graph_state import DIRECTIONS, DOWNSTREAM, STEP, UPSTREAM, WORDS

MOST_DEGREE = 99


def words() -> dict[str, str]:
    """What the table and the script say; `{name}` and so on are filled in."""
    return {
        "start": _("Start"),
        "same": _("Same level"),
        "upstreamLevel": _("{count} upstream"),
        "downstreamLevel": _("{count} downstream"),
        "itself": _("itself"),
        "from": _("from {name}"),
        "to": _("to {name}"),
        "via": _("past {name}"),
        "partOf": _("part of {name}"),
        "holds": _("holds {name}"),
        "technicalShown": _("Technical jobs are shown: {count} here."),
        "technicalHidden": _("Technical jobs are hidden."),
        "lastRun": _("last run"),
        "newTab": _("(opens in a new tab)"),
        "expandUpstream": _("Expand upstream"),
        "expandDownstream": _("Expand downstream"),
        "expandUpstreamOf": _("Expand upstream of {name}"),
        "expandDownstreamOf": _("Expand downstream of {name}"),
        "more": _("Show {more} more of {total}"),
        "moreUpstreamOf": _("Show {more} more of {total} upstream of {name}"),
        "moreDownstreamOf": _("Show {more} more of {total} downstream of {name}"),
        "details": _("Details"),
        "detailsOf": _("Details of {name}"),
        "collapse": _("Collapse"),
        "collapseOf": _("Collapse {name}"),
        "summary": _("{nodes} resources, {edges} connections"),
        "open": _("Open"),
        "reroot": _("Re-root here"),
        "edge": _("{source} to {target}"),
        "edgeRuns": _("The runs that made this connection"),
        "hits": _("{count} found"),
        "hit": _("{number} of {count}"),
        "saved": _("{kind} file saved."),
        "tidied": _("The picture is laid out anew."),
        "noFacts": _("The details could not be loaded: {reason}"),
        "loading": _("Loading what is next to {name}…"),
        "expanded": _("{count} added next to {name}."),
        "nothingNew": _("Nothing new next to {name}: all of it is in the picture."),
        "collapsed": _("{name} collapsed, {count} taken away."),
        "failed": _("What is next to {name} could not be loaded: {reason} The picture stays as it is."),
        "offline": _("there is no answer from the network."),
        "signedOut": _("your session has ended; sign in again in another tab."),
        "gone": _("it is no longer there, or you may no longer see it."),
        "error": _("the server answered with an error ({status})."),
        "full": _("The picture shows at most {most} resources. Collapse some, or open the lineage of another one."),
        "cut": _("Not all is shown: the picture holds at most {most} resources; it has {count} now. Export lists all."),
        "hintRight": _("{count} new to the right"),
        "hintLeft": _("{count} new to the left"),
        "hintUp": _("{count} new above"),
        "hintDown": _("{count} new below"),
        "restRight": _("{count} more to the right"),
        "restLeft": _("{count} more to the left"),
        "restUp": _("{count} more above"),
        "restDown": _("{count} more below"),
        "spoken": _("{name}, {type}, {kind}. {upstream} upstream and {downstream} downstream shown."),
    }


def rows(graph: dict) -> list[dict]:
    """A row for each node in the order of the levels: its data, its level in words, the edges that tie it to
    the nodes before it, and its buttons. Takes what graph_hide.fold gives."""
    say = words()
    nodes = {element["data"]["id"]: element["data"] for element in graph["nodes"]}
    seen, edges = ({each["data"]["id"]: each["data"] for each in graph[name]} for name in ("edges", "whole"))
    levels = levels_of(graph, edges)
    beside(levels, seen.values())
    order = sorted(nodes, key=levels.get)
    ties = ties_of(order, seen)
    opened = {step["node"] for step in graph["steps"] if step["edges"]}
    return [
        {
            "data": nodes[id],
            "level_label": level_label(say, levels[id], id == graph["root"]),
            "ties": [tie(say, edge, id, nodes) for edge in ties[id]],
            "opens": [button for side in DIRECTIONS if (button := opener(say, graph, edges, nodes[id], side))],
            "details": say["detailsOf"].format(name=nodes[id]["label"]),
            "close": say["collapseOf"].format(name=nodes[id]["label"]) if id in opened else "",
        }
        for id in order
    ]


def levels_of(graph: dict, edges: dict) -> dict[str, int]:
    """Columns by node: the root's is 0; what a step adds stands beside the step's node."""
    levels = {graph["root"]: 0}
    for step in graph["steps"]:
        side = 1 if step["direction"] == DOWNSTREAM else -1
        for id in step["edges"]:
            levels.setdefault(other_end(edges[id], step["node"]), levels[step["node"]] + side)
    return levels


def beside(levels: dict[str, int], edges: Iterable[dict]) -> None:
    """Technical jobs stand on the level of the job that they hang on."""
    for edge in edges:
        if edge.get("part"):
            levels.setdefault(edge["source"], levels.get(edge["target"]))
            levels.setdefault(edge["target"], levels[edge["source"]])


def other_end(edge: dict, id: str) -> str:
    return edge["target"] if edge["source"] == id else edge["source"]


def ties_of(order: list[str], edges: dict) -> dict[str, list[dict]]:
    """Each edge once: at whichever of its ends comes later in the table."""
    place = {id: number for number, id in enumerate(order)}
    ties = {id: [] for id in order}
    for edge in edges.values():
        ties[max(edge["source"], edge["target"], key=place.get)].append(edge)
    return ties


def tie(say: dict, edge: dict, id: str, nodes: dict) -> dict:
    """The edge, told from the node `id`."""
    past = say["via"].format(name=edge["via"]) if edge.get("via") else ""
    if edge["source"] == edge["target"]:
        return {**edge, "text": say["itself"], "past": past}
    words = ("partOf", "holds") if edge.get("part") else ("from", "to")
    word = words[edge["target"] != id]
    return {**edge, "text": say[word].format(name=nodes[other_end(edge, id)]["label"]), "past": past}


def level_label(say: dict, level: int, is_root: bool) -> str:
    if level == 0:
        return say["start" if is_root else "same"]
    return say["upstreamLevel" if level < 0 else "downstreamLevel"].format(count=abs(level))


def opener(say: dict, graph: dict, edges: dict, node: dict, direction: str) -> dict | None:
    """The button that opens a node further in one direction, or None where nothing is left there."""
    if graph["direction"] not in ("both", direction):
        return None
    pair = (node["id"], direction)
    step = next((step for step in reversed(graph["steps"]) if (step["node"], step["direction"]) == pair), None)
    side, value = direction.capitalize(), f"{WORDS[direction]}:{node['node_id']}"
    if step and step["cursor"]:
        count = {"more": next_count(step), "total": f"{step['count']:,}{'+' if step['capped'] else ''}"}
        name = say[f"more{side}Of"].format(name=node["label"], **count)
        return {"value": value, "text": say["more"].format(**count), "name": name, "left": ""}
    end = "target" if direction == UPSTREAM else "source"
    left = (node[direction] or 0) - sum(edge[end] == node["id"] for edge in edges.values())
    if step or left <= 0:
        return None
    plus = "+" if node[direction] >= MOST_DEGREE else ""
    name = say[f"expand{side}Of"].format(name=node["label"])
    return {"value": value, "text": say[f"expand{side}"], "name": name, "left": f"+{left}{plus}"}


def next_count(step: dict) -> int:
    """How many the next step shows: the count may have grown old while the page was open."""
    return min(STEP, max(1, step["count"] - len(step["edges"])))
