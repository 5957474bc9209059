"""The nodes that a batch names, and their rows."""

from collections import defaultdict
from dataclasses import dataclass
from threading import Lock

from django.db import connection, transaction

from . import tables
from .cursors import prepared
from .identity import node_key
from .memory import BODIES, MEMORIES, SAYINGS, TOLD, forget
from .observation import Ref
from .questions import Question, Questions
from .upsert import Batch, any_of, as_list, send

MOST_REMEMBERED = 200_000
LONGEST_REMEMBERED = 500  # characters of a name: names of any length would have no bound in bytes
# Nodes by organization and identity, true while EPOCHS holds the organization's epoch.
REMEMBERED: dict[tuple[int, Ref], "Known"] = {}
EPOCHS: dict[int, int] = {}
MEMORY = Lock()
# How often rows were taken away, by organization, as of what this process remembers of the tables.
DELETIONS: dict[int, int] = {}
MEMORIES.extend((REMEMBERED, EPOCHS, DELETIONS))
BUMP = """
    INSERT INTO lineage_epoch (organization_id, value, deletions) VALUES (%s, 1, %s)
    ON CONFLICT (organization_id) DO UPDATE SET
        value = lineage_epoch.value + 1, deletions = lineage_epoch.deletions + excluded.deletions
"""
READ = "SELECT id, organization_id, key, kind, shown, marked, canonical_id FROM {}"
# One by one: a plan that was made while the table was small would walk all nodes of an organization.
NAMED = """
    unnest(%s::bigint[], %s::uuid[]) AS named(of, by)
    JOIN LATERAL (SELECT * FROM lineage_node WHERE organization_id = named.of AND key = named.by LIMIT 1) node ON true
"""
NAMED_IN_SQLITE = """
    lineage_node WHERE organization_id IN (SELECT value FROM json_each(%s)) AND key IN (SELECT value FROM json_each(%s))
"""
IDS = "SELECT nextval(pg_get_serial_sequence('lineage_node', 'id')) FROM generate_series(1, %s)"


@dataclass(slots=True)
class Known:
    """A node's row; `root` is the id of the node that symlinks join it to."""

    id: int
    key: str
    kind: int
    shown: bool
    root: int


