"""The statements behind a level of the graph, for both databases. By hand, since the ORM would take longer to write
them than the database to answer them.

Edges are sliced first and joined second. An `(SELECT … LIMIT 1) IS NULL` is not rewritten as a join, as NOT EXISTS
would be, and a node given as `(SELECT …)` has no statistics: so PostgreSQL never walks a whole table at a hub. The
last run is ordered as its index is, and no further: a job may have run a hundred thousand times. `+column` is a
column that SQLite looks up in no index: it would walk all of an organization rather than sort the few of a node.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from operator import itemgetter

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model

from . import past
from .cursors import prepared
from .kinds import AssociationType, Role
from .models import Edge, Node, Run, Sighting
from .upsert import any_of, as_list

HERE = {"upstream": "target_root_id", "downstream": "source_root_id"}
THERE = {"upstream": "source_root_id", "downstream": "target_root_id"}

PAGE = """
    SELECT * FROM (
        SELECT '{side}' AS side, {columns} FROM lineage_edge e
        WHERE {which} AND NOT e.hidden {visible} AND (
            SELECT o.id FROM lineage_edge o
            WHERE o.source_root_id = e.source_root_id AND o.target_root_id = e.target_root_id AND o.type = e.type
              AND o.id < e.id AND NOT o.hidden {older_visible} LIMIT 1
        ) IS NULL
        {limit}
    ) AS {side}
"""
LAST_RUN = """(
    SELECT io.run_id FROM lineage_runio io
    WHERE io.node_id = e.{node} AND io.workload_id = e.{workload} AND io.role = {role}
      AND io.project_id = e.project_id AND io.run_id IS NOT NULL
    ORDER BY io.first_at DESC LIMIT 1
)"""
EDGES = f"""
    WITH page AS ({{pages}}), ran AS (
        SELECT e.*, CASE e.type
            WHEN {AssociationType.CONTRIBUTED_TO:d}
            THEN {LAST_RUN.format(node="source_id", workload="target_id", role=int(Role.INPUT))}
            WHEN {AssociationType.PRODUCED:d}
            THEN {LAST_RUN.format(node="target_id", workload="source_id", role=int(Role.OUTPUT))}
        END AS last_run FROM page e
    )
    SELECT ran.side, {{edge}}, {{run}} FROM ran LEFT JOIN lineage_run r ON r.id = ran.last_run
"""
SEEN = """
    SELECT {sighting}, {node} FROM lineage_sighting s JOIN lineage_node n ON n.id = s.node_id
    WHERE {which} AND +s.organization_id = %s {visible} ORDER BY s.created_at, s.id
"""
JOINED = """s.root_id = (
    SELECT COALESCE(asked.canonical_id, asked.id) FROM lineage_node asked
    WHERE asked.id = %s AND asked.organization_id = %s
)"""
COUNT = """
    (SELECT COUNT(*) FROM (
        SELECT DISTINCT e.{there}, e.type FROM lineage_edge e
        WHERE e.{here} = n.id AND NOT e.hidden {visible} LIMIT {most}
    ) AS first)
"""
KNOWN = """
    WITH RECURSIVE known(kind, value) AS (
        SELECT kinds.kind, ({first}) FROM ({kinds}) AS kinds
        UNION ALL SELECT known.kind, ({following}) FROM known WHERE known.value IS NOT NULL
    )
    SELECT value FROM known WHERE value IS NOT NULL LIMIT {limit}
"""
NEXT = """
    SELECT s.{field} FROM lineage_sighting s
    WHERE s.organization_id = %s AND s.kind = {before}.kind AND s.{field} > {value} {visible}
    ORDER BY s.{field} LIMIT 1
"""


class Columns:
    """A table's columns in a statement, and its model's instances from what that answers."""

    def __init__(self, model: type[Model]):
        self.model, fields = model, model._meta.concrete_fields
        self.columns, self.names = [field.column for field in fields], [field.attname for field in fields]
        self.converters = []
        for at, field in enumerate(fields):
            expression = field.get_col("t")
            for convert in connection.ops.get_db_converters(expression) + expression.get_db_converters(connection):
                self.converters.append((at, convert, expression))

    def of(self, alias: str) -> str:
        return ", ".join([f"{alias}.{column}" for column in self.columns])

    def read(self, values: Sequence):
        """An instance, or None for a row that an outer join left empty."""
        if values[0] is None:
            return None
        values = list(values)
        for at, convert, expression in self.converters:
            values[at] = convert(values[at], expression, connection)
        return self.model.from_db(connection.alias, self.names, values)

    def __len__(self):
        return len(self.columns)


@cache
def columns(model: type[Model]) -> Columns:
    return Columns(model)


def answers(sql: str, values: Sequence) -> list[tuple]:
    with prepared() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def within(viewer, column: str) -> tuple[str, list]:
    """A condition that the column names a project the viewer may see, as of the viewer's moment, and its values."""
    then, (sql, values) = past.of(viewer), within_projects(viewer, column)
    if not then or not then.at:
        return sql, values
    table = column.partition(".")[0]
    first = f"AND {table}.{'created_at' if table == 's' else 'first_at'} <= %s"
    return f"{sql} {first}", [*values, connection.ops.adapt_datetimefield_value(then.at)]


