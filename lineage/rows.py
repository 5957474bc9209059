"""What observations come to: the rows of each table, made in memory. `record` writes them, `replay` only reads them."""

from collections.abc import Sequence
from datetime import datetime

from . import tables
from .identity import ALWAYS, NEVER, Said, body_of, digest, keys_of, run_id, version_id
from .kinds import TERMINAL, AssociationType, Role, State
from .memory import BODIES, SAYINGS
from .nodes import Known, Nodes
from .observation import Facets, FlowSeen, IOSeen, NodeSeen, Observation, RunSeen, Shared
from .upsert import Batch
from .words import words_of


class Rows:
    """The rows of a batch of observations, table by table; without those that are `known` to be stored."""

    def __init__(self, nodes: Nodes, observations: Sequence[Observation], sayings=SAYINGS, bodies=BODIES):
        self.nodes = nodes
        self.known_sayings, self.known_bodies = sayings, bodies
        self.digests: dict[int, tuple[str, object]] = {}
        self.sayings: dict[tuple, datetime] = {}
        self.bodies = tables.BODY.batch()
        self.sightings = tables.SIGHTING.batch()
        self.traits = tables.TRAIT.batch()
        self.node_facets = tables.NODE_FACETS.batch()
        self.node_words = tables.NODE_WORDS.batch()
        self.runs = tables.RUN.batch()
        self.run_facets = tables.RUN_FACETS.batch()
        self.versions = tables.VERSION.batch()
        self.io = tables.RUN_IO.batch()
        self.edges = tables.EDGE.batch()
        self.flows = tables.FLOW.batch()
        for seen in observations:
            self.add(seen)

    @property
    def batches(self) -> list[Batch]:
        return [
            self.bodies,
            self.sightings,
            self.traits,
            self.node_facets,
            self.node_words,
            self.runs,
            self.run_facets,
            self.versions,
            self.io,
            self.edges,
            self.flows,
        ]

    def add(self, seen: Observation) -> None:
        said = Said(seen)
        known = self.nodes.known[seen.organization_id]
        run = run_id(seen.cloud_id, seen.run.uuid) if seen.run else None
        for node in seen.nodes:
            self.add_node(seen, node, known[node.ref], said, run if node.ref == seen.workload else None)
        if seen.run:
            self.add_run(seen, seen.run, run, known[seen.workload].id, said)
        for io in seen.io:
            self.add_io(seen, io, known[seen.workload], known[io.ref], said, run)
        for version in seen.versions:
            self.add_version(seen, known[version.ref], version.label, version.facets, said)
        for edge in seen.edges:
            self.add_edge(seen, known[edge.source], known[edge.target], edge.type)
        for flow in seen.flows:
            self.add_flow(seen, flow, known, said, run)

    def body(self, value: Facets | list) -> str:
        """The digest of a Body that is stored, or that the batch holds."""
        if type(value) is Shared:
            return self.add_body(*body_of(value))
        # A dataset's facets are its node's and its input's: the same object, encoded once.
        known = self.digests.get(id(value))
        if known is None:
            known = self.digests[id(value)] = (self.add_body(*body_of(value)), value)
        return known[0]

    def add_body(self, key: str, text: str) -> str:
        if key not in self.known_bodies:
            self.bodies.add(key, text)
        return key

    def said(self, facets: Facets, said: Said) -> tuple[str | None, str]:
        return (self.body(facets), said.latest) if facets else (None, NEVER)

    def add_node(self, seen: Observation, node: NodeSeen, known: Known, said: Said, run: str | None) -> None:
        """`run` is the node's own run, where it is the workload."""
        facets, body = node.facets, None
        if facets:
            body = self.body(facets)
            self.node_facets.add(known.id, seen.project_id, keys_of(facets), said.latest, body)
        type_stamp = said.of_type(node.type, node.declared)
        # Of two creators the earlier counts.
        what = (node.kind, node.shown, node.declared, bool(node.creator), said.late, type_stamp, body)
        if run is None and self.said_before((known.id, seen.project_id, *what), seen.at):
            return
        self.sightings.add(
            seen.organization_id,
            seen.project_id,
            known.id,
            known.root,
            known.kind,
            known.shown,
            node.ref.name[:120].lower()[:120],
            seen.at,
            node.creator[:320],
            said.first if node.creator else ALWAYS,
            node.type[:100],
            type_stamp,
            run,
            said.latest if run else NEVER,
        )
        self.traits.add(known.id, seen.project_id, int(node.kind), node.shown, node.type[:100], node.declared, seen.at)
        if ("schema" in facets or "ownership" in facets) and (words := words_of(facets)):
            self.node_words.add(known.id, seen.project_id, *words)

    def said_before(self, what: tuple, at: datetime) -> bool:
        """Whether it was said at an earlier time, so that it is stored or in this batch; from now on it was."""
        first = self.sayings.get(what) or self.known_sayings.get(what)
        if first and first < at:
            return True
        self.sayings[what] = at
        return False

    def add_run(self, seen: Observation, run: RunSeen, id: str, workload_id: int, said: Said) -> None:
        ended = run.state in TERMINAL
        # An event that says less of where the run belongs takes nothing back.
        told = bool(run.operation) + bool(run.session) + bool(run.cluster_id)
        self.runs.add(
            id,
            seen.organization_id,
            seen.project_id,
            run.uuid.replace("-", ""),
            run.external_id,
            workload_id,
            run.operation,
            run.session,
            run.cluster_id,
            said.ranked(told),
            run.state,
            said.ranked(ended) if run.state else NEVER,
            seen.at,
            seen.at if run.state == State.START else None,
            seen.at if ended else None,
            run.nominal_start,
            run.nominal_end,
            run_id(seen.cloud_id, run.parent_uuid) if run.parent_uuid else None,
            said.latest if run.parent_uuid else NEVER,
        )
        for of_job, facets in ((False, run.facets), (True, run.job_facets)):
            if facets:
                self.run_facets.add(id, of_job, keys_of(facets), said.latest, self.body(facets))

    def add_io(self, seen: Observation, io: IOSeen, workload: Known, node: Known, said: Said, run: str | None) -> None:
        version, role = None, int(io.role)
        if io.version:
            version = self.add_version(seen, node, io.version, {**io.facets, **io.io_facets}, said)
        self.io.add(
            digest(run, workload.key, node.key, role, version, seen.project_id),
            run,
            workload.id,
            node.id,
            role,
            version,
            seen.project_id,
            seen.at,
            *self.said(io.facets, said),
            *self.said(io.io_facets, said),
        )
        if io.role == Role.INPUT:
            self.add_edge(seen, node, workload, AssociationType.CONTRIBUTED_TO)
        else:
            self.add_edge(seen, workload, node, AssociationType.PRODUCED)

    def add_version(self, seen: Observation, node: Known, label: str, facets: Facets, said: Said) -> str:
        id = version_id(seen.organization_id, node.key, label)
        self.versions.add(id, node.id, label, seen.at, *self.said(facets, said))
        return id

    def add_edge(self, seen: Observation, source: Known, target: Known, type: AssociationType) -> None:
        if not self.said_before((source.id, target.id, type, seen.project_id), seen.at):
            self.edges.add(source.id, target.id, source.root, target.root, int(type), seen.project_id, seen.at)

    def add_flow(self, seen: Observation, flow: FlowSeen, known: dict, said: Said, run: str | None) -> None:
        source, target = known[flow.input], known[flow.output]
        workload = known[seen.workload] if seen.workload else None
        self.flows.add(
            digest(run, workload and workload.key, source.key, target.key, int(flow.basis), seen.project_id),
            run,
            workload and workload.id,
            source.id,
            target.id,
            int(flow.basis),
            seen.project_id,
            seen.at,
            *self.said(flow.columns, said),
        )
