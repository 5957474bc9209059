"""What was said of nodes, project by project."""

from django.db import models
from django.db.models import Q

from clouds.models import Organization, Project

from ..kinds import Kind
from .base import ALWAYS, NEVER, Link
from .nodes import Node


class Trait(models.Model):
    """Since when a node is said to be something in a project: what Node and Sighting say at a past moment
    (docs/decisions/0008). `declared`: a facet says the type, else it is inferred."""

    node = Link(Node, models.CASCADE)
    project = Link(Project, models.CASCADE)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    shown = models.BooleanField()
    type = models.CharField(max_length=100)
    declared = models.BooleanField()
    first_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "project", "kind", "shown", "type", "declared"], name="trait_once")
        ]


def lists_of(name: str, *kinds: Kind) -> list[models.Index]:
    """Indexes for a list of several kinds, which an index that starts with the kind cannot put in order."""
    return [
        models.Index(
            fields=["organization", column, "id"], name=f"sighting_{name}_{short}", condition=Q(kind__in=kinds)
        )
        for column, short in (("created_at", "created"), ("sort_name", "name"))
    ]


class Sighting(models.Model):
    """A node in a project whose workloads touched it, and who and when, as said there.

    Lists are made of these: a node is shown through its first sighting among those its viewer may see.
    organization, root, kind, shown and sort_name repeat the node's, for the lists' indexes. `hidden`: by people.
    """

    organization = Link(Organization, models.CASCADE)
    project = Link(Project, models.CASCADE)
    node = Link(Node, models.CASCADE, related_name="sightings")
    root = Link(Node, models.CASCADE, related_name="root_sightings")
    kind = models.PositiveSmallIntegerField(choices=Kind)
    shown = models.BooleanField(default=True)
    hidden = models.BooleanField(default=False, db_default=False)
    sort_name = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    creator = models.CharField(max_length=320, blank=True)
    creator_stamp = models.UUIDField(default=ALWAYS)
    type = models.CharField(max_length=100, blank=True)
    type_stamp = models.UUIDField(default=NEVER)
    last_run = models.UUIDField(null=True)
    last_run_stamp = models.UUIDField(default=NEVER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "project"], name="sighting_once")]
        indexes = [
            models.Index(fields=["root", "project"], name="sighting_root"),
            models.Index(fields=["organization", "kind", "created_at", "id"], name="sighting_created"),
            models.Index(fields=["organization", "kind", "sort_name", "id"], name="sighting_name"),
            models.Index(fields=["organization", "kind", "creator", "created_at"], name="sighting_creator"),
            models.Index(fields=["organization", "kind", "type", "id"], name="sighting_type"),
            models.Index(fields=["project", "kind", "created_at", "id"], name="sighting_project"),
            *lists_of("models", Kind.ARTIFACT, Kind.MODEL),
            *lists_of("jobs", Kind.ENDPOINT, Kind.WORKLOAD),
        ]


class NodeFacets(models.Model):
    """The latest facets that came together under one set of keys, as said in a project.

    The facets of a node are read by laying these over one another in the order of their stamps.
    """

    pk = models.CompositePrimaryKey("node_id", "project_id", "keys")
    node = Link(Node, models.CASCADE)
    project = Link(Project, models.CASCADE)
    keys = models.UUIDField()
    stamp = models.UUIDField()
    body = models.UUIDField()


class NodeWords(models.Model):
    """Columns and owners that were ever said of a node in a project, to find it by: words.words_of's text.

    Keyed by the text's hash, so that the same again writes nothing.
    """

    node = Link(Node, models.CASCADE)
    project = Link(Project, models.CASCADE)
    digest = models.UUIDField()
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "project", "digest"], name="node_words_once")]
