from drf_spectacular.utils import extend_schema, extend_schema_view

from catalogue.api import NodeView
from lineage.api import NodeList
from lineage.serializers import NodeRow, RowPage

from .filters import ModelFilter


@extend_schema_view(get=extend_schema(operation_id="models_list", summary="List models", parameters=[RowPage]))
class ModelList(NodeList):
    filterset_class = ModelFilter
    serializer_class = NodeRow


@extend_schema_view(get=extend_schema(operation_id="models_retrieve"))
class ModelDetail(NodeView):
    page = "models"