def within_projects(viewer, column: str) -> tuple[str, list]:
    if viewer.sees_all:
        return "", []
    try:
        sql, values = viewer.all_projects().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "AND 1 = 0", []
    return f"AND {column} IN ({sql})", list(values)


def edges(viewer, root_id: int, after: dict[str, int], limit: int) -> dict[str, list[Edge]]:
    """By each direction in `after`, up to `limit` of a node's edges beyond that id, oldest first and each once: the
    same edge of another project, or between other names of its ends, is left out where an older one is visible.

    `edge.far` is the node at the other end, `edge.run` the run that made it last, None where it was declared
    without one, and `edge.last_run` that run's id.
    """
    if then := past.of(viewer):
        return then.edges(root_id, after, limit)
    found: dict[str, list[Edge]] = {side: [] for side in after}
    which = "e.{} = (SELECT CAST(%s AS bigint)) AND e.id > %s"
    slices = {side: (which.format(HERE[side]), [root_id, id]) for side, id in after.items()}
    for edge in edges_of(viewer, slices, f"ORDER BY e.id LIMIT {limit:d}"):
        found[edge.side].append(edge)
    return found


def all_edges(viewer, side: str, ids: Sequence[int]) -> dict[int, list[Edge]]:
    """As `edges`, all of each of these nodes in one direction."""
    if then := past.of(viewer):
        return then.edges_of(side, ids)
    found: dict[int, list[Edge]] = {id: [] for id in ids}
    for edge in edges_of(viewer, {side: (any_of(f"e.{HERE[side]}"), [as_list(ids)])}):
        found[getattr(edge, HERE[side])].append(edge)
    return found


def edges_of(viewer, slices: dict[str, tuple[str, list]], limit: str = "") -> list[Edge]:
    """By direction the condition of a slice and its values; ordered by id."""
    edge, run = columns(Edge), columns(Run)
    visible, projects = within(viewer, "e.project_id")
    older, _projects = within(viewer, "o.project_id")
    pages, values = [], []
    for side, (which, given) in slices.items():
        page = {"columns": edge.of("e"), "visible": visible, "older_visible": older, "limit": limit}
        pages.append(PAGE.format(**page, which=which, side=side))
        values += [*given, *projects, *projects]
    sql = EDGES.format(pages=" UNION ALL ".join(pages), edge=edge.of("ran"), run=run.of("r"))
    found = []
    for side, *row in sorted(answers(sql, values), key=itemgetter(1)):
        each = edge.read(row[: len(edge)])
        each.run = run.read(row[len(edge) :])
        each.last_run = each.run and each.run.pk
        each.side, each.far = side, getattr(each, THERE[side])
        found.append(each)
    return found


def counts(viewer, root_ids: Iterable[int], most: int) -> dict[int, tuple[int, int]]:
    """For each node: how many edges upstream and downstream the viewer may see, each once and up to `most`, for a
    hub is not walked to its end."""
    if then := past.of(viewer):
        return then.counts(root_ids, most)
    visible, projects = within(viewer, "e.project_id")
    sides = [COUNT.format(here=HERE[s], there=THERE[s], visible=visible, most=int(most)) for s in HERE]
    sql = f"SELECT n.id, {', '.join(sides)} FROM lineage_node n WHERE {any_of('n.id')}"
    return {id: (up, down) for id, up, down in answers(sql, [*projects, *projects, as_list(root_ids)])}


def sightings(viewer, root_ids: Iterable[int]) -> list[Sighting]:
    """All sightings of the nodes that the viewer may see, with their `node`, in the order of their first times."""
    if then := past.of(viewer):
        return then.sightings(root_ids)
    return seen(viewer, any_of("s.root_id"), [as_list(root_ids)])


def sightings_of(viewer, pk: int) -> list[Sighting]:
    """As `sightings`, of the node that `pk` is or is joined to, in the viewer's organization."""
    if then := past.of(viewer):
        return then.sightings_of(pk)
    return seen(viewer, JOINED, [pk, viewer.organization.pk])


def seen(viewer, which: str, values: list) -> list[Sighting]:
    sighting, node = columns(Sighting), columns(Node)
    visible, projects = within(viewer, "s.project_id")
    sql = SEEN.format(sighting=sighting.of("s"), node=node.of("n"), which=which, visible=visible)
    found = []
    for row in answers(sql, [*values, viewer.organization.pk, *projects]):
        each = sighting.read(row[: len(sighting)])
        each.node = node.read(row[len(sighting) :])
        found.append(each)
    return found


def known(viewer, kinds: Sequence[int], field: str, limit: int) -> list[str]:
    """What `field` (creator or type) of the sightings of these kinds says, sorted and without "".

    Leaps from value to value along an index that starts with organization, kind, field, so that its cost is that
    of the values and not of the rows.
    """
    visible, projects = within(viewer, "s.project_id")
    leap = {"field": field, "visible": visible}
    sql = KNOWN.format(
        kinds=" UNION ALL ".join([f"SELECT {kind:d} AS kind" for kind in kinds]),
        first=NEXT.format(**leap, before="kinds", value="''"),
        following=NEXT.format(**leap, before="known", value="known.value"),
        limit=limit * len(kinds),
    )
    values = [viewer.organization.pk, *projects]
    return sorted({value for (value,) in answers(sql, [*values, *values])})[:limit]
