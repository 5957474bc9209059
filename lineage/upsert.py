"""Upserts whose result does not depend on the order of the writes (docs/decisions/0002).

Each column of a table is either part of what it is (never changes) or ruled: the least or greatest of
what was said, or what was said with the greatest stamp (`Latest`) or the least (`Earliest`). The same rules
first fold the rows of a batch in Python, then merge them with what is stored, in one SQL statement.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import itemgetter

from django.db import connection, transaction
from django.db.models import Model


@dataclass(frozen=True)
class Rule:
    """`lead` decides: where its new value `beats` the stored one (or that is NULL), lead and `follow` move."""

    lead: str
    follow: tuple[str, ...] = ()
    beats: str = ">"

    def wins(self, new, old) -> bool:
        if new is None or old is None:
            return old is None and new is not None
        return new > old if self.beats == ">" else new < old


def Greatest(column: str) -> Rule:
    return Rule(column)


def Least(column: str) -> Rule:
    return Rule(column, beats="<")


def Latest(stamp: str, *columns: str) -> Rule:
    return Rule(stamp, columns)


def Earliest(stamp: str, *columns: str) -> Rule:
    return Rule(stamp, columns, beats="<")


class Upsert:
    """The upsert of one table: `columns` in the order of the rows' values, `key` the unique columns.

    `remember`: for tables whose rows are never deleted one by one, how many rows this process keeps the deciding
    values of. Stored values only move one way, so a row that beats nothing remembered need not be sent.
    """

    def __init__(self, model: type[Model], columns: str, key: str, *rules: Rule, remember: int = 0):
        self.model, self.columns, self.key, self.rules = model, columns.split(), key.split(), rules
        at = self.columns.index
        self.key_of = itemgetter(*[at(column) for column in self.key])
        self.rules_at = [(rule, at(rule.lead), [at(c) for c in (rule.lead, *rule.follow)]) for rule in rules]
        self.remember = remember
        self.remembered: dict[object, Sequence] = {}
        MEMORIES.append(self.remembered)

    def batch(self) -> "Batch":
        return Batch(self)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def types(self) -> list[str]:
        fields = {field.column: field for field in self.model._meta.concrete_fields}
        return [fields[column].db_type(connection) for column in self.columns]

    def on_conflict(self) -> str:
        if not self.rules:
            return f"ON CONFLICT ({', '.join(self.key)}) DO NOTHING"
        sets, changes = [], []
        for rule in self.rules:
            new, old = f"excluded.{rule.lead}", f"{self.table}.{rule.lead}"
            wins = f"({new} {rule.beats} {old} OR ({old} IS NULL AND {new} IS NOT NULL))"
            changes.append(wins)
            for column in (*rule.follow, rule.lead):
                sets.append(f"{column} = CASE WHEN {wins} THEN excluded.{column} ELSE {self.table}.{column} END")
        return f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {', '.join(sets)} WHERE {' OR '.join(changes)}"

    @cached_property
    def values_sql(self) -> str:
        marks = ", ".join(["%s"] * len(self.columns))
        return f"INSERT INTO {self.table} ({', '.join(self.columns)}) VALUES ({marks}) {self.on_conflict()}"

    @cached_property
    def arrays_sql(self) -> str:
        arrays = [f"%s::{t}[]" if literal(t) else f"%b::{t}[]" for t in self.types]
        columns = ", ".join(self.columns)
        return f"INSERT INTO {self.table} ({columns}) SELECT * FROM unnest({', '.join(arrays)}) {self.on_conflict()}"

    def arrays(self, rows: Sequence[Sequence]) -> list:
        columns = zip(self.types, zip(*rows, strict=True), strict=True)
        return [WRITTEN.get(type, array)(values) if literal(type) else list(values) for type, values in columns]

    def merged(self, stored: Sequence, row: Sequence) -> Sequence:
        """Of two rows with one key: each ruled column as the rules have it."""
        result = None
        for rule, lead, moved in self.rules_at:
            if rule.wins(row[lead], stored[lead]):
                result = result or list(stored)
                for i in moved:
                    result[i] = row[i]
        return result or stored

    def beats_memory(self, key: object, row: Sequence) -> bool:
        old = self.remembered.get(key)
        if old is None:
            return True
        for rule, lead, _ in self.rules_at:  # noqa: SIM110 - runs for every row; a generator costs as much again
            if row[lead] != old[lead] and rule.wins(row[lead], old[lead]):
                return True
        return False

    def keep(self, rows: dict[object, Sequence]) -> None:
        """Remembers committed rows."""
        if len(self.remembered) + len(rows) > self.remember:
            self.remembered.clear()
        self.remembered.update(rows)


MEMORIES: list[dict] = []


def forget() -> None:
    """Drops what this process remembers of the tables (for a database that has been emptied)."""
    for memory in MEMORIES:
        memory.clear()


class Batch:
    """Rows of one table, folded by key."""

    def __init__(self, upsert: Upsert):
        self.upsert = upsert
        self.rows: dict[object, Sequence] = {}

    def add(self, *row) -> None:
        key = self.upsert.key_of(row)
        stored = self.rows.setdefault(key, row)
        if stored is not row:
            self.rows[key] = self.upsert.merged(stored, row)

    def write(self) -> None:
        rows = self.rows
        if self.upsert.remember:
            rows = {key: row for key, row in rows.items() if self.upsert.beats_memory(key, row)}
            transaction.on_commit(lambda: self.upsert.keep(rows))
        if rows:
            send(self.upsert, [rows[key] for key in sorted(rows)])


class Prepared:
    """A psycopg cursor that prepares what it executes. Only for the fixed statements of the store: a search with
    a generic plan walks the whole table."""

    def __init__(self, cursor):
        self.cursor = cursor

    def execute(self, sql, params=None):
        return self.cursor.execute(sql, params, prepare=True)

    def __getattr__(self, name):
        return getattr(self.cursor, name)


def prepared():
    """A cursor for statements that are the same each time; use as a context manager."""
    cursor = connection.cursor()
    if connection.vendor == "postgresql":
        cursor.cursor = Prepared(cursor.cursor)
    return cursor


def send(upsert: Upsert, rows: Sequence[Sequence]) -> None:
    """Writes the rows in one statement."""
    with prepared() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(upsert.arrays_sql, upsert.arrays(rows))
        else:
            cursor.executemany(upsert.values_sql, [adapt(row) for row in rows])


def adapt(row: Iterable) -> list:
    """SQLite stores a datetime as the text that Django reads."""
    return [connection.ops.adapt_datetimefield_value(v) if isinstance(v, datetime) else v for v in row]


def literal(type: str) -> bool:
    """Whether values need no escaping in an array's text, which is built faster than psycopg's binary array.
    Texts do, and travel in binary form (%b)."""
    return not type.startswith(("text", "varchar"))


def array(values: Iterable) -> str:
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def array_of_hex(values: Iterable[str | None]) -> str:
    return "{" + ",".join([value or "NULL" for value in values]) + "}"


def array_of_moments(values: Iterable[datetime | None]) -> str:
    return "{" + ",".join([f'"{value.isoformat()}"' if value else "NULL" for value in values]) + "}"


WRITTEN = {"uuid": array_of_hex, "timestamp with time zone": array_of_moments}


def any_of(column: str, kind: str = "bigint") -> str:
    """SQL for "column is one of the list given as a parameter" (see `as_list`), whatever its size."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s::{kind}[])"
    return f"{column} IN (SELECT value FROM json_each(%s))"


def as_list(values: Iterable) -> str:
    """The parameter for `any_of`."""
    return array(values) if connection.vendor == "postgresql" else json.dumps(list(values))
