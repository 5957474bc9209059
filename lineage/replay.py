"""What observations come to, folded by the writer's own rules and written nowhere."""

from collections.abc import Sequence

from .kinds import LEAST
from .nodes import Nodes
from .observation import Observation
from .rows import Rows
from .upsert import Batch


def fold(observations: Sequence[Observation]) -> dict[str, list[dict]]:
    """Rows by their columns: "sightings", "node_facets" and "runs". Events about a node that is gone are left out."""
    nodes = Nodes()
    for seen in observations:
        for node in seen.outline.nodes:
            nodes.mention(seen.organization_id, node.ref, node.kind, node.shown)
        for ref in seen.outline.refs():
            nodes.mention(seen.organization_id, ref, LEAST[ref.entity], True)
    if nodes.said:
        nodes.read(list(nodes.said))
    rows = Rows(nodes, (), sayings={}, bodies={})
    gone = set(nodes.unknown())
    for seen in observations:
        named = [*(node.ref for node in seen.outline.nodes), *seen.outline.refs()]
        if not gone or not gone & {(seen.organization_id, ref) for ref in named}:
            rows.add(seen)
    return {"sightings": dicts(rows.sightings), "node_facets": dicts(rows.node_facets), "runs": dicts(rows.runs)}


def dicts(batch: Batch) -> list[dict]:
    return [dict(zip(batch.upsert.columns, row, strict=True)) for row in batch.rows.values()]
