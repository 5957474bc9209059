"""REST: a node with what people say of it, and PATCH to say it."""

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response

from clouds import keys
from lineage import api, queries
from lineage.serializers import NodeDetail, Problem

from . import absence, annotations
from .forms import LONGEST_FIELD, LONGEST_OWNER, LONGEST_TAG


class Told(serializers.Serializer):
    """What is said of a node in a project; `fields` holds the tags of each field that has some."""

    cloud = serializers.CharField(source="project.cloud.name")
    project = serializers.CharField(source="project.name")
    description = serializers.CharField(source="said.description")
    owners = serializers.ListField(source="said.owners", child=serializers.CharField())
    tags = serializers.ListField(source="said.tags", child=serializers.CharField())
    fields_ = serializers.DictField(source="said.fields", child=serializers.ListField(child=serializers.CharField()))
    revision = serializers.CharField(source="said.revision", help_text="Names this state, for PATCH.")
    changed_at = serializers.DateTimeField(allow_null=True)
    changed_by = serializers.CharField()

    def get_fields(self):
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found


class CataloguedNode(NodeDetail):
    annotations = serializers.SerializerMethodField(help_text="What people say of it, by project.")
    hidden = serializers.BooleanField(help_text="By people, where it was seen first.")

    @extend_schema(responses=Told(many=True))
    def get_annotations(self, row) -> list[dict]:
        places = annotations.places(self.context["request"].viewer, row.node).values()
        return Told([place for place in places if place.said], many=True).data


class TagList(serializers.ListField):
    child = serializers.RegexField(r"^[^,]*[^,\s][^,]*$", max_length=LONGEST_TAG)

    def to_internal_value(self, data):
        return sorted({" ".join(tag.split()) for tag in super().to_internal_value(data)})


class Change(serializers.Serializer):
    """What is left out stays as it is. `project` (name or id) is needed where the node was seen in several;
    with `revision` the change is refused (409) if someone else has made one since."""

    project = serializers.CharField(required=False)
    description = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    owners = serializers.ListField(required=False, child=serializers.CharField(max_length=LONGEST_OWNER))
    tags = TagList(required=False)
    columns = serializers.DictField(required=False, child=TagList())
    revision = serializers.CharField(required=False)
    hidden = serializers.BooleanField(required=False, help_text="For owners of a cloud that it was seen in.")

    def get_fields(self):
        found = super().get_fields()
        found["fields"] = found.pop("columns")
        found["fields"].source = "columns"
        return found

    def validate_fields(self, value):
        if any(len(name) > LONGEST_FIELD or not name for name in value):
            raise serializers.ValidationError(f"A field's name has 1 to {LONGEST_FIELD} letters.")
        return value


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "Someone else has changed it since: read it again."


class NodeView(api.NodeView):
    """A node, whatever its kind, and what people say of it."""

    serializer = CataloguedNode

    @extend_schema(
        summary="Say something of a node",
        description="For who may see the node; a key needs the scope `ingest`.",
        request=Change,
        responses={200: CataloguedNode, 409: Problem},
    )
    def patch(self, request, pk: int):
        node = self.found(request, pk)
        if request.viewer.key:
            require_ingest(request.viewer.key)
        asked = Change(data=request.data)
        asked.is_valid(raise_exception=True)
        asked = asked.validated_data
        with transaction.atomic():
            if "hidden" in asked:
                (absence.hide if asked.pop("hidden") else absence.restore)(request.viewer, node)
            if asked:
                self.say(request, node, asked)
        return Response(self.detail(request, node))

    @extend_schema(
        summary="Delete a node",
        description="For owners, in the clouds that they own. The events are kept; a later one brings it back.",
        responses={204: None, 403: Problem},
    )
    def delete(self, request, pk: int):
        absence.delete(request.viewer, self.found(request, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def say(self, request, node, asked: dict) -> None:
        project = project_of(request, node, asked.get("project"))
        new = annotations.locked(node, project)
        new.description = asked.get("description", new.description)
        new.owners = list(dict.fromkeys(asked.get("owners", new.owners)))
        new.tags = asked.get("tags", new.tags)
        new.fields = asked.get("columns", new.fields)
        try:
            annotations.change(node, project, new, request.user, asked.get("revision"))
        except annotations.Conflict:
            raise Conflict from None


def require_ingest(key) -> None:
    try:
        keys.require(key, "ingest")
    except keys.Forbidden as error:
        raise exceptions.PermissionDenied(str(error)) from None


def project_of(request, node, wanted: str | None):
    projects = [row.project for row in queries.places(request.viewer, node)]
    projects = list({project.pk: project for project in projects}.values())
    named = [each for each in projects if wanted in (None, each.name)] or [p for p in projects if str(p.pk) == wanted]
    if len(named) == 1:
        return named[0]
    known = ", ".join(f"{each.cloud.name}/{each.name} ({each.pk})" for each in projects)
    said = _("It was seen in several projects: name one, by its id where names repeat: %(known)s.")
    unknown = _("It was not seen there. Known: %(known)s.")
    raise exceptions.ValidationError({"project": (said if named else unknown) % {"known": known}})
