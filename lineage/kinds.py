"""The words of the graph. Numbers are stored: they are small and their order carries a rule."""

from django.db import models
from django.utils.translation import gettext_lazy as _

UPSTREAM, DOWNSTREAM = "upstream", "downstream"


class Entity(models.IntegerChoices):
    """OpenLineage's identity spaces, and SageMaker's two further ones."""

    DATASET = 1, _("Dataset")
    JOB = 2, _("Job")
    CONTEXT = 3, _("Context")
    ACTION = 4, _("Action")

    # Enum's own hashes the name, in Python; identities are hashed several times for each event.
    __hash__ = int.__hash__


class Kind(models.IntegerChoices):
    """What a node is. Within an entity the greatest that any event says wins: promoted, never demoted."""

    DATASET = 10, _("Dataset")
    ARTIFACT = 20, _("Artifact")
    MODEL = 30, _("Model")
    ENDPOINT = 40, _("Endpoint")
    WORKLOAD = 50, _("Workload")
    CONTEXT = 60, _("Context")
    EXPERIMENT = 61, _("Experiment")
    ACTION = 70, _("Action")

    @property
    def slug(self):
        """The word of the API and of the graph, e.g. "model"."""
        return self.name.lower()


# What a node of each entity is as long as no event says more.
LEAST = {
    Entity.DATASET: Kind.DATASET,
    Entity.JOB: Kind.WORKLOAD,
    Entity.CONTEXT: Kind.CONTEXT,
    Entity.ACTION: Kind.ACTION,
}


class AssociationType(models.IntegerChoices):
    """SageMaker's five; OpenLineage's inputs and outputs are the first and the fourth."""

    CONTRIBUTED_TO = 1, "ContributedTo"
    ASSOCIATED_WITH = 2, "AssociatedWith"
    DERIVED_FROM = 3, "DerivedFrom"
    PRODUCED = 4, "Produced"
    SAME_AS = 5, "SameAs"


class Role(models.IntegerChoices):
    INPUT = 1, _("Input")
    OUTPUT = 2, _("Output")


class Basis(models.IntegerChoices):
    """Where an explicit flow was declared."""

    COLUMN_LINEAGE = 1, "columnLineage"
    LINEAGE = 2, "lineage"


class State(models.TextChoices):
    """OpenLineage's event types, as the state of the run after it."""

    START = "START", _("Started")
    RUNNING = "RUNNING", _("Running")
    OTHER = "OTHER", _("Unknown")
    COMPLETE = "COMPLETE", _("Completed")
    FAIL = "FAIL", _("Failed")
    ABORT = "ABORT", _("Aborted")


TERMINAL = {State.COMPLETE, State.FAIL, State.ABORT}
