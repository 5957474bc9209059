"""What follows for other nodes: symlinks join nodes, and a job is shown because a descendant is."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import connection

from . import tables
from .nodes import Nodes
from .observation import Ref
from .upsert import any_of, as_list

Link = tuple[int, int, datetime, Ref, Ref]  # organization id, project id, when, and the two nodes


def join(nodes: Nodes, links: Iterable[Link]) -> set[int]:
    """Stores symlinks; nodes that are newly joined get the one with the least key as their canonical node.
    Returns the ids of those that were canonical before."""
    batch, apart = tables.SYMLINK.batch(), set()
    for organization_id, project_id, at, *pair in links:
        one, other = sorted((nodes.get(organization_id, ref) for ref in pair), key=lambda known: known.key)
        if one.id == other.id:
            continue
        batch.add(one.id, other.id, project_id, at)
        if one.root != other.root:
            apart.add((one.root, other.root))
    batch.write()
    moves = moves_of(apart) if apart else {}
    if moves:
        move(moves)
    return set(moves)


def moves_of(pairs: set[tuple[int, int]]) -> dict[int, int]:
    """Canonical nodes that are joined, each with the one of the least key among those it is joined to."""
    ids = {id for pair in pairs for id in pair}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, key FROM lineage_node WHERE {any_of('id')}", [as_list(ids)])
        keys = dict(cursor.fetchall())
    moves = {}
    for members in components(pairs):
        root = min(members, key=keys.__getitem__)
        moves |= dict.fromkeys(members - {root}, root)
    return moves


def components(pairs: set[tuple[int, int]]) -> Iterator[set[int]]:
    """The sets that the pairs connect."""
    neighbours = defaultdict(set)
    for one, other in pairs:
        neighbours[one].add(other)
        neighbours[other].add(one)
    left = set(neighbours)
    while left:
        members, edge = set(), {left.pop()}
        while edge:
            members |= edge
            edge = {n for id in edge for n in neighbours[id]} - members
        left -= members
        yield members


MOVES = {
    "postgresql": "SELECT (pair->>0)::bigint AS old, (pair->>1)::bigint AS new FROM json_array_elements(%s::json) pair",
    "sqlite": "SELECT json_extract(value, '$[0]') AS old, json_extract(value, '$[1]') AS new FROM json_each(%s)",
}
# What names a canonical node, besides the node itself.
NAMING = (
    ("lineage_node", "canonical_id"),
    ("lineage_sighting", "root_id"),
    ("lineage_edge", "source_root_id"),
    ("lineage_edge", "target_root_id"),
)


def move(moves: dict[int, int]) -> None:
    """Points nodes that were canonical, and all that names them, at their new canonical node."""
    told = json.dumps(list(moves.items()))
    with connection.cursor() as cursor:
        for table, column in NAMING:
            repoint(cursor, table, column, column, told)
        repoint(cursor, "lineage_node", "canonical_id", "id", told)


def repoint(cursor, table: str, column: str, where: str, told: str) -> None:
    moves = MOVES[connection.vendor]
    cursor.execute(f"UPDATE {table} SET {column} = m.new FROM ({moves}) m WHERE {table}.{where} = m.old", [told])


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
    for organization_id, _, at, child, parent in links:
        ids = [nodes.get(organization_id, ref).id for ref in (child, parent)]
        batch.add(*ids, at)
        children.add(ids[0])
    batch.write()
    if not children:
        return set()
    sql = ANCESTORS.format(children=any_of("p.child_id"), true="true" if connection.vendor == "postgresql" else "1")
    with connection.cursor() as cursor:
        cursor.execute(sql, [as_list(children)])
        return {id for (id,) in cursor.fetchall()}


ROOTS = "(SELECT COALESCE(canonical_id, id) FROM lineage_node WHERE {nodes})"
ONE_KIND = """
    WITH roots AS (SELECT DISTINCT COALESCE(canonical_id, id) AS id FROM lineage_node WHERE {nodes}),
    members AS (
        SELECT n.id, n.kind, r.id AS root FROM roots r JOIN lineage_node n ON n.id = r.id
        UNION SELECT n.id, n.kind, r.id FROM roots r JOIN lineage_node n ON n.canonical_id = r.id
    ),
    kinds AS (SELECT root, MAX(kind) AS kind FROM members GROUP BY root)
    UPDATE lineage_node SET kind = k.kind FROM members m JOIN kinds k ON k.root = m.root
    WHERE lineage_node.id = m.id AND lineage_node.kind <> k.kind
"""
REPEAT = f"""
    UPDATE lineage_sighting SET kind = n.kind, shown = n.shown FROM lineage_node n
    WHERE n.id = lineage_sighting.node_id AND lineage_sighting.root_id IN {ROOTS}
      AND (lineage_sighting.kind <> n.kind OR lineage_sighting.shown <> n.shown)
"""


def repeat_on_sightings(changed: set[int]) -> None:
    """Nodes that are joined are of one kind, and sightings repeat their node's kind and whether it is shown."""
    if not changed:
        return
    nodes, ids = any_of("id"), as_list(changed)
    with connection.cursor() as cursor:
        cursor.execute(ONE_KIND.format(nodes=nodes), [ids])
        cursor.execute(REPEAT.format(nodes=nodes), [ids])
