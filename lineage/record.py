"""record(observations): the only writer of what events say.

One transaction and a constant number of statements, whatever the number of observations, inputs and columns.
One writer at a time in an organization (docs/decisions/0003), so what is read here stays true until commit.
"""

from collections.abc import Sequence

from django.db import connection, transaction

from . import joins, tables
from .absent import alive, hide_again
from .cursors import prepared
from .kinds import LEAST, Entity
from .memory import TOLD
from .nodes import Nodes, changed
from .observation import Observation
from .questions import Questions
from .rows import Rows
from .sure import send_if_expected
from .upsert import Batch, Writing

# The statements of the store are prepared, and planning one anew for each batch costs more than running it.
LOCK = """
    SELECT set_config('plan_cache_mode', 'force_generic_plan', true), pg_advisory_xact_lock{}(%s, id)
    FROM unnest(%s::int[]) AS id
"""
# A plan that is made while the tables are small has to do when they are large: it looks rows up one by one.
OTHER_WAYS = "".join(f" set_config('enable_{way}', 'off', true)," for way in ("seqscan", "hashjoin", "mergejoin"))
SURE_LOCK = LOCK.replace("SELECT", f"SELECT{OTHER_WAYS}")


def record(observations: Sequence[Observation], locked: bool = False, also: Sequence[Batch] = ()) -> None:
    """Adds to the graph what the observations say. Repeating one, in any order, changes nothing.

    `locked`: the caller's transaction holds the organizations' locks already. `also` is written together with it.
    """
    if not observations:
        return
    plan = Plan(observations, also)
    with transaction.atomic(savepoint=False):
        if not locked:
            lock({seen.organization_id for seen in observations})
        plan.ask(Questions())
        plan.write()


class Plan:
    """The rows that observations come to, and `also` those of other tables, made before the organizations are locked:
    another process writes meanwhile. They hold as long as the nodes are what this process remembers, and are made anew
    where not."""

    def __init__(self, observations: Sequence[Observation], also: Sequence[Batch] = ()):
        self.observations, self.also = observations, also
        self.nodes = Nodes()
        self.linked = False
        # Whether nothing new is said of nodes, as far as this process remembers (rows.Rows).
        self.again = connection.vendor == "postgresql"
        self.told = {}
        for seen in observations:
            self.mention(seen)
        self.writing = self.made() if self.nodes.recall() else None

    def mention(self, seen: Observation) -> None:
        """The nodes that the rows of an observation need: of an outline that was told before, only its workload."""
        outline = seen.outline
        # Another thread may change what is remembered: of one outline, a plan goes by the same all along.
        saying = self.told.get(outline.serial) or TOLD.get(outline.serial)
        if saying:
            self.told[outline.serial] = saying
        if saying and saying.covers(seen):
            ref = outline.workload or outline.nodes[0].ref
            self.nodes.mention(seen.organization_id, ref, LEAST[ref.entity], False)
        else:
            self.again = False
            self.mention_all(seen)

    def mention_all(self, seen: Observation) -> None:
        self.linked = self.linked or bool(seen.outline.symlinks or seen.outline.parents)
        for node in seen.outline.nodes:
            self.nodes.mention(seen.organization_id, node.ref, node.kind, node.shown)
        for ref in seen.outline.refs():
            self.nodes.mention(seen.organization_id, ref, LEAST[ref.entity], ref.entity != Entity.JOB)

    def made(self) -> Writing:
        self.rows = Rows(self.nodes, self.observations, self.told, self.again)
        return Writing([*self.also, self.nodes.batch(), *self.rows.batches])

    def ask(self, questions: Questions) -> None:
        """In the transaction that holds the locks: whether what is remembered of the nodes holds."""
        self.nodes.ask(questions)

    def is_simple(self) -> bool:
        """Whether nothing but rows is to be written, as far as one knows before the lock (PostgreSQL). Then a whole
        group is one message to the database: `write_if_expected`, or another plan."""
        if connection.vendor != "postgresql" or self.linked or None in self.nodes.epochs.values():
            return False
        if self.writing is None and self.nodes.foresee():
            self.writing = self.made()
        return self.writing is not None

    def write_if_expected(self, questions: Questions) -> set[str] | None:
        """Of a plan that is simple: locks and writes the rows, unless an answer is not as expected: then None. Else the
        digests of the events that another writer has stored meanwhile.

        Upserts of known nodes come to the same in any order, also in between each other's: these share the lock.
        """
        self.ask(questions)
        alone = bool(self.nodes.foreseen) or connection.in_atomic_block
        sql = SURE_LOCK.format("" if alone else "_shared")
        locking = sql, organizations({seen.organization_id for seen in self.observations})
        written = send_if_expected(locking, questions, self.writing)
        if written is not None:
            transaction.on_commit(lambda: self.nodes.remember(self.rows))
        return written

    def write(self) -> None:
        """After `ask`: writes the rows, and what follows."""
        if self.nodes.refresh():
            self.told = {}
            for seen in self.observations:
                self.mention_all(seen)
        changed_since, raised = self.nodes.write()
        if changed_since or self.writing is None or self.again:
            self.again = False
            if self.nodes.marked:
                self.observations = alive(self.nodes, self.observations)
            self.writing = self.made()
        self.writing.send()
        transaction.on_commit(lambda: self.nodes.remember(self.rows))
        raised |= joins.join(self.nodes, self.links("symlinks"))
        raised |= joins.show_ancestors(self.nodes, self.links("parents"), raised)
        if raised:
            joins.repeat_on_sightings(raised)
            changed({seen.organization_id for seen in self.observations})
        if self.nodes.marked:
            hide_again(self.nodes.marked.values())

    def links(self, of: str) -> list[joins.Link]:
        return [
            (seen.organization_id, seen.outline.project_id, seen.at, *pair)
            for seen in self.rows.full
            for pair in getattr(seen.outline, of)
        ]


def lock(organization_ids: set[int]) -> None:
    """SQLite has one writer as it is."""
    if connection.vendor == "postgresql":
        with prepared() as cursor:
            cursor.execute(LOCK.format(""), organizations(organization_ids))


def organizations(ids: set[int]) -> list:
    """The parameters of LOCK."""
    return [tables.LOCK, sorted(ids)]
