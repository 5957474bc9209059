"""The connection over which a process commits events, whichever of its threads leads.

Each connection plans its statements and fills its caches anew, in PostgreSQL and in SQLite. A group that is written
over the connection of the thread that happens to lead would find them cold.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Held while a group is written.
LOCK = Lock()
# None until the first group.
kept: BaseDatabaseWrapper | None = None


@contextmanager
def own_connection() -> Iterator[None]:
    """Within it, `django.db.connection` of this thread is the process's own for writing. A caller that is in a
    transaction stays with its own connection: what it does is part of that. So does one that comes while another
    thread writes, which no group of commit.GroupCommit does."""
    if connection.in_atomic_block or not LOCK.acquire(blocking=False):
        yield
        return
    borrowed = connections[DEFAULT_DB_ALIAS]
    try:
        connections[DEFAULT_DB_ALIAS] = ready()
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = borrowed
        LOCK.release()


def ready() -> BaseDatabaseWrapper:
    """The connection; anew where it was lost."""
    global kept
    if kept is None:
        kept = connections.create_connection(DEFAULT_DB_ALIAS)
        kept.inc_thread_sharing()
    elif kept.errors_occurred:
        kept.close_if_unusable_or_obsolete()
    return kept


def close() -> None:
    """The next group opens another one."""
    global kept
    with LOCK:
        if kept is not None:
            kept.close()
        kept = None
