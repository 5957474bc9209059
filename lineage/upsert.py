"""Upserts whose result does not depend on the order of the writes (docs/decisions/0002).

Each column of a table is either part of what it is (never changes) or ruled: the least or greatest of
what was said, or what was said with the greatest stamp (`Latest`) or the least (`Earliest`). The same rules
first fold the rows of a batch in Python, then merge them with what is stored, in one SQL statement.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from operator import itemgetter

from django.db import connection
from django.db.models import Field, Model

from . import wire
from .cursors import prepared


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
    """The upsert of one table: `columns` in the order of the rows' values, `key` the unique columns. PostgreSQL
    answers with the column `returning` of the rows that are new or changed."""

    def __init__(self, model: type[Model], columns: str, key: str, *rules: Rule, returning: str = ""):
        self.model, self.columns, self.key, self.rules = model, columns.split(), key.split(), rules
        self.returning = returning
        at = self.columns.index
        self.key_of = itemgetter(*[at(column) for column in self.key])
        self.rules_at = [(rule, at(rule.lead), [at(c) for c in (rule.lead, *rule.follow)]) for rule in rules]

    def batch(self) -> "Batch":
        return Batch(self)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def types(self) -> list[str]:
        return [self.fields[column].db_type(connection) for column in self.columns]

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {field.column: field for field in self.model._meta.concrete_fields}

    def on_conflict(self) -> str:
        if not self.rules:
            return f"ON CONFLICT ({', '.join(self.key)}) DO NOTHING"
        sets, changes = [], []
        for rule in self.rules:
            new, old = f"excluded.{rule.lead}", f"{self.table}.{rule.lead}"
            wins = f"{new} {rule.beats} {old}"
            if self.fields[rule.lead].null:
                wins = f"({wins} OR ({old} IS NULL AND {new} IS NOT NULL))"
            changes.append(wins)
            for column in (*rule.follow, rule.lead):
                kept = f"CASE WHEN {wins} THEN excluded.{column} ELSE {self.table}.{column} END"
                # Where there is but one rule, it has won if the row is updated.
                sets.append(f"{column} = {kept if len(self.rules) > 1 else f'excluded.{column}'}")
        return f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {', '.join(sets)} WHERE {' OR '.join(changes)}"

    @cached_property
    def values_sql(self) -> str:
        """For SQLite: one row."""
        marks = ", ".join(["%s"] * len(self.columns))
        return f"INSERT INTO {self.table} ({', '.join(self.columns)}) VALUES ({marks}) {self.on_conflict()}"

    def arrays_sql(self, where: str = "") -> str:
        """For PostgreSQL: many rows, an array for each column. (FROM unnest(…) would first put each array in a table of
        its own.)"""
        arrays = ", ".join([f"unnest(%s::{type}[])" for type in self.types])
        columns = ", ".join(self.columns)
        returning = f"RETURNING {self.returning}" if self.returning else ""
        return f"INSERT INTO {self.table} ({columns}) SELECT {arrays} {where} {self.on_conflict()} {returning}"

    def arrays(self, rows: Sequence[Sequence]) -> list:
        return [write(values) for write, values in zip(self.writers, zip(*rows, strict=True), strict=True)]

    @cached_property
    def writers(self) -> list:
        return [wire.writer(type) for type in self.types]

    def merged(self, stored: Sequence, row: Sequence) -> Sequence:
        """Of two rows with one key: each ruled column as the rules have it."""
        result = None
        for rule, lead, moved in self.rules_at:
            if rule.wins(row[lead], stored[lead]):
                result = result or list(stored)
                for i in moved:
                    result[i] = row[i]
        return result or stored


class Move(Upsert):
    """Of rows that are stored (PostgreSQL): the key, and what one rule moves. Such a row takes a quarter less work than
    one that might be new."""

    def arrays_sql(self, where: str = "") -> str:
        said = ", ".join([f"unnest(%s::{type}[]) AS {c}" for type, c in zip(self.types, self.columns, strict=True)])
        [rule] = self.rules
        same = " AND ".join([f"{self.table}.{column} = said.{column}" for column in self.key])
        sets = ", ".join([f"{column} = said.{column}" for column in (rule.lead, *rule.follow)])
        wins = f"said.{rule.lead} {rule.beats} {self.table}.{rule.lead}"
        return f"UPDATE {self.table} SET {sets} FROM (SELECT {said} {where}) AS said WHERE {same} AND {wins}"


class Batch:
    """Rows of one table, folded by key."""

    __slots__ = ("key_of", "rows", "upsert")

    def __init__(self, upsert: Upsert):
        self.upsert, self.key_of = upsert, upsert.key_of
        self.rows: dict[object, Sequence] = {}

    def add(self, *row) -> None:
        self.put(row)

    def put(self, row: Sequence) -> None:
        key = self.key_of(row)
        stored = self.rows.setdefault(key, row)
        if stored is not row:
            self.rows[key] = self.upsert.merged(stored, row)

    def write(self) -> None:
        Writing([self]).send()


class Writing:
    """What is to be sent for the rows of all batches, made beforehand: on PostgreSQL one statement."""

    def __init__(self, batches: Iterable[Batch]):
        pending = [(batch.upsert, batch.rows) for batch in batches if batch.rows]
        self.upserts = tuple(upsert for upsert, _ in pending)
        self.statements = statements([(upsert, [rows[key] for key in sorted(rows)]) for upsert, rows in pending])

    def send(self) -> None:
        run(self.statements)


def send(pending: Sequence[tuple[Upsert, Sequence[Sequence]]]) -> None:
    run(statements(pending))


def statements(pending: Sequence[tuple[Upsert, Sequence[Sequence]]]) -> list[tuple[str, list]]:
    """(SQL, parameters): on PostgreSQL one for all tables, on SQLite one for each with the rows as its parameters."""
    if not pending:
        return []
    if connection.vendor == "postgresql":
        parameters = [array for upsert, rows in pending for array in upsert.arrays(rows)]
        return [(together(tuple(upsert for upsert, _ in pending)), parameters)]
    return [(upsert.values_sql, [adapt(row) for row in rows]) for upsert, rows in pending]


def run(statements: Sequence[tuple[str, list]]) -> None:
    for sql, parameters in statements:
        with prepared(long=True) as cursor:
            (cursor.execute if connection.vendor == "postgresql" else cursor.executemany)(sql, parameters)


@lru_cache(maxsize=256)
def together(upserts: tuple[Upsert, ...]) -> str:
    """One statement that writes to several tables: what each costs a statement, the answer and the wait for it, is
    more than its rows cost where a group is small."""
    return f"WITH {parts(upserts)} SELECT"


def parts(upserts: Sequence[Upsert], where: str = "") -> str:
    return ", ".join([f"part_{number} AS ({upsert.arrays_sql(where)})" for number, upsert in enumerate(upserts)])


def adapt(row: Iterable) -> list:
    """SQLite stores a datetime as the text that Django reads."""
    return [moment_as_text(value) if isinstance(value, datetime) else value for value in row]


@lru_cache(maxsize=1024)
def moment_as_text(value: datetime) -> str:
    return connection.ops.adapt_datetimefield_value(value)


def any_of(column: str, kind: str = "bigint") -> str:
    """SQL for "column is one of the list given as a parameter" (see `as_list`), whatever its size."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s::{kind}[])"
    return f"{column} IN (SELECT value FROM json_each(%s))"


def as_list(values: Iterable) -> str:
    """The parameter for `any_of`."""
    return wire.listed(values) if connection.vendor == "postgresql" else json.dumps(list(values))
