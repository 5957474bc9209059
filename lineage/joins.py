"""What follows for other nodes: symlinks join nodes, and a job is shown because a descendant is."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from . import tables
from .models import Edge, Node, Sighting, Symlink
from .nodes import Nodes
from .observation import Ref
from .upsert import any_of, as_list

Link = tuple[int, int, Ref, Ref]  # organization id, project id, and the two nodes


def join(nodes: Nodes, links: Iterable[Link]) -> set[int]:
    """Stores symlinks; nodes that are newly joined get the one with the least key as their canonical node.
    Returns the ids of those."""
    batch, apart = tables.SYMLINK.batch(), set()
    for organization_id, project_id, *pair in links:
        one, other = sorted((nodes.get(organization_id, ref) for ref in pair), key=lambda known: known.key)
        if one.id == other.id:
            continue
        batch.add(one.id, other.id, project_id)
        if one.root != other.root:
            apart |= {one.id, other.id}
    batch.write()
    for members in components(apart):
        make_one(members)
    return apart


def components(ids: set[int]) -> list[set[int]]:
    """The sets of nodes that symlinks connect with these."""
    neighbours = defaultdict(set)
    found, frontier = set(ids), ids
    while frontier:
        pairs = Symlink.objects.filter(one__in=frontier) | Symlink.objects.filter(other__in=frontier)
        for one, other in pairs.values_list("one_id", "other_id"):
            neighbours[one].add(other)
            neighbours[other].add(one)
        reached = {n for id in frontier for n in neighbours[id]}
        frontier = reached - found
        found |= frontier
    result = []
    while found:
        members, edge = set(), {found.pop()}
        while edge:
            members |= edge
            edge = {n for id in edge for n in neighbours[id]} - members
        found -= members
        result.append(members)
    return result


def make_one(members: set[int]) -> None:
    """Points a component's nodes, and what repeats them, at the node with the least key."""
    root = Node.objects.filter(pk__in=members).order_by("key").values_list("pk", flat=True)[0]
    Node.objects.filter(pk__in=members - {root}).update(canonical=root)
    Node.objects.filter(pk=root).update(canonical=None)
    Sighting.objects.filter(node__in=members).update(root=root)
    Edge.objects.filter(source__in=members).update(source_root=root)
    Edge.objects.filter(target__in=members).update(target_root=root)


ANCESTORS = """
    WITH RECURSIVE up(id) AS (
        SELECT p.parent_id FROM lineage_parentage p JOIN lineage_node n ON n.id = p.child_id AND n.shown
        WHERE {children}
        UNION SELECT p.parent_id FROM up JOIN lineage_parentage p ON p.child_id = up.id
    )
    UPDATE lineage_node SET shown = {true} WHERE NOT shown AND id IN (SELECT id FROM up) RETURNING id
"""


def show_ancestors(nodes: Nodes, links: Iterable[Link], promoted: set[int]) -> set[int]:
    """Stores who is a part of whom, and shows the ancestors of jobs that are shown. Returns their ids."""
    batch, children = tables.PARENTAGE.batch(), set(promoted)
    for organization_id, _, child, parent in links:
        ids = [nodes.get(organization_id, ref).id for ref in (child, parent)]
        batch.add(*ids)
        children.add(ids[0])
    batch.write()
    if not children:
        return set()
    sql = ANCESTORS.format(children=any_of("p.child_id"), true="true" if connection.vendor == "postgresql" else "1")
    with connection.cursor() as cursor:
        cursor.execute(sql, [as_list(children)])
        return {id for (id,) in cursor.fetchall()}


ROOTS = "(SELECT COALESCE(canonical_id, id) FROM lineage_node WHERE {nodes})"
ONE_KIND = f"""
    UPDATE lineage_node SET kind = (
        SELECT MAX(m.kind) FROM lineage_node m
        WHERE m.id = COALESCE(lineage_node.canonical_id, lineage_node.id)
           OR m.canonical_id = COALESCE(lineage_node.canonical_id, lineage_node.id))
    WHERE id IN {ROOTS} OR canonical_id IN {ROOTS}
"""
REPEAT = f"""
    UPDATE lineage_sighting SET kind = n.kind, shown = n.shown FROM lineage_node n
    WHERE n.id = lineage_sighting.node_id AND lineage_sighting.root_id IN {ROOTS}
"""


def repeat_on_sightings(changed: set[int]) -> None:
    """Nodes that are joined are of one kind, and sightings repeat their node's kind and whether it is shown."""
    if not changed:
        return
    nodes, ids = any_of("id"), as_list(changed)
    with connection.cursor() as cursor:
        cursor.execute(ONE_KIND.format(nodes=nodes), [ids, ids])
        cursor.execute(REPEAT.format(nodes=nodes), [ids])
