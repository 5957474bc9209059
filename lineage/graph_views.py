"""The Lineage tab, and the JSON that it asks for when a node is opened.

The tab is drawn from its URL alone: its table and links work without JavaScript, and the script starts
from the same picture.
"""

from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.response import Response

from clouds.api import LineageOn

from . import adjacent, cytoscape, graph_hide, graph_state, graph_table, neighbourhood, pins, queries, technical
from .pages import node_page
from .sections import KIND_ICONS

BOTH = "both"
TECHNICAL = "technical"
# Parameters besides the steps that a button of the table leaves as they are.
KEPT = ("dir", "sel", "tidy", "technical", "cloud", "project", "as_of", "run", "version")


@node_page("lineage")
def lineage(request, node, context):
    direction = request.GET.get("dir", BOTH)
    if direction not in graph_state.DIRECTIONS:
        direction = BOTH
    steps, faults = graph_state.parse(request.GET.get("x"), node.root_id, direction)
    left_out = False
    if request.GET.get("depth") in graph_state.DEPTHS:
        depth = graph_state.DEPTHS[request.GET["depth"]]
        steps, left_out = neighbourhood.deep(request.viewer, context["sighting"], direction, depth)
    if "json" not in request.GET and {"open", "close", "depth", "turn"} & set(request.GET):
        return redirect(changed(request, steps, **({"cut": "1"} if left_out else {})))
    picture = neighbourhood.replay(request.viewer, context["sighting"], steps, direction)
    picture = graph_hide.through(request.viewer, picture, graph_hide.parse(request.GET.get("hide")), direction)
    if "json" in request.GET:
        data = drawing(request, picture, direction)[0] | {TECHNICAL: technical_jobs(request, picture)}
        return JsonResponse(data | {"full": left_out or picture.full})
    return render(request, "lineage/graph.html", context | page(request, picture, direction, faults))


def changed(request, steps, **more) -> str:
    """The address after a button of the table was pressed without JavaScript."""
    query = request.GET.copy()
    deep = query.get("depth", "" if {"open", "close"} & set(query) else depth_shown(request))
    for word in query.pop("open", []):
        if step := graph_state.one(word):
            steps = graph_state.opened(steps, step.node, step.direction)
    for word in query.pop("close", []):
        steps = graph_state.closed(steps, graph_state.number(word))
    hidden = graph_hide.parse(query.get("hide"))
    for word in query.pop("turn", []):
        hidden = graph_hide.turned(hidden, word)
        if word == TECHNICAL and not query.pop(TECHNICAL, None):
            query[TECHNICAL] = "1"
    query["hide"], query["deep"] = ",".join(hidden), deep
    for name in ("depth", "tidy", "cut", *(name for name in ("hide", "deep") if not query[name])):
        query.pop(name, None)
    query["x"] = graph_state.write(steps)
    query.update(more)
    return f"{request.path}?{query.urlencode(safe=':,')}#lineage-table"


def depth_shown(request) -> str:
    """The depth that was asked for last; "" once nodes were opened or closed by hand."""
    return request.GET.get("deep", "" if "x" in request.GET else "1")


def drawing(request, picture, direction: str) -> tuple[dict, str | None]:
    """(what the script draws, the element that the address chooses)."""
    degrees = neighbourhood.degrees(request.viewer, picture.nodes)
    runs = neighbourhood.latest_runs(picture.edges.values())
    elements = cytoscape.elements(picture.nodes.values(), picture.edges.values(), degrees, runs)
    taken = [cytoscape.step(opened) for opened in picture.steps]
    chosen = graph_state.chosen(request.GET.get("sel"))
    drawn = {element["data"]["id"] for group in elements.values() for element in group}
    selected = chosen if chosen in drawn else None
    root = cytoscape.node_id(picture.root.root_id)
    return {**elements, "root": root, "direction": direction, "steps": taken, "selected": selected}, chosen


def technical_jobs(request, picture) -> dict:
    """The technical jobs around the picture, where the address asks for them."""
    if not request.GET.get(TECHNICAL):
        return technical.NOTHING
    return technical.around(request.viewer, picture.nodes, picture.root.root_id)


