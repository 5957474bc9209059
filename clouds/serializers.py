from rest_framework import serializers

from .models import Cloud


class CloudOut(serializers.ModelSerializer):
    """`owned` says whether the viewer may turn its switch."""

    owned = serializers.SerializerMethodField()

    class Meta:
        model = Cloud
        fields = ["id", "name", "private", "lineage_enabled", "owned"]

    def get_owned(self, cloud) -> bool:
        return self.context["request"].viewer.owns(cloud)


class CloudChange(serializers.Serializer):
    lineage_enabled = serializers.BooleanField()


class WorkloadTold(serializers.Serializer):
    type = serializers.ChoiceField(["job", "service", "workspace"], default="job")
    id = serializers.CharField(max_length=1000, default="", allow_blank=True)
    name = serializers.CharField(max_length=4000, default="", allow_blank=True)


class ClusterStart(serializers.Serializer):
    """`cloud` and `project` are names or ids; left out, they are those of the API key. `started_at`: now."""

    cluster_id = serializers.CharField(max_length=1000)
    cloud = serializers.CharField(max_length=200, default="", allow_blank=True)
    project = serializers.CharField(max_length=4000, default="", allow_blank=True)
    workload = WorkloadTold(default=dict)
    owner_email = serializers.CharField(max_length=320, default="", allow_blank=True)
    started_at = serializers.DateTimeField(required=False, allow_null=True)


class ClusterEnd(serializers.Serializer):
    ended_at = serializers.DateTimeField(required=False, allow_null=True)


class ClusterAnswer(serializers.Serializer):
    lineage_enabled = serializers.BooleanField()
