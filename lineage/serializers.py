"""What the REST API says of nodes and runs. A list's row is a Sighting, with `run` where it has a last one."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from . import queries, wording
from .kinds import Kind, Role


class NodeBrief(serializers.Serializer):
    id = serializers.IntegerField(source="root_id")
    name = serializers.CharField()
    namespace = serializers.CharField()
    uri = serializers.CharField()
    kind = serializers.SerializerMethodField()

    def get_kind(self, node) -> str:
        return Kind(node.kind).slug


class NodeRow(serializers.Serializer):
    """A dataset, a model or an artifact, as a list shows it. `url` is its page."""

    id = serializers.IntegerField(source="root_id")
    name = serializers.CharField(source="node.name")
    namespace = serializers.CharField(source="node.namespace")
    uri = serializers.CharField(source="node.uri")
    kind = serializers.SerializerMethodField()
    type = serializers.CharField()
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField(source="creator")
    cloud = serializers.CharField(source="project.cloud.name")
    project = serializers.CharField(source="project.name")
    url = serializers.SerializerMethodField()

    def get_kind(self, row) -> str:
        return Kind(row.kind).slug

    def get_url(self, row) -> str:
        path = reverse(f"{row.node.page}:overview", args=[row.root_id])
        return self.context["request"].build_absolute_uri(path)


class RunBrief(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    state = serializers.CharField(help_text="START, RUNNING, COMPLETE, FAIL, ABORT or OTHER")
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class WorkloadRow(NodeRow):
    """A workload; `type` is job, service or workspace, `workload_id` the id of its last session."""

    type = serializers.SerializerMethodField()
    workload_id = serializers.SerializerMethodField()
    last_run = RunBrief(source="run", allow_null=True)

    def get_type(self, row) -> str:
        return wording.type_of(row)

    def get_workload_id(self, row) -> str:
        return row.run.session if row.run else ""


class RunRow(RunBrief):
    workload = NodeBrief()
    operation = serializers.CharField()
    workload_id = serializers.CharField(source="session")
    nominal_start = serializers.DateTimeField(allow_null=True)
    nominal_end = serializers.DateTimeField(allow_null=True)
    cloud = serializers.CharField(source="project.cloud.name")
    project = serializers.CharField(source="project.name")
    url = serializers.SerializerMethodField()

    def get_url(self, run) -> str:
        return self.context["request"].build_absolute_uri(run.get_absolute_url())


class Place(serializers.Serializer):
    cloud = serializers.CharField(source="project.cloud.name")
    project = serializers.CharField(source="project.name")
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField(source="creator")


class NodeDetail(WorkloadRow):
    """A node of any kind with its facets by key, its other names, and where it was seen."""

    type = serializers.SerializerMethodField()
    facets = serializers.SerializerMethodField()
    aliases = serializers.SerializerMethodField()
    places = serializers.SerializerMethodField()

    def get_type(self, row) -> str:
        return super().get_type(row) if row.kind in (Kind.WORKLOAD, Kind.ENDPOINT) else row.type

    def get_facets(self, row) -> dict[str, Any]:
        found = queries.facets(self.context["request"].viewer, row.node)
        return {key: facet.value for key, facet in found.items()}

    def get_aliases(self, row) -> list[dict[str, str]]:
        found = queries.aliases(self.context["request"].viewer, row.node)
        return [{"namespace": node.namespace, "name": node.name} for node in found]

    def get_places(self, row) -> list[dict[str, str]]:
        return Place(queries.places(self.context["request"].viewer, row.node), many=True).data


class RunDetail(RunRow):
    """A run with its facets, its job's as of this run, and what it read and wrote."""

    facets = serializers.SerializerMethodField()
    job_facets = serializers.SerializerMethodField()
    inputs = serializers.SerializerMethodField()
    outputs = serializers.SerializerMethodField()

    def get_facets(self, run) -> dict[str, Any]:
        return {key: facet.value for key, facet in run.facets[0].items()}

    def get_job_facets(self, run) -> dict[str, Any]:
        return {key: facet.value for key, facet in run.facets[1].items()}

    def get_inputs(self, run) -> list[dict[str, Any]]:
        return self.io(run, Role.INPUT)

    def get_outputs(self, run) -> list[dict[str, Any]]:
        return self.io(run, Role.OUTPUT)

    def io(self, run, role: Role) -> list[dict]:
        """With what the dataset was in this very run: its schema, its rows."""
        rows = [row for row in run.io_rows if row.role == role]
        said = queries.io_facets(rows)
        labels = {row.pk: row.version.label if row.version else None for row in rows}
        return [NodeBrief(row.node).data | {"version": labels[row.pk], "facets": said[row.pk]} for row in rows]


class RowPage(serializers.Serializer):
    """Parameters of any list besides its filters."""

    limit = serializers.IntegerField(min_value=1, max_value=100, default=25)
    after = serializers.CharField(required=False, default="", help_text="Taken from `next`")
    before = serializers.CharField(required=False, default="", help_text="Taken from `previous`")


class Identity(serializers.Serializer):
    """A node's OpenLineage identity."""

    entity = serializers.ChoiceField(["dataset", "job", "context", "action"])
    namespace = serializers.CharField(trim_whitespace=False, allow_blank=True)
    name = serializers.CharField(trim_whitespace=False)


class Problem(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.ListField(child=serializers.DictField(), required=False)