def page(request, picture, direction: str, faults: int) -> dict:
    data, chosen = drawing(request, picture, direction)
    hidden = graph_hide.parse(request.GET.get("hide"))
    jobs = technical_jobs(request, picture)
    seen = technical.fold(graph_hide.fold(data, hidden), jobs, hidden)
    if chosen in {node["data"]["id"] for node in seen["nodes"]}:
        data["selected"] = chosen
    selected = data["selected"]
    return {
        "graph": data | {TECHNICAL: jobs},
        "seen": seen,
        "hidden": hidden,
        "technical": bool(request.GET.get(TECHNICAL)),
        "rows": graph_table.rows(seen),
        "words": graph_table.words(),
        "x": graph_state.write([opened.step for opened in picture.steps]),
        "selected": selected,
        "lost": faults + len(picture.lost) + bool(chosen and not selected),
        "full": picture.full or "cut" in request.GET,
        "most": graph_state.MOST_NODES,
        "many": len(seen["nodes"]) > graph_state.MANY_NODES,
        "depths": [*graph_state.DEPTHS],
        "deep": depth_shown(request),
        "direction": direction,
        **links(request),
    }


def links(request) -> dict:
    """What leads to another view of the same graph, and what the table's form keeps."""
    kept = [(name, request.GET[name]) for name in KEPT if request.GET.get(name)]
    choices = ((BOTH, _("Both")), ("upstream", _("Upstream")), ("downstream", _("Downstream")))
    return {
        "kept": kept,
        "directions": [(value, label, address(request, dir=value)) for value, label in choices],
        "reset": address(request, x=None, dir=None, sel=None, tidy=None, hide=None, technical=None, deep=None),
        "legend": [(kind.slug, kind.label, picture) for kind, picture in KIND_ICONS.items()],
    }


def address(request, **changes) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value and value != BOTH:
            query[name] = value
    return f"{request.path}?{query.urlencode(safe=':,')}" if query else request.path


class Query(serializers.Serializer):
    direction = serializers.ChoiceField([*graph_state.DIRECTIONS, BOTH], default=BOTH)
    limit = serializers.IntegerField(min_value=1, max_value=50, default=graph_state.STEP)
    after = serializers.CharField(required=False, max_length=100)
    technical = serializers.BooleanField(
        default=False, help_text="With the jobs that these are a part of, and parts of them without inputs and outputs"
    )

    def validate(self, values):
        if "after" in values and values["direction"] == BOTH:
            raise serializers.ValidationError({"after": "A cursor continues one direction: name it."})
        return values


@extend_schema(
    summary="One level of the graph around a node, as Cytoscape elements",
    parameters=[Query],
    responses=OpenApiTypes.OBJECT,
)
@api_view(["GET"])
@permission_classes([LineageOn])
def neighbours(request, pk: str):
    query = Query(data=request.query_params)
    query.is_valid(raise_exception=True)
    own = own_sighting(request.viewer, pk)
    wanted = query.validated_data
    sides = graph_state.DIRECTIONS if wanted["direction"] == BOTH else [wanted["direction"]]
    try:
        levels = adjacent.around(request.viewer, own.root_id, sides, wanted["limit"], wanted.get("after"))
    except ValueError as error:
        raise serializers.ValidationError({"after": str(error)}) from None
    found = answer(request.viewer, own, levels)
    if wanted["technical"]:
        found[TECHNICAL] = technical.around(request.viewer, seen(own, levels), own.root_id)
    return Response(found)


def own_sighting(viewer, pk: str):
    """The node's sighting; a number that no database holds is one that is not there."""
    if not (number := graph_state.number(str(pk))):
        raise Http404("There is no such resource.")
    pins.pin(viewer, number)
    return queries.found(viewer, number)


def seen(own, levels: dict) -> dict:
    """The node's own sighting and its neighbours', by their ids."""
    rows = [row for level in levels.values() for row in level.rows]
    return {own.root_id: own} | {row.sighting.root_id: row.sighting for row in rows}


def answer(viewer, own, levels: dict) -> dict:
    """The node itself, its neighbours and their edges, and what is left in each direction."""
    edges = [row.edge for level in levels.values() for row in level.rows]
    nodes = seen(own, levels)
    runs, degrees = neighbourhood.latest_runs(edges), neighbourhood.degrees(viewer, nodes)
    return {
        "elements": cytoscape.elements(nodes.values(), edges, degrees, runs),
        "more": {direction: cytoscape.more(level) for direction, level in levels.items()},
    }