class Nodes:
    """Collects mentions, writes what is new; then `known` has them all, by organization and identity.

    `foreseen` are those that got their ids before the organizations are locked. `marked` are the ids of those that
    people have hidden or deleted somewhere (absent.py); they are few, and not remembered.
    """

    def __init__(self):
        self.said: dict[tuple[int, Ref], tuple[int, bool]] = {}
        self.known: dict[int, dict[Ref, Known]] = defaultdict(dict)
        self.marked: dict[tuple[int, Ref], int] = {}
        self.foreseen: list[tuple[int, Ref]] = []
        self.epochs: dict[int, int | None] = {}
        self.asked: Question
        self.moved = self.new = False

    def mention(self, organization_id: int, ref: Ref, kind: int, shown: bool) -> None:
        key = (organization_id, ref)
        said = self.said.get(key)
        if said is None:
            self.said[key] = (kind, shown)
        elif kind > said[0] or (shown and not said[1]):
            self.said[key] = (max(kind, said[0]), shown or said[1])

    def get(self, organization_id: int, ref: Ref) -> Known:
        return self.known[organization_id][ref]

    def recall(self) -> bool:
        """Takes the nodes from memory. Returns whether they all are there, and nothing new is said of them."""
        self.epochs = {id: EPOCHS.get(id) for id in {id for id, _ in self.said}}
        for key in self.said:
            if known := REMEMBERED.get(key):
                self.known[key[0]][key[1]] = known
        return not self.unknown() and not self.promoted()

    def foresee(self) -> bool:
        """Before the lock: reads the nodes that are not in memory, and gives ids to the new ones. Returns whether they
        are all known now. That holds if the answers to what `ask` asks are those expected."""
        if unknown := self.unknown():
            self.read(unknown)
            self.new = True
        if self.marked or self.promoted():
            return False
        self.foreseen = self.unknown()
        if self.foreseen:
            with prepared() as cursor:
                cursor.execute(IDS, [len(self.foreseen)])
                for key, (id,) in zip(self.foreseen, cursor.fetchall(), strict=True):
                    self.known[key[0]][key[1]] = Known(id, node_key(key[1]), *self.said[key], id)
        return True

    def batch(self) -> Batch:
        """The rows of the foreseen."""
        batch = tables.NEW_NODE.batch()
        for key in self.foreseen:
            batch.add(self.get(*key).id, *self.row(key))
        return batch

    def write(self) -> tuple[bool, set[int]]:
        """After `refresh`: inserts the new ones, promotes the known ones. Returns whether `known` is no more what
        `recall` found, and the ids of those promoted."""
        if unknown := self.unknown():
            self.read(unknown)
        promoted = self.promoted()
        if changes := [*self.unknown(), *promoted]:
            send([(tables.NODE, sorted(self.row(key) for key in changes))])
            self.read(changes)
        self.new = self.new or self.moved or bool(unknown or promoted)
        return self.new, {self.get(*key).id for key in promoted}

    def unknown(self) -> list[tuple[int, Ref]]:
        return [key for key in self.said if key[1] not in self.known[key[0]]]

    def promoted(self) -> list[tuple[int, Ref]]:
        return [key for key, said in self.said.items() if beats(said, self.known[key[0]].get(key[1]))]

    def row(self, key: tuple[int, Ref]) -> tuple:
        organization_id, ref = key
        return organization_id, int(ref.entity), ref.namespace, ref.name, node_key(ref), *map(int, self.said[key])

    def ask(self, questions: Questions) -> None:
        """Asks how the epochs stand, in the transaction that holds the organizations' locks."""
        where = any_of("organization_id")
        ids = {id for id, _ in self.said}
        stand = [(id, None, None, self.epochs.get(id), DELETIONS.get(id)) for id in ids]
        self.asked = questions.ask(
            f"lineage_epoch WHERE {where}",
            as_list(ids),
            expected=[row for row in stand if row[3] != 0],  # of an organization without an epoch there is no row
            number="organization_id",
            one="value",
            two="deletions",
        )
        if self.foreseen:
            questions.ask(NAMED, *named(self.foreseen), number="id")

    def refresh(self) -> bool:
        """After `ask`: forgets the nodes if they have changed since; returns whether they have."""
        found = {id: tuple(row) for id, _, _, *row in self.asked.rows()}
        now, deletions = ({id: found.get(id, (0, 0))[at] for id, _ in self.said} for at in (0, 1))
        if self.epochs == now:
            return False
        with MEMORY:
            if any(DELETIONS.get(id, value) != value for id, value in deletions.items()):
                forget()
            DELETIONS.update(deletions)
            if any(EPOCHS.get(id) != value for id, value in now.items()):
                REMEMBERED.clear()
                TOLD.clear()
                EPOCHS.update(now)
        self.epochs = now
        self.known.clear()
        self.moved = True
        return True

    def remember(self, rows) -> None:
        """Once committed: these nodes, and what was written with them (rows.Rows)."""
        marked = set(self.marked.values())
        with MEMORY:
            if any(EPOCHS.get(id) != value for id, value in self.epochs.items()):
                return
            SAYINGS.keep(rows.sayings)
            BODIES.keep(rows.bodies.rows)
            TOLD.keep(
                {
                    serial: saying
                    for serial, saying in rows.new.items()
                    if saying.told.recurs() and not marked & saying.told.ids
                }
            )
            if self.new:
                self.keep()

    def keep(self) -> None:
        if len(REMEMBERED) + len(self.said) > MOST_REMEMBERED:
            REMEMBERED.clear()
        for key in self.said:
            if len(key[1].name) < LONGEST_REMEMBERED and key not in self.marked:
                REMEMBERED[key] = self.get(*key)

    def read(self, keys: list[tuple[int, Ref]]) -> None:
        by_key = {(id, node_key(ref)): ref for id, ref in keys}
        with prepared() as cursor:
            cursor.execute(READ.format(NAMED if connection.vendor == "postgresql" else NAMED_IN_SQLITE), named(keys))
            for id, organization_id, key, kind, shown, marked, canonical in cursor.fetchall():
                key = key if isinstance(key, str) else key.hex
                if ref := by_key.get((organization_id, key)):
                    self.known[organization_id][ref] = Known(id, key, kind, bool(shown), canonical or id)
                    if marked:
                        self.marked[organization_id, ref] = id


def named(keys: list[tuple[int, Ref]]) -> list[str]:
    """The parameters of NAMED."""
    return [as_list(id for id, _ in keys), as_list(node_key(ref) for _, ref in keys)]


def beats(said: tuple[int, bool], known: Known | None) -> bool:
    return known is not None and (said[0] > known.kind or (said[1] and not known.shown))


def changed(organization_ids: set[int], deletions: int = 0) -> None:
    """Nodes of these organizations were promoted, shown, joined or marked in this transaction: no process, this one
    included, may go on with what it remembers. With `deletions`: nor with what it remembers of other tables."""
    with prepared() as cursor:
        for id in sorted(organization_ids):
            cursor.execute(BUMP, [id, deletions])
    transaction.on_commit(EPOCHS.clear)
