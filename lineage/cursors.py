"""Cursors for the fixed statements of the store, which are prepared: planning one anew costs more than running it."""

import re
from functools import lru_cache
from itertools import count

from django.db import connection
from psycopg import RawCursor


class Prepared:
    """A psycopg cursor that prepares what it executes. Only for the fixed statements of the store: a search with
    a generic plan walks the whole table."""

    def __init__(self, cursor):
        self.cursor = cursor

    def execute(self, sql, params=None):
        return self.cursor.execute(sql, params, prepare=True)

    def __getattr__(self, name):
        return getattr(self.cursor, name)


class Numbered(Prepared):
    """Hands the statement over with its parameters as $1, $2, …: psycopg looks through a long one for its marks anew
    each time."""

    def execute(self, sql, params=None):
        return self.cursor.execute(numbered(sql), params, prepare=True)


@lru_cache(maxsize=256)
def numbered(sql: str) -> str:
    numbers = count(1)
    return re.sub("%s", lambda _: f"${next(numbers)}", sql)


def prepared(long: bool = False):
    """A cursor for statements that are the same each time; use as a context manager."""
    cursor = connection.cursor()
    if connection.vendor == "postgresql":
        cursor.cursor = Numbered(RawCursor(connection.connection)) if long else Prepared(cursor.cursor)
    return cursor
