"""REST over what the pages show, with the pages' own filters."""

from django.http import Http404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.views import APIView

from clouds.api import LineageOn

from . import bulk, past, queries
from .filters import RunFilter
from .kinds import Entity
from .models import Run, Sighting
from .paging import paginate
from .serializers import Identity, NodeDetail, Problem, RowPage, RunDetail, RunRow


class KeysetPagination(BasePagination):
    """Tells the OpenAPI schema what `KeysetList` answers."""

    def get_paginated_response_schema(self, schema):
        url = {"type": "string", "format": "uri", "nullable": True}
        properties = {"results": schema, "next": url, "previous": url}
        return {"type": "object", "required": list(properties), "properties": properties}


class KeysetList(generics.ListAPIView):
    """A list of `filterset_class`, by cursor."""

    permission_classes = [LineageOn]
    filter_backends = [DjangoFilterBackend]
    pagination_class = KeysetPagination

    def list(self, request, *args, **kwargs):
        query = RowPage(data=request.query_params)
        query.is_valid(raise_exception=True)
        filters = self.filterset_class.for_request(request)
        if not filters.is_valid():
            raise ValidationError(filters.errors)
        asked = query.validated_data
        try:
            page = paginate(filters.qs, ordering=filters.order, **asked)
        except ValueError as error:
            raise ValidationError({"after" if asked.get("after") else "before": str(error)}) from None
        rows = self.get_serializer(self.finish(page.rows), many=True).data
        return Response({"results": rows, "next": self.link(page.next), "previous": self.link(page.previous)})

    def finish(self, rows: list) -> list:
        """Where a list fetches what its rows need besides."""
        return rows

    def link(self, cursor: dict | None) -> str | None:
        if not cursor:
            return None
        query = self.request.GET.copy()
        for key in ("after", "before"):
            query.pop(key, None)
        query.update(cursor)
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")


class NodeList(KeysetList):
    queryset = Sighting.objects.none()

    def finish(self, rows):
        return with_runs(self.request.viewer, rows)


@extend_schema_view(get=extend_schema(operation_id="runs_list", summary="List runs", parameters=[RowPage]))
class RunList(KeysetList):
    queryset = Run.objects.none()
    filterset_class = RunFilter
    serializer_class = RunRow

    def finish(self, rows):
        queries.runs_then(self.request.viewer, rows)
        return rows


def with_runs(viewer, sightings: list[Sighting]) -> list[Sighting]:
    past.settled(viewer, sightings)
    runs = queries.last_runs(viewer, [row.last_run for row in sightings])
    for row in sightings:
        row.run = runs.get(row.last_run)
    return sightings


class NodeView(APIView):
    """One node; `page` narrows it to the section that the address names."""

    permission_classes = [LineageOn]
    page: str | None = None
    serializer = NodeDetail

    @extend_schema(summary="A node", responses={200: NodeDetail, 404: Problem})
    def get(self, request, pk: int):
        return Response(self.detail(request, self.found(request, pk)))

    def found(self, request, pk: int):
        node = queries.find(request.viewer, pk)
        if self.page and node.page != self.page:
            raise Http404(f"That is not one of the {self.page}.")
        return node

    def detail(self, request, node) -> dict:
        return detail(request, node, self.serializer)


def detail(request, node, serializer=NodeDetail) -> dict:
    sighting = queries.sightings(request.viewer, [node.root_id])[node.root_id]
    return serializer(with_runs(request.viewer, [sighting])[0], context={"request": request}).data


class NodeSearch(APIView):
    """Finds a node by its OpenLineage identity, under any of its names."""

    permission_classes = [LineageOn]

    @extend_schema(
        operation_id="nodes_find",
        summary="Find a node by its OpenLineage identity",
        parameters=[Identity],
        responses={200: NodeDetail, 404: Problem},
    )
    def get(self, request):
        query = Identity(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        node = queries.identified(request.viewer, Entity[asked["entity"].upper()], asked["namespace"], asked["name"])
        if not node:
            raise Http404("No node has this identity, or it is in a cloud that you may not see.")
        return Response(detail(request, node))


class RunView(APIView):
    permission_classes = [LineageOn]

    @extend_schema(summary="A run", responses={200: RunDetail, 404: Problem})
    def get(self, request, uuid):
        run = queries.all_runs(request.viewer).filter(uuid=uuid).first()
        if not run:
            raise Http404("There is no such run among those that you may see, or it has been removed by age.")
        queries.runs_then(request.viewer, [run])
        run.facets, run.io_rows = queries.run_facets(run), bulk.run_io(request.viewer, [run.pk])[run.pk]
        return Response(RunDetail(run, context={"request": request}).data)
