"""GET /api/nodes/{id}/closure: all dependents or ancestors, as JSON or CSV."""

import csv

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.response import Response

from clouds.api import LineageOn

from . import queries
from .closure import MOST, Closure, Reached, closure
from .graph_views import found
from .kinds import Kind

COLUMNS = ("hops", "id", "name", "namespace", "uri", "kind", "type", "created_by", "via", "basis", "url")
# A spreadsheet takes a cell that starts so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Query(serializers.Serializer):
    direction = serializers.ChoiceField([queries.DOWNSTREAM, queries.UPSTREAM], default=queries.DOWNSTREAM)
    depth = serializers.IntegerField(min_value=1, required=False, help_text="How many edges away; all if left out.")
    format = serializers.ChoiceField(["json", "csv"], default="json")


@extend_schema(
    summary="All dependents or ancestors",
    description=f"Nearest first, with hop counts. `cut` says that there are more than {MOST:,}, which are left out.",
    parameters=[Query],
    responses=OpenApiTypes.OBJECT,
)
@api_view(["GET"])
@permission_classes([LineageOn])
def node_closure(request, pk):
    query = Query(data=request.query_params)
    query.is_valid(raise_exception=True)
    asked = query.validated_data
    node = found(request.viewer, pk)
    walked = closure(request.viewer, node.root_id, asked["direction"], asked.get("depth"))
    rows = [row_of(request, reached) for reached in walked.rows]
    if asked["format"] == "csv":
        return as_csv(rows, walked, f"{asked['direction']}-of-{node.root_id}.csv")
    return Response({"direction": asked["direction"], "cut": walked.cut, "counts": counts(walked), "results": rows})


def row_of(request, reached: Reached) -> dict:
    sighting, node = reached.sighting, reached.sighting.node
    return {
        "hops": reached.hops,
        "id": sighting.root_id,
        "name": node.name,
        "namespace": node.namespace,
        "uri": node.uri,
        "kind": Kind(sighting.kind).slug,
        "type": type_of(sighting),
        "created_by": sighting.creator,
        "via": reached.via.node.name if reached.via else "",
        "basis": "declared flow" if reached.declared else "workload",
        "url": request.build_absolute_uri(node.get_absolute_url()),
    }


def type_of(sighting) -> str:
    """As the lists have it: job, service or workspace of a workload, else the fine type."""
    if sighting.kind == Kind.ENDPOINT:
        return "service"
    return sighting.type or ("job" if sighting.kind == Kind.WORKLOAD else "")


def counts(found: Closure) -> dict[str, int]:
    kinds = [Kind(row.sighting.kind).slug for row in found.rows]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def as_csv(rows: list[dict], found: Closure, name: str) -> HttpResponse:
    """The same rows; the header X-Truncated says whether some were left out."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Truncated"] = "true" if found.cut else "false"
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([cell(row[column]) for column in COLUMNS])
    if found.cut:
        writer.writerow([f"Cut at {MOST} rows: there are more."])
    return response


def cell(value: object) -> str:
    text = str(value)
    return "'" + text if text.startswith(FORMULA) else text
