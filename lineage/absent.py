"""What people have hidden or deleted, as events about it come in.

An event says nothing of a node that was deleted in its cloud at the event's time or later: neither sightings, facets,
inputs and outputs, edges nor flows. What it says of other nodes stands. Names stay joined, kinds stay raised, and a
run or a version stays known: whether these are shown follows from the rest (docs/decisions/0009).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from .models import Edge, Hiding, Node, Sighting, Tombstone
from .nodes import Nodes, changed
from .observation import Observation, Ref, VersionSeen

Graves = dict[tuple[int, int], datetime]  # by ids of node and cloud


def alive(nodes: Nodes, observations: Iterable[Observation]) -> list[Observation]:
    """The observations without what they say of deleted nodes. One query."""
    rows = Tombstone.objects.filter(node__in=list(nodes.marked.values()))
    graves: Graves = {(node, cloud): at for node, cloud, at in rows.values_list("node", "cloud", "at")}
    return [spared(nodes, graves, seen) for seen in observations] if graves else list(observations)


def spared(nodes: Nodes, graves: Graves, seen: Observation) -> Observation:
    def dead(ref: Ref) -> bool:
        id = nodes.marked.get((seen.organization_id, ref))
        at = graves.get((id, seen.cloud_id)) if id else None
        # A time absurdly in the future outranks nothing, and no deletion either.
        return at is not None and (seen.ranks_last or seen.at <= at)

    def lives(*refs: Ref) -> bool:
        return not any(dead(ref) for ref in refs)

    said = seen.outline
    if not any(map(dead, [*(node.ref for node in said.nodes), *said.refs()])):
        return seen
    # Without its workload, a run has no inputs and outputs; what it says of the versions stays.
    ran = said.workload is None or lives(said.workload)
    io = list(zip_longest(said.io, seen.statistics, fillvalue={}))
    kept = [each for each in io if ran and lives(each[0].ref)]
    outline = replace(
        said,
        nodes=[node for node in said.nodes if lives(node.ref)],
        io=[each for each, _ in kept],
        versions=[
            *said.versions,
            *(
                VersionSeen(each.ref, each.version, {**each.facets, **more})
                for each, more in io
                if each.version and (not ran or dead(each.ref))
            ),
        ],
        edges=[edge for edge in said.edges if lives(edge.source, edge.target)],
        flows=[flow for flow in said.flows if ran and lives(flow.input, flow.output)],
    )
    return replace(seen, outline=outline, statistics=[more for _, more in kept])


def hide_again(node_ids: Iterable[int]) -> None:
    """Makes Sighting.hidden and Edge.hidden of these nodes, and of those that they are joined with, what the hidings
    say."""
    names = Node.objects.filter(pk__in=list(node_ids))
    roots = set(names.annotate(root=Coalesce("canonical", "pk")).values_list("root", flat=True))
    of_root = Hiding.objects.annotate(root=Coalesce("node__canonical", "node"))
    of_root = of_root.filter(cloud__projects=OuterRef("project"))
    for rows, ends in (
        (Sighting.objects.filter(root__in=roots), ["root_id"]),
        (
            Edge.objects.filter(Q(source_root__in=roots) | Q(target_root__in=roots)),
            ["source_root_id", "target_root_id"],
        ),
    ):
        hidden = Exists(of_root.filter(root__in=[OuterRef(end) for end in ends]))
        rows.filter(hidden, hidden=False).update(hidden=True)
        rows.filter(~hidden, hidden=True).update(hidden=False)
    if Hiding.objects.filter(Q(node__in=roots) | Q(node__canonical__in=roots)).exists():
        mark(Node.objects.filter(Q(pk__in=roots) | Q(canonical__in=roots)))


def mark(nodes: QuerySet[Node], deletions: int = 0) -> None:
    """From now on, writers ask what people did to these."""
    new = nodes.filter(marked=False)
    organizations = set((nodes if deletions else new).values_list("organization", flat=True))
    new.update(marked=True)
    changed(organizations, deletions)
