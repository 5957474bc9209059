"""What people say of the catalogue, beside what events say: descriptions, owners, tags, aliases.

Each hangs on a project, as what events say does, and is seen by those who may see the project: what is said of a
shared dataset in a private cloud stays there.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clouds.models import Cloud, Organization, Project
from lineage.models import Node


class Tag(models.Model):
    """A word of a cloud's vocabulary. The same word of several clouds is one tag to who sees them."""

    cloud = models.ForeignKey(Cloud, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cloud", "name"], name="tag_once")]
        ordering = ["name", "cloud_id"]

    def __str__(self):
        return self.name


class Tagging(models.Model):
    """A node of a project, or one of its fields, bears a tag. `field` is "" for the node itself."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")
    node = models.ForeignKey(Node, models.CASCADE, related_name="taggings")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    field = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "project", "tag", "field"], name="tagging_once")]
        ordering = ["field", "tag__name", "project_id"]


class Annotation(models.Model):
    """The description and the owners that people gave a node in a project.

    `owners` is a list of addresses or names.
    """

    node = models.ForeignKey(Node, models.CASCADE, related_name="annotations")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    description = models.TextField(blank=True)
    owners = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "project"], name="annotation_once")]
        ordering = ["-changed_at", "-id"]


class Fold(models.Model):
    """What a node's identity is without quotes, trailing slashes and case, as a hash: nodes of one key may be one
    thing. Made when suggestions are looked for; a node that has none has not been looked at."""

    node = models.OneToOneField(Node, models.CASCADE, primary_key=True, related_name="+")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    key = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "key"], name="fold_by_key"),
            models.Index(fields=["organization", "node"], name="fold_by_node"),
        ]


class Decision(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


class Suggestion(models.Model):
    """Two nodes that may be one thing, and what people decided. `joined_in` is the project of the symlink that the
    acceptance made, None where there was one already."""

    one = models.ForeignKey(Node, models.CASCADE, related_name="+")
    other = models.ForeignKey(Node, models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN)
    joined_in = models.ForeignKey(Project, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="suggestion_once")]
        indexes = [models.Index(fields=["organization", "decision", "id"], name="suggestion_by_decision")]


class SavedView(models.Model):
    """A page with its filters or its graph, under a name. `path` is an address of the console, with its query."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=100)
    path = models.TextField()
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "owner", "name"], name="saved_view_once")]
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name
