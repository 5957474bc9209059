"""Runs, what they read and wrote, and versions."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Left

from clouds.models import Organization, Project

from ..addresses import address
from ..kinds import Role, State
from .base import NEVER, Link
from .nodes import Node


class Run(models.Model):
    """A run of a workload. `id` is made of its uuid's beginning and a hash of (cloud, uuid), and begins the ids of what
    belongs to it (identity.led); `external_id` is the id as sent, if no UUID.

    `state` is the latest terminal state, else the latest; `operation` the OpenLineage job where the workload
    is another node; `session` the workload's id that the run belongs to.
    """

    id = models.UUIDField(primary_key=True)
    organization = Link(Organization, models.CASCADE)
    project = Link(Project, models.CASCADE)
    uuid = models.UUIDField(db_index=True)
    external_id = models.TextField(blank=True)
    workload = Link(Node, models.CASCADE, related_name="runs")
    operation = models.TextField(blank=True)
    session = models.TextField(blank=True)
    said_stamp = models.UUIDField(default=NEVER)
    state = models.CharField(max_length=10, choices=State, blank=True)
    state_stamp = models.UUIDField(default=NEVER)
    first_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    nominal_start = models.DateTimeField(null=True)
    nominal_end = models.DateTimeField(null=True)
    parent = models.UUIDField(null=True)
    parent_stamp = models.UUIDField(default=NEVER)
    cluster_id = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["workload", "-first_at", "id"], name="run_by_workload"),
            models.Index(fields=["organization", "-first_at", "id"], name="run_by_time"),
            models.Index(fields=["parent"], name="run_by_parent", condition=Q(parent__isnull=False)),
            models.Index(Left("session", 80), name="run_by_session", condition=~Q(session="")),
            models.Index(Left("external_id", 80), name="run_by_external_id", condition=~Q(external_id="")),
        ]

    def get_absolute_url(self):
        return address("runs:run", self.uuid)


class RunFacets(models.Model):
    """As NodeFacets, of a run and of its job as of this run: the latest of the events that had facets with these keys.
    A body is None, and its keys are NEVER, where such an event said nothing of the one or the other."""

    pk = models.CompositePrimaryKey("run_id", "keys", "job_keys")
    run = Link(Run, models.CASCADE)
    keys = models.UUIDField()
    job_keys = models.UUIDField()
    stamp = models.UUIDField()
    body = models.UUIDField(null=True)
    job_body = models.UUIDField(null=True)


class Version(models.Model):
    """A version of a node that an event names. `id` hashes (organization, node's key, label)."""

    id = models.UUIDField(primary_key=True)
    node = Link(Node, models.CASCADE, related_name="versions")
    label = models.TextField()
    first_at = models.DateTimeField()
    facets = models.UUIDField(null=True)
    facets_stamp = models.UUIDField(default=NEVER)

    class Meta:
        indexes = [models.Index(fields=["node", "-first_at", "id"], name="version_by_node")]


class RunIO(models.Model):
    """The ground truth: a run (or, where None, a declared job) read or wrote a node, of a version or not.

    `facets` is the Body of the node's facets in this run, `io_facets` that of its inputFacets or outputFacets.
    """

    id = models.UUIDField(primary_key=True)
    run = Link(Run, models.CASCADE, null=True, related_name="io")
    workload = Link(Node, models.CASCADE, related_name="+")
    node = Link(Node, models.CASCADE, related_name="io")
    role = models.PositiveSmallIntegerField(choices=Role)
    version = Link(Version, models.CASCADE, null=True, related_name="io")
    project = Link(Project, models.CASCADE)
    first_at = models.DateTimeField()
    facets = models.UUIDField(null=True)
    facets_stamp = models.UUIDField(default=NEVER)
    io_facets = models.UUIDField(null=True)
    io_facets_stamp = models.UUIDField(default=NEVER)

    class Meta:
        indexes = [
            models.Index(fields=["run"], name="io_by_run"),
            models.Index(fields=["node", "workload", "role", "-first_at"], name="io_by_node"),
            models.Index(fields=["version"], name="io_by_version", condition=Q(version__isnull=False)),
        ]
