"""The nodes that a batch names, and their rows."""

from dataclasses import dataclass

from django.db import transaction

from . import tables
from .identity import node_key
from .observation import Ref
from .upsert import MEMORIES, any_of, as_list, forget, prepared, send

Key = tuple[int, str]  # organization id, node key
MOST_REMEMBERED = 200_000
# Nodes by key, true while EPOCHS holds the organization's epoch.
REMEMBERED: dict[Key, "Known"] = {}
EPOCHS: dict[int, int] = {}
MEMORIES.extend((REMEMBERED, EPOCHS))
# How often rows were taken away, by organization, as of what this process remembers of the tables.
DELETIONS: dict[int, int] = {}
MEMORIES.append(DELETIONS)
BUMP = """
    INSERT INTO lineage_epoch (organization_id, value, deletions) VALUES (%s, 1, %s)
    ON CONFLICT (organization_id) DO UPDATE SET
        value = lineage_epoch.value + 1, deletions = lineage_epoch.deletions + excluded.deletions
"""
READ = "SELECT id, organization_id, key, kind, shown, marked, canonical_id FROM lineage_node WHERE {} AND {}"


@dataclass(slots=True)
class Known:
    """A node's row; `root` is the id of the node that symlinks join it to."""

    id: int
    key: str
    kind: int
    shown: bool
    root: int


class Nodes:
    """Collects mentions, writes what is new, then answers `get`. `marked` are the ids of those that people have hidden
    or deleted somewhere (absent.py); they are few, and not remembered."""

    def __init__(self):
        self.rows: dict[Key, list] = {}
        self.known: dict[Key, Known] = {}
        self.marked: dict[Key, int] = {}

    def mention(self, organization_id: int, ref: Ref, kind: int, shown: bool) -> None:
        key = (organization_id, node_key(ref))
        row = self.rows.get(key)
        if row is None:
            entity = int(ref.entity)
            self.rows[key] = [organization_id, entity, ref.namespace, ref.name, key[1], int(kind), shown]
        else:
            row[5], row[6] = max(row[5], kind), row[6] or shown

    def get(self, organization_id: int, ref: Ref) -> Known:
        return self.known[organization_id, node_key(ref)]

    def write(self) -> set[int]:
        """Inserts the new ones, promotes the known ones. Returns the ids of those promoted."""
        refresh({organization_id for organization_id, _ in self.rows})
        for key in self.rows:
            if known := REMEMBERED.get(key):
                self.known[key] = known
        if unknown := [key for key in self.rows if key not in self.known]:
            self.read(unknown)
        new = [key for key in self.rows if key not in self.known]
        promoted = [key for key, known in self.known.items() if self.promotes(key, known)]
        if new or promoted:
            send(tables.NODE, [self.rows[key] for key in sorted(new + promoted)])
            self.read(new + promoted)
        transaction.on_commit(self.remember)
        return {self.known[key].id for key in promoted}

    def remember(self) -> None:
        if len(REMEMBERED) + len(self.known) > MOST_REMEMBERED:
            REMEMBERED.clear()
        REMEMBERED.update(self.known)
        for key in self.marked:
            del REMEMBERED[key]

    def promotes(self, key: Key, known: Known) -> bool:
        kind, shown = self.rows[key][5:]
        return kind > known.kind or (shown and not known.shown)

    def read(self, keys) -> None:
        organizations = {organization_id for organization_id, _ in keys}
        with prepared() as cursor:
            cursor.execute(
                READ.format(any_of("organization_id"), any_of("key", "uuid")),
                [as_list(organizations), as_list(key for _, key in keys)],
            )
            for id, organization_id, key, kind, shown, marked, canonical in cursor.fetchall():
                key = key if isinstance(key, str) else key.hex
                self.known[organization_id, key] = Known(id, key, kind, bool(shown), canonical or id)
                if marked:
                    self.marked[organization_id, key] = id


def refresh(organization_ids: set[int]) -> None:
    """Forgets the nodes if another process has changed some since."""
    with prepared() as cursor:
        cursor.execute(
            f"SELECT organization_id, value, deletions FROM lineage_epoch WHERE {any_of('organization_id')}",
            [as_list(organization_ids)],
        )
        found = {id: (value, deletions) for id, value, deletions in cursor.fetchall()}
    now, deletions = ({id: found.get(id, (0, 0))[at] for id in organization_ids} for at in (0, 1))
    if any(DELETIONS.get(id, value) != value for id, value in deletions.items()):
        forget()
    DELETIONS.update(deletions)
    if any(EPOCHS.get(id) != value for id, value in now.items()):
        REMEMBERED.clear()
        EPOCHS.update(now)


def changed(organization_ids: set[int], deletions: int = 0) -> None:
    """Nodes of these organizations were promoted, shown, joined or marked in this transaction: no process, this one
    included, may go on with what it remembers. With `deletions`: nor with what it remembers of other tables."""
    with prepared() as cursor:
        for id in sorted(organization_ids):
            cursor.execute(BUMP, [id, deletions])
    transaction.on_commit(EPOCHS.clear)
