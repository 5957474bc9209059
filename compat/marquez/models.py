"""What Marquez's clients may say that no event can: namespaces and sources as such, and what they deleted."""

from django.db import models

from clouds.models import Project
from lineage.models import NEVER, Node


class Stated(models.Model):
    """Something with a name of any length, as stated in a project: `key` hashes the name."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    key = models.UUIDField()
    name = models.TextField()
    description = models.TextField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True


class Namespace(Stated):
    owner = models.TextField()
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="marquez_namespace_once")]


class Source(Stated):
    type = models.TextField()
    connection_url = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="marquez_source_once")]


class Hidden(models.Model):
    """A dataset or job that was deleted in a project, until an event after `at` speaks of it; `stamp` is the last one
    of that moment. The console still shows it."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    stamp = models.UUIDField(default=NEVER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "project"], name="marquez_hidden_once")]
