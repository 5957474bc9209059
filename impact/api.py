"""GET /api/nodes/{id}/closure: all dependents or ancestors, as JSON or CSV."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.response import Response

from clouds.api import LineageOn
from lineage import queries
from lineage.closure import MOST, closure
from lineage.graph_views import own_sighting

from .report import report, write_csv


class Query(serializers.Serializer):
    direction = serializers.ChoiceField([queries.DOWNSTREAM, queries.UPSTREAM], default=queries.DOWNSTREAM)
    depth = serializers.IntegerField(min_value=1, required=False, help_text="How many edges away; all if left out.")
    format = serializers.ChoiceField(["json", "csv"], default="json")


@extend_schema(
    summary="All dependents or ancestors",
    description=f"Nearest first, with hop counts, owners and paths. `cut` says that the walk ended at {MOST:,} nodes.",
    parameters=[Query],
    responses=OpenApiTypes.OBJECT,
)
@api_view(["GET"])
@permission_classes([LineageOn])
def node_closure(request, pk):
    query = Query(data=request.query_params)
    query.is_valid(raise_exception=True)
    asked = query.validated_data
    node = own_sighting(request.viewer, pk)
    walked = closure(request.viewer, node.root_id, asked["direction"], asked.get("depth"))
    told = report(request.viewer, walked, asked["direction"], request.build_absolute_uri)
    if asked["format"] == "csv":
        return as_csv(told, f"{asked['direction']}-of-{node.root_id}.csv")
    return Response(told)


def as_csv(told: dict, name: str) -> HttpResponse:
    """The same rows; the header X-Truncated says whether some were left out."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Truncated"] = "true" if told["cut"] else "false"
    write_csv(response, told)
    return response
