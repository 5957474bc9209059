"""The events as they came: kept for reading and replay, bounded by age; nothing points to them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from clouds.models import ApiKey, Cloud, Organization, Project


class RawEvent(models.Model):
    """An accepted event. `digest` hashes (cloud, the event's hash, halves.digest_of): the same event twice is one row.

    `job` is "namespace/name" of the job, or of a DatasetEvent's dataset. `run` is the run's UUID; an event without
    a run has the key of the node it describes in `subject` instead (identity.node_key). `warnings` is a JSON list
    of texts. organization repeats the cloud's, for the index. `body` is the JSON of what is the event's own, and
    `shared` the Body with the rest (kept.py).
    """

    organization = models.ForeignKey(Organization, models.CASCADE, db_constraint=False, db_index=False)
    cloud = models.ForeignKey(Cloud, models.CASCADE, db_constraint=False, db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, db_constraint=False, db_index=False)
    api_key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, db_constraint=False, db_index=False)
    digest = models.UUIDField()
    event_at = models.DateTimeField()
    received_at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    event_type = models.CharField(max_length=10, blank=True)
    job = models.TextField(blank=True)
    run = models.UUIDField(null=True)
    subject = models.UUIDField(null=True)
    producer = models.TextField(blank=True)
    warnings = models.TextField(default="[]")
    body = models.TextField()
    shared = models.UUIDField()

    class Meta:
        # By time first: events come about in its order, and its newest end is in memory (docs/decisions/0012).
        constraints = [models.UniqueConstraint(fields=["event_at", "digest"], name="event_once")]
        indexes = [
            models.Index(fields=["organization", "event_at", "id"], name="event_in_organization"),
            models.Index(fields=["cloud", "event_at", "id"], name="event_in_cloud"),
            models.Index(fields=["run"], name="event_by_run", condition=Q(run__isnull=False)),
            models.Index(fields=["subject"], name="event_by_subject", condition=Q(subject__isnull=False)),
        ]


class RejectedEvent(models.Model):
    """A body that was refused, and why: `errors` is [{"path", "message"}, …]; `body` may be cut."""

    cloud = models.ForeignKey(Cloud, models.CASCADE, null=True)
    api_key = models.ForeignKey(ApiKey, models.SET_NULL, null=True)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    status = models.PositiveSmallIntegerField()
    errors = models.JSONField()
    body = models.TextField()
