"""What leads to what: the roll-up of runs, and what events declare."""

from django.db import models
from django.db.models import Q

from clouds.models import Project

from ..kinds import AssociationType, Basis
from .base import NEVER, Link
from .nodes import Node
from .runs import Run


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
