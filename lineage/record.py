"""record(observations): the only writer of the graph.

One transaction and a constant number of statements, whatever the number of observations, inputs and columns.
One writer at a time in an organization (docs/decisions/0003), so what is read here stays true until commit.
"""

from collections.abc import Sequence
from itertools import chain

from django.db import connection, transaction

from . import joins, tables
from .absent import alive, hide_again
from .identity import (
    ALWAYS,
    NEVER,
    body_of,
    digest,
    first_stamp,
    keys_digest,
    other_refs,
    run_id,
    stamp,
    type_stamp,
    version_id,
)
from .kinds import TERMINAL, AssociationType, Entity, Kind, Role, State
from .nodes import Nodes, changed
from .observation import Facets, FlowSeen, IOSeen, NodeSeen, Observation, Ref, RunSeen
from .upsert import prepared
from .words import words_of

# The statements of the store are prepared, and planning one anew for each batch costs more than running it.
LOCK = """
    SELECT set_config('plan_cache_mode', 'force_generic_plan', true), pg_advisory_xact_lock(%s, id)
    FROM unnest(%s::int[]) AS id
"""
EDGE_OF = {Role.INPUT: AssociationType.CONTRIBUTED_TO, Role.OUTPUT: AssociationType.PRODUCED}
KIND_OF = {
    Entity.DATASET: Kind.DATASET,
    Entity.JOB: Kind.WORKLOAD,
    Entity.CONTEXT: Kind.CONTEXT,
    Entity.ACTION: Kind.ACTION,
}


def record(observations: Sequence[Observation], locked: bool = False) -> None:
    """Adds to the graph what the observations say. Repeating one, in any order, changes nothing.

    `locked`: the caller's transaction holds the organizations' locks already.
    """
    if not observations:
        return
    nodes = Nodes()
    for seen in observations:
        for node in seen.nodes:
            nodes.mention(seen.organization_id, node.ref, node.kind, node.shown)
        for ref in other_refs(seen):
            nodes.mention(seen.organization_id, ref, KIND_OF[ref.entity], ref.entity != Entity.JOB)
    with transaction.atomic(savepoint=False):
        if not locked:
            lock({seen.organization_id for seen in observations})
        raised = nodes.write()
        if nodes.marked:
            observations = alive(nodes, observations)
        rows = Rows(nodes)
        for seen in observations:
            rows.add(seen)
        rows.write()
        raised |= joins.join(nodes, chain.from_iterable(links(seen.symlinks, seen) for seen in observations))
        parents = [links(seen.parents, seen) for seen in observations]
        raised |= joins.show_ancestors(nodes, chain.from_iterable(parents), raised)
        if raised:
            joins.repeat_on_sightings(raised)
            changed({seen.organization_id for seen in observations})
        if nodes.marked:
            hide_again(nodes.marked.values())


def links(pairs, seen: Observation):
    return [(seen.organization_id, seen.project_id, one, other) for one, other in pairs]


def lock(organization_ids: set[int]) -> None:
    """SQLite has one writer as it is."""
    if connection.vendor == "postgresql":
        with prepared() as cursor:
            cursor.execute(LOCK, [tables.LOCK, sorted(organization_ids)])


