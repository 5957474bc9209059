"""What one event says about the graph: plain values, no database and no wire format.

A front door (OpenLineage, Marquez, SageMaker) makes an Observation; `record` is the only reader.
Names are already normalised (no NUL, no lone surrogate, `s3a` folded to `s3`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from .kinds import AssociationType, Basis, Entity, Kind, Role

Facets = dict[str, Any]


class Shared(dict):
    """Facets that many events share, the same object, which never changes. What was made of them stays with them."""

    __slots__ = ("body", "classified", "clean", "key_set", "words")

    def __init__(self, facets: Facets):
        super().__init__(facets)
        self.body = self.classified = self.key_set = self.words = None
        self.clean = False


class Ref(NamedTuple):
    """The identity of a node within an organization."""

    entity: Entity
    namespace: str
    name: str


@dataclass(slots=True)
class NodeSeen:
    """A node that the event names, and what is said of it here.

    `type` is the fine type ("parquet", "job"), `declared` whether a facet said so (else it is inferred);
    `facets` are by key, `{"_deleted": True}` being a tombstone; `shown` is False for a job whose event
    names no input or output; `creator` is an e-mail or another name of a person, or "".
    """

    ref: Ref
    kind: Kind
    type: str = ""
    declared: bool = False
    facets: Facets = field(default_factory=dict)
    shown: bool = True
    creator: str = ""


@dataclass(slots=True)
class IOSeen:
    """The workload read (INPUT) or wrote (OUTPUT) a node; `version` is "" where the event names none. `facets` are
    those of the dataset in this run."""

    ref: Ref
    role: Role
    version: str = ""
    facets: Facets = field(default_factory=dict)


@dataclass(slots=True)
class VersionSeen:
    """A version of a node that is named outside of any run, with the facets it had then."""

    ref: Ref
    label: str
    facets: Facets = field(default_factory=dict)


@dataclass(slots=True)
class EdgeSeen:
    """An association that an event declares outright (no run's input or output)."""

    source: Ref
    target: Ref
    type: AssociationType


@dataclass(slots=True)
class FlowSeen:
    """What flows into what, where an event says so. `columns` is a list of
    `[input field or "", output field or "", transformation type or ""]`, and where an event says so, after these its
    subtype, its description, and "masked". "" as a field stands for the whole dataset."""

    input: Ref
    output: Ref
    basis: Basis
    columns: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class RunSeen:
    """A run after this event. `state` is one of kinds.State or ""; `facets` are the run's, `job_facets`
    the job's as of this run; `operation` is the event's own job where the workload is another node."""

    uuid: str
    state: str
    external_id: str = ""
    operation: str = ""
    session: str = ""
    facets: Facets = field(default_factory=dict)
    job_facets: Facets = field(default_factory=dict)
    parent_uuid: str = ""
    nominal_start: datetime | None = None
    nominal_end: datetime | None = None
    cluster_id: str = ""


@dataclass(slots=True)
class Outline:
    """What an event says of the graph, apart from its run and its time: every run of a nightly job says the same, and
    then it is the same object, which never changes. `serial` tells outlines of this process apart.

    `workload` is None for a DatasetEvent. `symlinks` are pairs of identities of one thing; `parents` are
    (child, parent) pairs of jobs.
    """

    project_id: int
    workload: Ref | None = None
    nodes: list[NodeSeen] = field(default_factory=list)
    io: list[IOSeen] = field(default_factory=list)
    versions: list[VersionSeen] = field(default_factory=list)
    edges: list[EdgeSeen] = field(default_factory=list)
    flows: list[FlowSeen] = field(default_factory=list)
    symlinks: list[tuple[Ref, Ref]] = field(default_factory=list)
    parents: list[tuple[Ref, Ref]] = field(default_factory=list)
    serial: int = field(default_factory=count(1).__next__, init=False, compare=False)

    def refs(self) -> list[Ref]:
        """The nodes that it names beside `nodes`."""
        known = {node.ref for node in self.nodes}
        named = [self.workload] if self.workload else []
        named += [each.ref for each in (*self.io, *self.versions)]
        named += [ref for edge in self.edges for ref in (edge.source, edge.target)]
        named += [ref for flow in self.flows for ref in (flow.input, flow.output)]
        named += [ref for pair in (*self.symlinks, *self.parents) for ref in pair]
        return [ref for ref in named if ref not in known]


@dataclass(slots=True)
class Observation:
    """All that one event says. `at` is its time (UTC), `digest` 16 hex digits of its hash.

    `cloud_id` is the project's: a run's id means nothing in another cloud.
    `ranks_last`: the event's time is absurdly in the future and must not outrank anything.
    `run` is None for a DatasetEvent or a JobEvent.
    `statistics` are the inputFacets or outputFacets of each of the outline's `io`, in its order (fewer: the rest has
    none): what differs from run to run is kept apart from what repeats.
    `shared` is (digest, JSON) of a Body that the event itself is kept beside, if it is kept.
    """

    organization_id: int
    cloud_id: int
    at: datetime
    digest: str
    outline: Outline
    ranks_last: bool = False
    run: RunSeen | None = None
    statistics: list[Facets] = field(default_factory=list)
    shared: tuple[str, str] | None = None
