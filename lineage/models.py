"""The graph. Every column is a join of what the events said (least, greatest, or the latest to say so),
so any order, repetition or number of writers ends in the same rows: docs/decisions/0002.

    resource --ContributedTo--> workload --Produced--> resource

upstream of X = edges whose target is X; downstream of X = edges whose source is X.

A stamp is (rank, event time, event hash) in 16 bytes that sort; NEVER is below every stamp.
"""

import uuid
from datetime import UTC, datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Left

from clouds.models import Cloud, Organization, Project

from . import naming
from .addresses import address
from .kinds import AssociationType, Basis, Entity, Kind, Role, State

NEVER = uuid.UUID(int=0)
ALWAYS = uuid.UUID(int=2**128 - 1)
EVER = datetime(1, 1, 1, tzinfo=UTC)


class Link(models.ForeignKey):
    """A foreign key that the database does not check: `record` is the only writer of these tables, and the
    checks of an event's rows cost more than the rows. Indexes are declared in each Meta."""

    def __init__(self, to, on_delete, **options):
        super().__init__(to, on_delete, **{"db_constraint": False, "db_index": False, **options})


class Body(models.Model):
    """Facets as JSON text, stored once whatever the number of events that repeat them. Never changes."""

    digest = models.UUIDField(primary_key=True)
    text = models.TextField()


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
    long as it stands still, what a process remembers of the other tables is true (lineage/upsert.py)."""

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

    node = Link(Node, models.CASCADE)
    project = Link(Project, models.CASCADE)
    keys = models.UUIDField()
    stamp = models.UUIDField()
    body = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "project", "keys"], name="node_facets_once")]


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


class Run(models.Model):
    """A run of a workload. `id` hashes (cloud, uuid); `external_id` is the id as sent, if no UUID.

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
    """As NodeFacets, of a run: its own (`of_job` False) or its job's as of this run (True)."""

    run = Link(Run, models.CASCADE)
    of_job = models.BooleanField()
    keys = models.UUIDField()
    stamp = models.UUIDField()
    body = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "of_job", "keys"], name="run_facets_once")]


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


class Edge(models.Model):
    """The roll-up of RunIO that pages and graph walk: one for each source, target, type and project.

    `source_root` and `target_root` are the nodes that symlinks join the ends to. Says nothing of runs, so that
    a run that repeats an edge writes nothing: RunIO knows them. Read in the order of `id`: new ones come last.
    `hidden`: people have hidden one of its ends in the project's cloud.
    """

    source = Link(Node, models.CASCADE, related_name="+")
    target = Link(Node, models.CASCADE, related_name="+")
    source_root = Link(Node, models.CASCADE, related_name="downstream_edges")
    target_root = Link(Node, models.CASCADE, related_name="upstream_edges")
    type = models.PositiveSmallIntegerField(choices=AssociationType)
    project = Link(Project, models.CASCADE)
    first_at = models.DateTimeField()
    hidden = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target", "type", "project"], name="edge_once")]
        indexes = [
            models.Index(fields=["source_root", "id"], name="edge_downstream"),
            models.Index(fields=["target_root", "id"], name="edge_upstream"),
            # Of what is shown: so the index alone answers how many there are.
            models.Index(
                fields=["source_root", "target_root", "type"], name="edge_pair_shown", condition=Q(hidden=False)
            ),
            models.Index(
                fields=["target_root", "source_root", "type"], name="edge_back_shown", condition=Q(hidden=False)
            ),
        ]


class Flow(models.Model):
    """What an event declares to flow into what, inside a run of a workload or outside of any.

    `columns` is the Body of `[[input field, output field, type of the transformation, …], …]`: observation.FlowSeen.
    """

    id = models.UUIDField(primary_key=True)
    run = Link(Run, models.CASCADE, null=True, related_name="flows")
    workload = Link(Node, models.CASCADE, null=True, related_name="+")
    input = Link(Node, models.CASCADE, related_name="+")
    output = Link(Node, models.CASCADE, related_name="+")
    basis = models.PositiveSmallIntegerField(choices=Basis)
    project = Link(Project, models.CASCADE)
    first_at = models.DateTimeField()
    columns = models.UUIDField(null=True)
    columns_stamp = models.UUIDField(default=NEVER)

    class Meta:
        indexes = [
            models.Index(fields=["run"], name="flow_by_run"),
            # To their ends, so that what many runs repeat is leapt over (flows.py).
            models.Index(fields=["input", "workload", "output", "columns"], name="flow_by_input_leap"),
            models.Index(fields=["output", "workload", "input", "columns"], name="flow_by_output_leap"),
            models.Index(fields=["workload", "output", "input"], name="flow_by_workload_leap"),
        ]
