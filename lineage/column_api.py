"""GET /api/nodes/{id}/columns and /column-lineage: what the tab Columns shows."""

import csv

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.response import Response

from clouds.api import LineageOn

from . import columns, queries
from .columns import Column, Lineage
from .graph_views import own_sighting
from .queries import DOWNSTREAM, UPSTREAM
from .spreadsheet import cell

CELLS = (
    "hops",
    "id",
    "dataset",
    "namespace",
    "column",
    "type",
    "subtype",
    "description",
    "masked",
    "workload",
    "from_dataset",
    "from_column",
)


class Query(serializers.Serializer):
    column = serializers.CharField(trim_whitespace=False, max_length=10_000)
    direction = serializers.ChoiceField([DOWNSTREAM, UPSTREAM], default=UPSTREAM)
    depth = serializers.IntegerField(min_value=1, required=False, help_text="How many steps away; all if left out.")
    format = serializers.ChoiceField(["json", "csv"], default="json")


@extend_schema(
    summary="The columns that a column is made of, or that are made of it",
    description=f"Nearest first. A column named “” is a whole dataset. `cut` says that there may be more than these,"
    f" of which there are at most {columns.MOST:,}.",
    parameters=[Query],
    responses=OpenApiTypes.OBJECT,
)
@api_view(["GET"])
@permission_classes([LineageOn])
def column_lineage(request, pk):
    query = Query(data=request.query_params)
    query.is_valid(raise_exception=True)
    asked, node = query.validated_data, own_sighting(request.viewer, pk)
    start = Column(node.root_id, asked["column"])
    told = columns.lineage(request.viewer, start, asked["direction"], asked.get("depth"))
    rows = [row_of(told, row) for row in told.rows]
    if asked["format"] == "csv":
        return as_csv(rows, told.cut, f"{asked['direction']}-of-column-of-{node.root_id}.csv")
    return Response({"column": asked["column"], "direction": asked["direction"], "cut": told.cut, "results": rows})


def row_of(told: Lineage, row: columns.Reached) -> dict:
    node = told.named[row.column.node].node
    return {
        "hops": row.hops,
        "id": row.column.node,
        "dataset": node.name,
        "namespace": node.namespace,
        "column": row.column.name,
        "ways": [way_of(told, way) for way in row.ways],
    }


def way_of(told: Lineage, way: columns.Way) -> dict:
    workload = told.named[way.workload].node if way.workload else None
    return {
        "from": {
            "id": way.source.node,
            "dataset": told.named[way.source.node].node.name,
            "column": way.source.name,
        },
        "workload": {"id": way.workload, "name": workload.name} if workload else None,
        "type": way.how.type,
        "subtype": way.how.subtype,
        "description": way.how.description,
        "masked": bool(way.how.masked),
    }


def as_csv(rows: list[dict], cut: bool, name: str) -> HttpResponse:
    """A line for each way to a column."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Truncated"] = "true" if cut else "false"
    writer = csv.writer(response)
    writer.writerow(CELLS)
    for row in rows:
        for way in row["ways"]:
            ends = {"from_dataset": way["from"]["dataset"], "from_column": way["from"]["column"]}
            line = row | way | ends | {"workload": way["workload"]["name"] if way["workload"] else ""}
            writer.writerow([cell(line[name]) for name in CELLS])
    return response


class ListQuery(serializers.Serializer):
    q = serializers.CharField(required=False, default="", max_length=500, help_text="Part of a column's name")
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=100)
    start = serializers.IntegerField(min_value=0, default=0)


@extend_schema(
    summary="The columns of a dataset, with how many columns each is made of and goes into",
    parameters=[ListQuery],
    responses=OpenApiTypes.OBJECT,
)
@api_view(["GET"])
@permission_classes([LineageOn])
def node_columns(request, pk):
    query = ListQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    asked, node = query.validated_data, own_sighting(request.viewer, pk)
    walks = {side: columns.around(request.viewer, node.root_id, side) for side in (UPSTREAM, DOWNSTREAM)}
    said = set.union(*(walk.names(node.root_id) for walk in walks.values()))
    fields = columns.known(queries.facets(request.viewer, node.node), said)
    names = [name for name in fields if asked["q"].casefold() in name.casefold()]
    shown = names[asked["start"] : asked["start"] + asked["limit"]]
    results = [
        {
            "name": name,
            "type": fields[name].type,
            "description": fields[name].description,
            **{side: len(walk.nearest(Column(node.root_id, name))) for side, walk in walks.items()},
        }
        for name in shown
    ]
    return Response({"count": len(names), "cut": any(walk.cut for walk in walks.values()), "results": results})
