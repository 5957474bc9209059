from drf_spectacular.utils import extend_schema, extend_schema_view

from catalogue.api import NodeView
from lineage.api import NodeList
from lineage.serializers import NodeRow, RowPage

from .filters import DatasetFilter


@extend_schema_view(get=extend_schema(operation_id="datasets_list", summary="List datasets", parameters=[RowPage]))
class DatasetList(NodeList):
    filterset_class = DatasetFilter
    serializer_class = NodeRow


@extend_schema_view(get=extend_schema(operation_id="datasets_retrieve"))
class DatasetDetail(NodeView):
    page = "datasets"
