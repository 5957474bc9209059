"""What stands in a namespace, and which namespaces there are, for one viewer.

Names are long, so indexes hold their first HEAD characters.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Value

from . import statements
from .heads import HEAD, Head
from .identity import node_key
from .kinds import Entity
from .models import Node, Sighting
from .observation import Ref
from .queries import within

# A namespace's first and last moment are those of so many of its nodes.
LOOKED_AT = 100
# SQLite joins no more SELECTs than 500.
TOGETHER = 200

SEEN = "EXISTS (SELECT 1 FROM lineage_sighting s WHERE s.node_id = n.id AND NOT s.hidden {visible})"
NEXT = """
    SELECT {head} FROM lineage_node n WHERE n.organization_id = %s AND {entities} {beyond} AND {seen}
    ORDER BY {head} LIMIT 1
"""
NAMESPACES = """
    WITH RECURSIVE known(value) AS (
        SELECT ({first}) UNION ALL SELECT ({following}) FROM known WHERE known.value IS NOT NULL
    )
    SELECT value FROM known WHERE value IS NOT NULL
"""


def visible(viewer, hidden: bool = False) -> QuerySet[Node]:
    """The identities that were seen where the viewer may look; those that people have hidden only if `hidden`."""
    seen = within(viewer, Sighting.objects.filter(node=OuterRef("pk")))
    seen = seen if hidden else seen.filter(hidden=False)
    return Node.objects.filter(Exists(seen), organization=viewer.organization)


def known(viewer, refs: Iterable[Ref]) -> set[Ref]:
    """Those of the identities that the viewer may see."""
    by_key = {node_key(ref): ref for ref in refs}
    found = visible(viewer, hidden=True).filter(key__in=by_key).values_list("key", flat=True)
    return {by_key[key.hex] for key in found}


def inside(rows: QuerySet[Node], namespaces: Iterable[str]) -> QuerySet[Node]:
    """Those of the nodes that stand in one of the namespaces, by the index. A name that is shorter than HEAD is its
    own head; naming it besides would keep SQLite from the index."""
    names = list(namespaces)
    rows = rows.annotate(space=Head("namespace")).filter(space__in=[name[:HEAD] for name in names])
    return rows.filter(namespace__in=names) if any(len(name) >= HEAD for name in names) else rows


def nodes(viewer, entity: Entity, namespace: str) -> QuerySet[Node]:
    """The datasets or the jobs of a namespace, by name."""
    rows = inside(visible(viewer), [namespace]).filter(entity=entity)
    return rows.annotate(head=Head("name")).order_by("space", "entity", "head", "name")


def namespaces(viewer, *entities: Entity) -> list[str]:
    """The namespaces of the viewer's datasets or jobs, sorted. Leaps from one to the next along an index, so that
    its cost is that of the namespaces and not of the nodes."""
    head = "LEFT(n.namespace, 120)" if connection.vendor == "postgresql" else "SUBSTR(n.namespace, 1, 120)"
    shown, projects = statements.within(viewer, "s.project_id")
    said = {
        "head": head,
        "seen": SEEN.format(visible=shown),
        "entities": f"n.entity IN ({', '.join(str(int(each)) for each in entities)})",
    }
    following = NEXT.format(**said, beyond=f"AND {head} > known.value")
    sql = NAMESPACES.format(first=NEXT.format(**said, beyond=""), following=following)
    values = [viewer.organization.pk, *projects]
    heads = [value for (value,) in statements.answers(sql, [*values, *values])]
    return sorted([*(head for head in heads if len(head) < HEAD), *whole(viewer, heads, entities)])


def whole(viewer, heads: list[str], entities: tuple[Entity, ...]) -> list[str]:
    """The namespaces that begin with the heads that fill an index entry."""
    full = [head for head in heads if len(head) == HEAD]
    if not full:
        return []
    rows = visible(viewer).annotate(space=Head("namespace")).filter(space__in=full, entity__in=entities)
    return list(rows.order_by().values_list("namespace", flat=True).distinct())


def has_namespace(viewer, namespace: str, *entities: Entity) -> bool:
    return inside(visible(viewer), [namespace]).filter(entity__in=entities).exists()


def moments(viewer, namespaces: Iterable[str]) -> dict[str, tuple[datetime, datetime]]:
    """(first, last) time that something of each namespace appeared, by LOOKED_AT of its nodes each."""
    names, found = list(namespaces), {}
    for start in range(0, len(names), TOGETHER):
        parts = [times_of(viewer, at, names[at]) for at in range(start, min(start + TOGETHER, len(names)))]
        for row in parts[0].union(*parts[1:], all=True):
            if row["first"]:
                found[names[row["at"]]] = (row["first"], row["last"])
    return found


def times_of(viewer, at: int, namespace: str) -> QuerySet:
    rows = inside(Node.objects.filter(organization=viewer.organization), [namespace])
    rows = rows.order_by("space", "entity")[:LOOKED_AT]
    seen = within(viewer, Sighting.objects.filter(node__in=rows.values("pk"))).order_by()
    return seen.annotate(at=Value(at)).values("at").annotate(first=Min("created_at"), last=Max("created_at"))
