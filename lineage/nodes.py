"""The nodes that a batch names, and their rows."""

from dataclasses import dataclass

from . import tables
from .identity import node_key
from .observation import Ref
from .upsert import any_of, as_list, prepared, send

Key = tuple[int, str]  # organization id, node key
READ = "SELECT id, organization_id, key, kind, shown, canonical_id FROM lineage_node WHERE {} AND {}"


@dataclass(slots=True)
class Known:
    """A node's row; `root` is the id of the node that symlinks join it to."""

    id: int
    key: str
    kind: int
    shown: bool
    root: int


class Nodes:
    """Collects mentions, writes what is new, then answers `get`."""

    def __init__(self):
        self.rows: dict[Key, list] = {}
        self.known: dict[Key, Known] = {}

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
        self.read(self.rows)
        new = [key for key in self.rows if key not in self.known]
        promoted = [key for key, known in self.known.items() if self.promotes(key, known)]
        if new or promoted:
            send(tables.NODE, [self.rows[key] for key in sorted(new + promoted)])
            self.read(new + promoted)
        return {self.known[key].id for key in promoted}

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
            for id, organization_id, key, kind, shown, canonical in cursor.fetchall():
                key = key if isinstance(key, str) else key.hex
                self.known[organization_id, key] = Known(id, key, kind, bool(shown), canonical or id)