class Rows:
    """The rows of a batch of observations, table by table."""

    def __init__(self, nodes: Nodes):
        self.nodes = nodes
        self.bodies = tables.BODY.batch()
        self.digests: dict[int, tuple[str, object]] = {}
        self.sightings = tables.SIGHTING.batch()
        self.node_facets = tables.NODE_FACETS.batch()
        self.node_words = tables.NODE_WORDS.batch()
        self.runs = tables.RUN.batch()
        self.run_facets = tables.RUN_FACETS.batch()
        self.versions = tables.VERSION.batch()
        self.io = tables.RUN_IO.batch()
        self.edges = tables.EDGE.batch()
        self.flows = tables.FLOW.batch()

    def write(self) -> None:
        for batch in (
            self.bodies,
            self.sightings,
            self.node_facets,
            self.node_words,
            self.runs,
            self.run_facets,
            self.versions,
            self.io,
            self.edges,
            self.flows,
        ):
            batch.write()

    def add(self, seen: Observation) -> None:
        said = stamp(seen)
        run = run_id(seen.cloud_id, seen.run.uuid) if seen.run else None
        for node in seen.nodes:
            self.add_sighting(seen, node, said, run)
        if seen.run:
            self.add_run(seen, seen.run, run, said)
        for io in seen.io:
            self.add_io(seen, io, said, run)
        for version in seen.versions:
            self.add_version(seen, version.ref, version.label, version.facets, said)
        for edge in seen.edges:
            self.add_edge(seen, edge.source, edge.target, edge.type)
        for flow in seen.flows:
            self.add_flow(seen, flow, said, run)

    def body(self, value: Facets | list) -> str:
        """The digest of a Body that the batch holds. A dataset's facets are its node's and its input's: the same
        object, encoded once."""
        known = self.digests.get(id(value))
        if known is None:
            key, text = body_of(value)
            self.bodies.add(key, text)
            known = self.digests[id(value)] = (key, value)
        return known[0]

    def add_sighting(self, seen: Observation, node: NodeSeen, said: str, run: str | None) -> None:
        known = self.nodes.get(seen.organization_id, node.ref)
        ran = run is not None and node.ref == seen.workload
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
            first_stamp(seen) if node.creator else ALWAYS,
            node.type[:100],
            type_stamp(node, said),
            run if ran else None,
            said if ran else NEVER,
        )
        if node.facets:
            keys = keys_digest(tuple(node.facets))
            body = self.body(node.facets)
            self.node_facets.add(known.id, seen.project_id, keys, said, body)
            if "schema" in node.facets or "ownership" in node.facets:
                self.add_words(known.id, seen.project_id, body, node.facets)

    def add_words(self, node_id: int, project_id: int, body: str, facets: Facets) -> None:
        found = words_of(body, facets)
        if found:
            self.node_words.add(node_id, project_id, *found)

    def add_run(self, seen: Observation, run: RunSeen, id: str, said: str) -> None:
        ended = run.state in TERMINAL
        started = run.state == State.START
        # An event that says less of where the run belongs takes nothing back.
        told = bool(run.operation) + bool(run.session) + bool(run.cluster_id)
        self.runs.add(
            id,
            seen.organization_id,
            seen.project_id,
            run.uuid.replace("-", ""),
            run.external_id,
            self.nodes.get(seen.organization_id, seen.workload).id,
            run.operation,
            run.session,
            run.cluster_id,
            stamp(seen, priority=told),
            run.state,
            stamp(seen, priority=ended) if run.state else NEVER,
            seen.at,
            seen.at if started else None,
            seen.at if ended else None,
            run.nominal_start,
            run.nominal_end,
            (run.parent_uuid and run_id(seen.cloud_id, run.parent_uuid)) or None,
            said if run.parent_uuid else NEVER,
        )
        for of_job, facets in ((False, run.facets), (True, run.job_facets)):
            if facets:
                self.run_facets.add(id, of_job, keys_digest(tuple(facets)), said, self.body(facets))

    def add_io(self, seen: Observation, io: IOSeen, said: str, run: str | None) -> None:
        node = self.nodes.get(seen.organization_id, io.ref)
        workload = self.nodes.get(seen.organization_id, seen.workload)
        version = None
        if io.version:
            version = self.add_version(seen, io.ref, io.version, {**io.facets, **io.io_facets}, said)
        self.io.add(
            digest(run, workload.key, node.key, int(io.role), version, seen.project_id),
            run,
            workload.id,
            node.id,
            int(io.role),
            version,
            seen.project_id,
            seen.at,
            *self.said(io.facets, said),
            *self.said(io.io_facets, said),
        )
        source, target = (io.ref, seen.workload) if io.role == Role.INPUT else (seen.workload, io.ref)
        self.add_edge(seen, source, target, EDGE_OF[io.role])

    def said(self, facets: Facets, said: str) -> tuple[str | None, str]:
        return (self.body(facets), said) if facets else (None, NEVER)

    def add_version(self, seen: Observation, ref: Ref, label: str, facets: Facets, said: str) -> str:
        node = self.nodes.get(seen.organization_id, ref)
        id = version_id(seen.organization_id, node.key, label)
        body = self.body(facets) if facets else None
        self.versions.add(id, node.id, label, seen.at, body, said if body else NEVER)
        return id

    def add_edge(self, seen: Observation, source: Ref, target: Ref, type: AssociationType) -> None:
        one = self.nodes.get(seen.organization_id, source)
        other = self.nodes.get(seen.organization_id, target)
        self.edges.add(one.id, other.id, one.root, other.root, int(type), seen.project_id, seen.at)

    def add_flow(self, seen: Observation, flow: FlowSeen, said: str, run: str | None) -> None:
        source = self.nodes.get(seen.organization_id, flow.input)
        target = self.nodes.get(seen.organization_id, flow.output)
        workload = self.nodes.get(seen.organization_id, seen.workload) if seen.workload else None
        columns = self.body(flow.columns) if flow.columns else None
        id = digest(run, workload and workload.key, source.key, target.key, int(flow.basis), seen.project_id)
        self.flows.add(
            id,
            run,
            workload and workload.id,
            source.id,
            target.id,
            int(flow.basis),
            seen.project_id,
            seen.at,
            columns,
            said if columns else NEVER,
        )
