from drf_spectacular.utils import extend_schema, extend_schema_view

from catalogue.api import NodeView
from lineage.api import NodeList
from lineage.serializers import RowPage, WorkloadRow

from .filters import WorkloadFilter


@extend_schema_view(get=extend_schema(operation_id="workloads_list", summary="List workloads", parameters=[RowPage]))
class WorkloadList(NodeList):
    filterset_class = WorkloadFilter
    serializer_class = WorkloadRow


@extend_schema_view(get=extend_schema(operation_id="workloads_retrieve"))
class WorkloadDetail(NodeView):
    page = "workloads"
