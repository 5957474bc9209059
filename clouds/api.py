"""REST: API keys as a way to sign in, clouds, and the start and end of clusters."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, permissions, status
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.response import Response

from . import capture, openapi  # noqa: F401 (the description finds it once imported)
from .access import lineage_is_on, owned_cloud, visible_cloud
from .authentication import IngestAuthentication
from .projects import DEFAULT, project_for
from .serializers import CloudChange, CloudOut, ClusterAnswer, ClusterEnd, ClusterStart


class Member(permissions.BasePermission):
    """Someone who belongs to an organization."""

    message = "You are not a member of any organization: ask an owner of yours to add you."

    def has_permission(self, request, view):
        return bool(request.user and request.user.is_authenticated and request.viewer.organization)


class LineageOn(Member):
    """A member of an organization whose lineage tracking is on; else what they ask for is not there."""

    def has_permission(self, request, view):
        if not super().has_permission(request, view):
            return False
        if not request.viewer.lineage_on:
            raise exceptions.NotFound(_("Lineage tracking is off for this organization."))
        return True


@extend_schema(responses=CloudOut(many=True), description="The clouds that you may see, by name.")
@api_view(["GET"])
@permission_classes([Member])
def clouds(request):
    rows = CloudOut(request.viewer.clouds, many=True, context={"request": request})
    return Response({"results": rows.data, "next": None})


@extend_schema(methods=["GET"], responses=CloudOut)
@extend_schema(methods=["PATCH"], request=CloudChange, responses=CloudOut, description="For owners only.")
@api_view(["GET", "PATCH"])
@permission_classes([Member])
def cloud(request, pk):
    shown = visible_cloud(request, pk)
    if request.method == "PATCH":
        owned_cloud(request, pk)
        change = CloudChange(data=request.data)
        change.is_valid(raise_exception=True)
        if not request.viewer.lineage_on:
            raise exceptions.PermissionDenied(_("An administrator has to turn on lineage tracking first."))
        capture.switch(shown, change.validated_data["lineage_enabled"], request.user)
    return Response(CloudOut(shown, context={"request": request}).data)


@extend_schema(request=ClusterStart, responses=ClusterAnswer, description="A workload's session starts.")
@api_view(["POST"])
@authentication_classes([IngestAuthentication])
@permission_classes([])
def start_cluster(request):
    told = ClusterStart(data=request.data)
    told.is_valid(raise_exception=True)
    admission, told = request.auth, told.validated_data
    refuse_other_places(admission, told)
    cluster = capture.cluster_starts(admission.cloud, told["cluster_id"], told.get("started_at"))
    enabled = cluster.lineage_enabled and lineage_is_on(admission.cloud.organization)
    if enabled:
        describe(cluster, admission, told)
    return Response({"lineage_enabled": enabled}, status=status.HTTP_201_CREATED)


def refuse_other_places(admission, told):
    """A key speaks for its own cloud, and for its own project if it is bound to one."""
    cloud, project = admission.cloud, admission.project
    if told["cloud"] and told["cloud"] not in (cloud.name, str(cloud.pk)):
        raise exceptions.PermissionDenied(_("This API key belongs to another cloud."))
    if project and told["project"] and told["project"] not in (project.name, str(project.pk)):
        raise exceptions.PermissionDenied(_("This API key belongs to another project."))


def describe(cluster, admission, told):
    cluster.project = admission.project or project_for(admission.cloud, told["project"] or DEFAULT)
    cluster.owner_email = told["owner_email"] or admission.owner_email
    cluster.workload = told["workload"]
    cluster.save(update_fields=["project", "owner_email", "workload"])


@extend_schema(request=ClusterEnd, responses=ClusterAnswer, description="A workload's session has ended.")
@api_view(["POST"])
@authentication_classes([IngestAuthentication])
@permission_classes([])
def end_cluster(request, cluster_id):
    told = ClusterEnd(data=request.data)
    told.is_valid(raise_exception=True)
    ended_at = told.validated_data.get("ended_at") or timezone.now()
    cluster = capture.end_cluster(request.auth.cloud, cluster_id, ended_at)
    if cluster is None:
        raise exceptions.NotFound(_("There is no such cluster in this cloud."))
    return Response({"lineage_enabled": cluster.lineage_enabled, "ended_at": cluster.ended_at})
