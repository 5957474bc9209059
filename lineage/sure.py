"""Lock, check and write in one message to PostgreSQL.

What a process remembers is nearly always still so. To ask first, and to write after the answer, holds the
organization's lock while Python waits for its turn among other threads. Here the database compares the answers with
those expected, and writes where they are the same: the lock is held as long as the database works, and no longer.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.db import connection

from .cursors import prepared
from .questions import COLUMNS, Questions
from .upsert import Upsert, Writing, parts
from .wire import writer

Statement = tuple[str, list]

TYPES = ["integer", *COLUMNS.values()]
GUARDED = f"""
    WITH asked AS ({{asked}}),
    expected AS (SELECT * FROM unnest({", ".join(f"%s::{type}[]" for type in TYPES)})),
    odd AS ((TABLE asked EXCEPT TABLE expected) UNION ALL (TABLE expected EXCEPT TABLE asked)),
    sure AS MATERIALIZED (SELECT NOT EXISTS (SELECT FROM odd) AS holds),
    {{parts}}
    SELECT sure.holds, ARRAY(SELECT unnest(%s::uuid[]) EXCEPT SELECT {{returned}} FROM part_0) FROM sure
"""


@lru_cache(maxsize=256)
def guarded(asked: str, upserts: tuple[Upsert, ...]) -> str:
    """One statement that writes to several tables, if the answers to what is asked are those expected."""
    written = parts(upserts, "WHERE (SELECT sure.holds FROM sure)")
    return GUARDED.format(asked=asked, parts=written, returned=upserts[0].returning)


def send_if_expected(locking: Statement, questions: Questions, writing: Writing) -> set[str] | None:
    """Locks, then writes, all or nothing, if the answers are as expected: else returns None.

    Returns which rows of the first table (by the column it is `returning`) another writer has stored meanwhile.
    """
    [(_, rows)] = writing.statements
    first = writing.upserts[0]
    columns = zip(*questions.expected, strict=True) if questions.expected else [()] * len(TYPES)
    expected = [writer(type)(values) for type, values in zip(TYPES, columns, strict=True)]
    sql = guarded(questions.sql, writing.upserts)
    parameters = [*questions.parameters, *expected, *rows, rows[first.columns.index(first.returning)]]
    holds, late = executed([locking, (sql, parameters)]).fetchone()
    return {each.hex for each in late} if holds else None


def executed(statements: Sequence[Statement]):
    """Executes statements as one transaction, or as part of the one that is open, and waits once, for the last one's
    answer: a cursor."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        for sql, parameters in statements:
            cursor = prepared(long=True)
            cursor.execute(sql, parameters)
    return cursor
