"""An Event to an Observation: what it says about nodes, runs, inputs, outputs and flows.

An input or output is an edge of the workload; what flows into what is recorded where the event says it, never as
the product of inputs and outputs (docs/how-it-works.md).
"""

from datetime import UTC, datetime

from lineage.identity import FURTHEST_AHEAD
from lineage.kinds import AssociationType, Entity, Kind, Role
from lineage.observation import EdgeSeen, Facets, IOSeen, NodeSeen, Observation, Outline, Ref, Shared, VersionSeen

from . import outlines
from .classify import classify
from .flows import Flows, Lineage, column_lineage, dataset_lineage, dataset_ref, items
from .identities import Places, first_owner
from .parse import Dataset, Event
from .workload import (
    DEFAULT_PROJECT,
    Context,
    Workload,
    claimed_cloud,
    claimed_project,
    cluster_of,
    facet_of,
    parents_of,
    plain,
    run_of,
    workload_of,
)

__all__ = ["Context", "claimed_cloud", "claimed_project", "cluster_of", "normalise"]


def normalise(event: Event, context: Context, now: datetime | None = None) -> Observation:
    """What the event says. May add to `event.warnings`. `context.project` is asked by name."""
    outline, workload, statistics = outlined(event, context)
    seen = Observation(context.organization_id, context.cloud_id, event.at, event.digest[:16], outline)
    if event.at - (now or datetime.now(UTC)) > FURTHEST_AHEAD:
        seen.ranks_last = True
        event.warnings.append("$.eventTime: more than a year in the future: outranks nothing")
    if event.kind == "run":
        seen.run = run_of(event, workload)
    seen.statistics = statistics
    return seen


def outlined(event: Event, context: Context) -> tuple[Outline, Workload | None, list[Facets]]:
    """What the event says of the graph, who ran, and the statistics of its inputs and outputs."""
    key = outlines.key(event, context)
    outline, workload = (key and event.frame.outlines.get(key)) or (None, None)
    if outline and outline.project_id == context.project(workload.project):
        return outline, workload, [dataset.more for dataset in (*event.inputs, *event.outputs)]
    noted = len(event.warnings)
    workload = workload_of(event, context)
    project = workload.project if workload else context.bound_project or DEFAULT_PROJECT
    gathering = Gathering(event, context, workload, Outline(context.project(project)))
    if workload:
        gathering.job(workload)
    else:
        gathering.dataset(event.dataset)
    outline = gathering.done()
    if key and noted == len(event.warnings) and not gathering.twice:
        outlines.keep(key, event, outline, workload)
    return outline, workload, list(gathering.statistics.values())


