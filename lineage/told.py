"""What an outline comes to in each run: the parts of rows that repeat, made once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from .identity import HOUR, joined, keys_of, moment, version_id
from .nodes import Known
from .observation import Facets, Observation, Ref

# Outlines of more nodes would fill the memory.
MOST = 32


class Told:
    """`body` gives the digest of facets (None of none). The ids of nodes (`ids`) and bodies are those that are stored.

    own         what is said of the workload, as a NodeSeen; None where it says nothing of it
    facets      rows of NodeFacets up to the stamp
    versions    (id, node, label, body) of Version
    io          rows of RunIO from the workload up to the time, that is with the body at their end
    io_parts    what else than the run their ids are made of
    io_versions (version's label, facets) of each, or None
    flows       rows of Flow, as those of RunIO
    flow_parts  what else than the run their ids are made of
    """

    __slots__ = ("facets", "flow_parts", "flows", "ids", "io", "io_parts", "io_versions", "own", "versions")

    def __init__(self, seen: Observation, known: dict[Ref, Known], body: Callable[[Facets | list], str | None]):
        outline, project = seen.outline, seen.outline.project_id
        workload = known[outline.workload] if outline.workload else None
        self.ids = {known[ref].id for ref in (*[node.ref for node in outline.nodes], *outline.refs())}
        own = (node for node in outline.nodes if node.ref == outline.workload)
        self.own = next((replace(node, facets={}) for node in own), None)
        self.facets = [
            (known[node.ref].id, project, keys_of(node.facets), body(node.facets))
            for node in outline.nodes
            if node.facets
        ]
        self.versions = []
        for each in outline.versions:
            node = known[each.ref]
            id = version_id(seen.organization_id, node.key, each.label)
            self.versions.append((id, node.id, each.label, body(each.facets)))
        self.io, self.io_parts, self.io_versions = [], [], []
        for io in outline.io:
            node, role = known[io.ref], int(io.role)
            version = version_id(seen.organization_id, node.key, io.version) if io.version else None
            self.io.append((workload.id, node.id, role, version, project, body(io.facets)))
            self.io_parts.append(joined(workload.key, node.key, role, version, project).encode())
            self.io_versions.append((io.version, io.facets) if version else None)
        self.flows, self.flow_parts = [], []
        for flow in outline.flows:
            source, target, basis = known[flow.input], known[flow.output], int(flow.basis)
            self.flows.append((workload and workload.id, source.id, target.id, basis, project, body(flow.columns)))
            parts = joined(workload and workload.key, source.key, target.key, basis, project)
            self.flow_parts.append(parts.encode())

    def recurs(self) -> bool:
        """Whether another run may come to the same, so that it is worth remembering."""
        return len(self.ids) <= MOST and not any(self.io_versions)


class Saying(NamedTuple):
    """An outline that was said: what it comes to, when it was first said in full, and in which hour last. Times
    that rank last do not count."""

    told: Told
    first: datetime | None = None
    hour: int = -1

    def covers(self, seen: Observation) -> bool:
        """Whether the observation says nothing new of its outline: it was said at an earlier time, and as late as
        this, to the hour, which is what types are stamped with (identity.Said.of_type)."""
        if seen.ranks_last or self.first is None:
            return False
        return self.first < seen.at and moment(seen.at) // HOUR <= self.hour

    def again(self, seen: Observation) -> "Saying":
        if seen.ranks_last:
            return self
        return Saying(self.told, min(self.first or seen.at, seen.at), max(self.hour, moment(seen.at) // HOUR))
