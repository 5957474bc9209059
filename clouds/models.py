"""Who and where: organization > cloud > project, their members, keys and the lineage switch."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")


class Organization(models.Model):
    """A tenant. `lineage_enabled` is None until an administrator has decided."""

    name = models.CharField(max_length=200, unique=True)
    lineage_enabled = models.BooleanField(null=True, default=None)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.name


class Cloud(models.Model):
    """A cloud of an organization. Its name is its id in facets and in file:// URIs."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="clouds")
    name = models.CharField(max_length=200)
    private = models.BooleanField(default=False)
    lineage_enabled = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="cloud_name")]

    def __str__(self):
        return self.name


class Project(models.Model):
    """A project of a cloud; made on first mention. `key` is the hash of (cloud, name): names are long."""

    cloud = models.ForeignKey(Cloud, models.CASCADE, related_name="projects")
    name = models.TextField()
    key = models.UUIDField(unique=True)

    def __str__(self):
        return self.name


class Membership(models.Model):
    """A person in an organization. Owners of the organization own each of its clouds."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="one_membership")]


class CloudMembership(models.Model):
    """A person's role in one cloud; a private cloud is seen by these and by the organization's owners."""

    cloud = models.ForeignKey(Cloud, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="cloud_memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cloud", "user"], name="one_cloud_membership")]


class ApiKey(models.Model):
    """A bearer key of one cloud. Only its SHA-256 is kept; `scopes` is "ingest", "read" or "ingest,read"."""

    cloud = models.ForeignKey(Cloud, models.CASCADE, related_name="api_keys")
    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    name = models.CharField(max_length=200, blank=True)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=40, default="ingest,read")
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class SwitchChange(models.Model):
    """One turn of the lineage switch: of a cloud, or of the whole organization where `cloud` is None."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="switch_changes")
    cloud = models.ForeignKey(Cloud, models.CASCADE, null=True, related_name="switch_changes")
    enabled = models.BooleanField()
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)

    class Meta:
        ordering = ["-changed_at", "-id"]
        indexes = [models.Index(fields=["cloud", "-changed_at"], name="switch_by_cloud")]


class Cluster(models.Model):
    """A workload's session on a cloud. Whether it is captured is decided once, by when it started.

    `key` hashes (cloud, cluster_id). `workload` is {"type", "id", "name"} as told; it, the project and the owner
    are kept only where lineage is captured.
    """

    cloud = models.ForeignKey(Cloud, models.CASCADE, related_name="clusters")
    project = models.ForeignKey(Project, models.SET_NULL, null=True, blank=True)
    cluster_id = models.TextField()
    key = models.UUIDField(unique=True)
    workload = models.JSONField(default=dict, blank=True)
    owner_email = models.CharField(max_length=320, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    lineage_enabled = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["cloud", "-started_at"], name="cluster_by_start")]

    def __str__(self):
        return self.cluster_id


class RefusedRun(models.Model):
    """A run that began while lineage was off: a hash of its id and nothing else, so that it stays off."""

    key = models.UUIDField(primary_key=True)
    refused_at = models.DateTimeField(default=timezone.now, db_index=True)


class RefusedCount(models.Model):
    """Events of a cloud and day that were answered 202, not captured."""

    cloud = models.ForeignKey(Cloud, models.CASCADE, related_name="refused_counts")
    day = models.DateField()
    events = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cloud", "day"], name="refused_by_day")]


class Action(models.TextChoices):
    """What the audit log tells apart."""

    SWITCH = "switch", _("Lineage tracking")
    MEMBER = "member", _("Member of the organization")
    CLOUD_MEMBER = "cloud-member", _("Member of a cloud")
    CLOUD = "cloud", _("Cloud")
    KEY = "key", _("API key")
    DESCRIBE = "describe", _("Description")
    OWNERS = "owners", _("Owners")
    TAG = "tag", _("Tags")
    HIDE = "hide", _("Hidden")
    RESTORE = "restore", _("Restored")
    DELETE = "delete", _("Deleted")
    ALIAS = "alias", _("Alias")
    VIEW = "view", _("Saved view")


class Change(models.Model):
    """An entry of the audit log: who changed what, from what to what. Never changed; written by `audit.note`.

    `who` is the person's address as it was then, "" for a command. `node` is the id of a lineage.Node, where it is
    one that was changed. Who sees which entries: `audit.visible`.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="changes")
    # Keeps the id of a cloud that is deleted: its entries must not turn into those of the organization.
    cloud = models.ForeignKey(Cloud, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    project = models.ForeignKey(Project, models.SET_NULL, null=True, related_name="+")
    node = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    who = models.CharField(max_length=320, blank=True)
    action = models.CharField(max_length=20, choices=Action)
    subject = models.TextField()
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-at", "-id"], name="change_by_time"),
            models.Index(fields=["node", "-at"], name="change_by_node", condition=models.Q(node__isnull=False)),
        ]