class Gathering:
    """Collects what one event says, once for each node and each input and output.

    `twice`: the event names an input or an output more than once."""

    __slots__ = ("creator", "event", "io", "nodes", "places", "seen", "statistics", "touched", "twice")

    def __init__(self, event: Event, context: Context, workload: Workload | None, seen: Outline):
        cloud = claimed_cloud(event) or context.cloud_name
        self.event = event
        self.seen = seen
        self.creator = workload.creator if workload else context.key_owner
        self.places = Places(plain(facet_of(event).get("id")), cloud)
        self.nodes: dict[Ref, NodeSeen] = {}
        self.io: dict[tuple[Ref, Role, str], IOSeen] = {}
        self.statistics: dict[tuple[Ref, Role, str], Facets] = {}
        self.touched: set[tuple[Ref, Role]] = set()
        self.twice = False

    def done(self) -> Outline:
        self.seen.nodes = list(self.nodes.values())
        self.seen.io = list(self.io.values())
        self.seen.symlinks = list(dict.fromkeys(self.seen.symlinks))
        return self.seen

    def job(self, workload: Workload) -> None:
        """A RunEvent or a JobEvent."""
        event, seen = self.event, self.seen
        node = NodeSeen(workload.ref, Kind.WORKLOAD, workload.type, workload.declared, workload.facets or {})
        node.creator = workload.creator
        self.nodes[workload.ref] = node
        seen.workload = workload.ref
        if event.kind == "run":
            self.parents(workload)
        for dataset in event.inputs:
            self.touch(dataset, Role.INPUT)
        outputs = [(self.touch(dataset, Role.OUTPUT), dataset.facets) for dataset in event.outputs]
        self.declared_flows(workload, outputs)
        node.shown = bool(self.io or seen.edges or workload.operation)

    def parents(self, workload: Workload) -> None:
        self.seen.parents = parents_of(self.event, workload)
        for _, parent in self.seen.parents:
            self.nodes[parent] = NodeSeen(parent, Kind.WORKLOAD, shown=False, creator=self.creator)

    def touch(self, dataset: Dataset, role: Role) -> Ref:
        """The workload read or wrote a dataset."""
        ref, version, alias = self.places.of(dataset)
        self.sight(ref, dataset.facets, alias, dataset)
        self.touched.add((ref, role))
        key = (ref, role, version)
        known = self.io.get(key)
        if known is None:
            self.io[key], self.statistics[key] = IOSeen(ref, role, version, dataset.facets), dataset.more
        else:
            self.twice = True
            known.facets = {**known.facets, **dataset.facets}
            self.statistics[key] = {**self.statistics[key], **dataset.more}
        return ref

    def sight(self, ref: Ref, facets: Facets, alias: Ref | None = None, dataset: Dataset | None = None) -> None:
        memo = facets if type(facets) is Shared else dataset
        if memo is None or memo.classified is None or memo.classified[0] != ref:
            said = classify(ref.namespace, ref.name, facets)
            if memo is not None:
                memo.classified = (ref, said)
        else:
            said = memo.classified[1]
        kind, what, declared = said
        creator = (first_owner(facets) if "ownership" in facets else "") or self.creator
        known = self.nodes.get(ref)
        if known is None:
            self.nodes[ref] = NodeSeen(ref, kind, what, declared, facets, True, creator)
        elif known.facets is not facets:
            self.merge(known, NodeSeen(ref, kind, what, declared, facets, True, creator))
        if alias:
            self.link(ref, alias)
        if "symlinks" in facets:
            self.symlinks(ref, facets["symlinks"])

    def merge(self, known: NodeSeen, other: NodeSeen) -> None:
        """The event names a node twice: the later mention wins where both speak."""
        known.kind = max(known.kind, other.kind)
        if other.type and other.declared >= known.declared:
            known.type, known.declared = other.type, other.declared
        known.facets = {**known.facets, **other.facets}
        known.shown = True
        if other.creator != self.creator:
            known.creator = other.creator

    def symlinks(self, ref: Ref, facet) -> None:
        for item in items(facet.get("identifiers") if type(facet) is dict else None):
            if alias := dataset_ref(item, self.places):
                self.link(ref, alias)

    def link(self, ref: Ref, alias: Ref) -> None:
        if alias != ref:
            self.seen.symlinks.append((ref, alias))

    def declared_flows(self, workload: Workload, outputs: list[tuple[Ref, Facets]]) -> None:
        """A lineage facet is the whole picture; without one, column lineage tells."""
        facet = self.event.job_facets.get("lineage")
        if facet is not None:
            own_job = Ref(Entity.JOB, self.event.job_namespace, self.event.job_name)
            lineage = Lineage(workload.ref, own_job, self.places)
            if lineage.read(facet):
                self.add_lineage(lineage)
                return
        flows = Flows()
        for target, facets in outputs:
            if "columnLineage" in facets:
                column_lineage(facets["columnLineage"], target, self.places, flows)
        self.seen.flows = flows.seen()
        for flow in self.seen.flows:
            self.mention(flow.input, Role.INPUT)

    def add_lineage(self, lineage: Lineage) -> None:
        self.seen.flows = lineage.flows.seen()
        for ref in lineage.inputs:
            self.mention(ref, Role.INPUT)
        for ref in lineage.outputs:
            self.mention(ref, Role.OUTPUT)
        for source, target in lineage.links:
            type = AssociationType.CONTRIBUTED_TO if target.entity == Entity.JOB else AssociationType.PRODUCED
            self.edge(source, target, type)

    def mention(self, ref: Ref, role: Role) -> None:
        """The workload reads or writes a dataset that only a facet names."""
        if (ref, role) not in self.touched:
            self.touched.add((ref, role))
            self.sight(ref, {})
            self.io[ref, role, ""] = IOSeen(ref, role)

    def sight_any(self, ref: Ref) -> None:
        if ref.entity == Entity.DATASET:
            self.sight(ref, {})
        elif known := self.nodes.get(ref):
            known.shown = True
        else:
            self.nodes[ref] = NodeSeen(ref, Kind.WORKLOAD, creator=self.creator)

    def dataset(self, dataset: Dataset) -> None:
        """A DatasetEvent: the dataset, and what it is derived from."""
        ref, version, alias = self.places.of(dataset)
        self.sight(ref, dataset.facets, alias)
        if version:
            self.seen.versions.append(VersionSeen(ref, version, dataset.facets))
        flows = Flows()
        makers = dataset_lineage(dataset.facets.get("lineage"), ref, self.places, flows)
        if not (makers or flows.columns):
            column_lineage(dataset.facets.get("columnLineage"), ref, self.places, flows)
        self.seen.flows = flows.seen()
        for source in dict.fromkeys(flow.input for flow in self.seen.flows):
            if source != ref:
                self.edge(source, ref, AssociationType.DERIVED_FROM)
        for maker in makers:
            self.edge(maker, ref, AssociationType.PRODUCED)

    def edge(self, source: Ref, target: Ref, type: AssociationType) -> None:
        self.seen.edges.append(EdgeSeen(source, target, type))
        for ref in (source, target):
            self.sight_any(ref)
