"""Which things there are, which are one thing, and what people did to them."""

from django.db import models
from django.db.models.functions import Left

from clouds.models import Cloud, Organization, Project

from .. import naming
from ..addresses import address
from ..kinds import Entity, Kind
from .base import EVER


class Node(models.Model):
    """The identity of a thing, and nothing else that an event could dispute.

    `key` hashes (entity, namespace, name), which may be long. `kind` is the greatest that was
    said. `canonical` is the node that symlinks join this one to (the least key of them all), None for itself.
    `shown` is False for a job without inputs and outputs, as long as no descendant has some. `marked` is True once
    people have hidden or deleted the node anywhere (Hiding, Tombstone), so that a writer need not ask for the others.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, db_index=False)
    entity = models.PositiveSmallIntegerField(choices=Entity)
    namespace = models.TextField()
    name = models.TextField()
    key = models.UUIDField()
    kind = models.PositiveSmallIntegerField(choices=Kind)
    canonical = models.ForeignKey("self", models.SET_NULL, null=True, related_name="aliases")
    shown = models.BooleanField(default=True)
    marked = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="node_once")]
        indexes = [
            models.Index("organization", Left("namespace", 120), "entity", Left("name", 120), name="node_by_namespace"),
        ]

    PAGES = {Kind.MODEL: "models", Kind.ARTIFACT: "models", Kind.WORKLOAD: "workloads", Kind.ENDPOINT: "workloads"}

    def __str__(self):
        return self.name

    @property
    def root_id(self):
        return self.canonical_id or self.pk

    @property
    def uri(self):
        return naming.uri(self.namespace, self.name)

    @property
    def label(self):
        return naming.label(self.name)

    @property
    def page(self):
        """The URL namespace of the pages that show this kind."""
        return self.PAGES.get(self.kind, "datasets")

    def get_absolute_url(self):
        return address(f"{self.page}:overview", self.root_id)

    def get_lineage_url(self):
        return address(f"{self.page}:lineage", self.root_id)


class Epoch(models.Model):
    """Counts the times that a node of an organization was promoted, shown or joined: as long as it stands still,
    what a process remembers of the nodes is true (lineage/nodes.py). `deletions` counts those that took rows away: as
    long as it stands still, what a process remembers of the other tables is true (lineage/memory.py)."""

    organization = models.OneToOneField(Organization, models.CASCADE, primary_key=True)
    value = models.PositiveBigIntegerField()
    deletions = models.PositiveBigIntegerField(default=0, db_default=0)


class Hiding(models.Model):
    """People have hidden a node, and what it is joined with, in a cloud: Sighting.hidden and Edge.hidden follow."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="hidings")
    cloud = models.ForeignKey(Cloud, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "cloud"], name="hiding_once")]


class Tombstone(models.Model):
    """People have deleted a node in a cloud: what events there said of it up to `at` counts no longer
    (docs/decisions/0009)."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="tombstones")
    cloud = models.ForeignKey(Cloud, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "cloud"], name="tombstone_once")]


class Symlink(models.Model):
    """Two identities of one thing, in the order of their keys, since when. Node.canonical follows from these."""

    one = models.ForeignKey(Node, models.CASCADE, related_name="+")
    other = models.ForeignKey(Node, models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, models.CASCADE)
    first_at = models.DateTimeField(default=EVER, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other", "project"], name="symlink_once")]


class Parentage(models.Model):
    """A job that runs as a part of another one, since when."""

    child = models.ForeignKey(Node, models.CASCADE, related_name="+")
    parent = models.ForeignKey(Node, models.CASCADE, related_name="+")
    first_at = models.DateTimeField(default=EVER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["child", "parent"], name="parentage_once")]
