"""What observations come to: the rows of each table, made in memory. `record` writes them, `replay` only reads them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest

from . import tables
from .identity import ALWAYS, NEVER, Said, body_of, ids_in_run, keys_of, led, run_id
from .kinds import TERMINAL, AssociationType, Role, State
from .memory import BODIES, SAYINGS
from .nodes import Known, Nodes
from .observation import Facets, NodeSeen, Observation, RunSeen, Shared
from .told import Saying, Told
from .upsert import Batch
from .words import words_of


class Rows:
    """The rows of a batch of observations, table by table; without those that are known to be stored.

    `told` are outlines of late by their serial, `new` those that were said in full here, by the observations `full`.
    `again`: all of them are told of, so that what they say of nodes is stored, but for the times.
    """

    def __init__(
        self,
        nodes: Nodes,
        observations: Sequence[Observation],
        told: Mapping[int, Saying] = {},
        again: bool = False,
        sayings=SAYINGS,
        bodies=BODIES,
    ):
        self.nodes = nodes
        self.told = told
        self.again = again
        self.new: dict[int, Saying] = {}
        self.full: list[Observation] = []
        self.known_sayings, self.known_bodies = sayings, bodies
        self.digests: dict[int, tuple[str, object]] = {}
        self.sayings: dict[tuple, datetime] = {}
        self.bodies = tables.BODY.batch()
        self.sightings = (tables.LAST_RUN if again else tables.SIGHTING).batch()
        self.traits = tables.TRAIT.batch()
        self.node_facets = (tables.NODE_FACETS_AGAIN if again else tables.NODE_FACETS).batch()
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
        # PostgreSQL writes the last first. What many runs share comes last then, for others wait for it.
        return [
            self.node_facets,
            self.bodies,
            self.sightings,
            self.traits,
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
        if seen.shared:
            self.add_body(*seen.shared)
        told = self.told_of(seen, said)
        run = None
        if seen.run:
            run = run_id(seen.cloud_id, seen.run.uuid)
            workload = self.nodes.get(seen.organization_id, seen.outline.workload)
            self.add_run(seen, seen.run, run, workload.id, said)
            if told.own and self.again:
                self.sightings.add(workload.id, seen.outline.project_id, run, said.latest)
            elif told.own:
                self.add_sighting(seen, told.own, workload, said, run)
        for row in told.facets:
            self.node_facets.put((*row, said.latest))
        for id, node, label, body in told.versions:
            self.versions.add(id, node, label, seen.at, body, said.latest if body else NEVER)
        self.add_io(seen, told, said, run)
        for id, row in zip(ids_in_run(run, told.flow_parts), told.flows, strict=True):
            self.flows.put((id, run, *row, seen.at, said.latest if row[-1] else NEVER))

    def told_of(self, seen: Observation, said: Said) -> Told:
        """What the observation's outline comes to; what it says of the graph is added, unless it was said before."""
        serial = seen.outline.serial
        saying = self.new.get(serial) or self.told.get(serial)
        if saying is None:
            saying = Saying(Told(seen, self.nodes.known[seen.organization_id], self.body))
        if not (self.again or saying.covers(seen)):
            self.full.append(seen)
            self.add_outline(seen, said)
            self.new[serial] = saying.again(seen)
        return saying.told

    def body(self, value: Facets | list) -> str | None:
        """The digest of a Body that is stored, or that the batch holds; None where there is nothing to hold."""
        if not value:
            return None
        if type(value) is Shared:
            return self.add_body(*body_of(value))
        # A dataset's facets are its node's and its input's: the same object, encoded once.
        known = self.digests.get(id(value))
        if known is None:
            known = self.digests[id(value)] = (self.add_body(*body_of(value)), value)
        return known[0]

    def body_in_run(self, value: Facets, run: str | None) -> str:
        """As `body`, of what is said of one run, and hardly of another: it has its place beside what else is."""
        if type(value) is Shared:
            return self.add_body(*body_of(value))
        key, text = body_of(value)
        return self.add_body(led(run, key) if run else key, text)

    def add_body(self, key: str, text: str) -> str:
        if key not in self.known_bodies:
            self.bodies.add(key, text)
        return key

    def add_outline(self, seen: Observation, said: Said) -> None:
        """What an outline says of the graph, however often."""
        outline, known = seen.outline, self.nodes.known[seen.organization_id]
        for node in outline.nodes:
            self.add_node(seen, node, known[node.ref], said)
        for io in outline.io:
            ends = [known[io.ref], known[outline.workload]]
            if io.role == Role.INPUT:
                self.add_edge(seen, *ends, AssociationType.CONTRIBUTED_TO)
            else:
                self.add_edge(seen, *reversed(ends), AssociationType.PRODUCED)
        for edge in outline.edges:
            self.add_edge(seen, known[edge.source], known[edge.target], edge.type)

    def add_node(self, seen: Observation, node: NodeSeen, known: Known, said: Said) -> None:
        # Of two creators the earlier counts.
        what = (node.kind, node.shown, node.type, node.declared, bool(node.creator), said.late, self.body(node.facets))
        project = seen.outline.project_id
        known_so = self.said_before((known.id, project, *what), seen.at)
        # The stamp of a type moves on with the hours, and nothing else does.
        stamped = self.said_before((known.id, project, said.of_type(node.type, node.declared)), seen.at)
        if known_so and stamped:
            return
        self.add_sighting(seen, node, known, said)
        if known_so:
            return
        self.traits.add(known.id, project, int(node.kind), node.shown, node.type[:100], node.declared, seen.at)
        if ("schema" in node.facets or "ownership" in node.facets) and (words := words_of(node.facets)):
            self.node_words.add(known.id, project, *words)

    def add_sighting(self, seen: Observation, node: NodeSeen, known: Known, said: Said, run: str | None = None) -> None:
        """`run` is the node's own run, where it is the workload."""
        self.sightings.add(
            seen.organization_id,
            seen.outline.project_id,
            known.id,
            known.root,
            known.kind,
            known.shown,
            node.ref.name[:120].lower()[:120],
            seen.at,
            node.creator[:320],
            said.first if node.creator else ALWAYS,
            node.type[:100],
            said.of_type(node.type, node.declared),
            run,
            said.latest if run else NEVER,
        )

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
            seen.outline.project_id,
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
        if run.facets or run.job_facets:
            self.run_facets.add(
                id,
                keys_of(run.facets) if run.facets else NEVER,
                keys_of(run.job_facets) if run.job_facets else NEVER,
                self.body_in_run(run.facets, id) if run.facets else None,
                self.body(run.job_facets),
                said.latest,
            )

    def add_io(self, seen: Observation, told: Told, said: Said, run: str | None) -> None:
        """The inputs and outputs of the run; those that name a version, with the facets of that version."""
        at, latest, ids = seen.at, said.latest, ids_in_run(run, told.io_parts)
        for id, row, version, more in zip_longest(ids, told.io, told.io_versions, seen.statistics):
            if version:
                label, facets = version
                of_version = self.body_in_run({**facets, **more}, run) if more else self.body(facets)
                self.versions.add(row[3], row[1], label, at, of_version, latest if of_version else NEVER)
            of_run = (self.body_in_run(more, run), latest) if more else (None, NEVER)
            self.io.put((id, run, *row, at, latest if row[-1] else NEVER, *of_run))

    def add_edge(self, seen: Observation, source: Known, target: Known, type: AssociationType) -> None:
        project = seen.outline.project_id
        if not self.said_before((source.id, target.id, type, project), seen.at):
            self.edges.add(source.id, target.id, source.root, target.root, int(type), project, seen.at)
