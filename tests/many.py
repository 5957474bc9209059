"""Rows by the ten thousand, copied from one that events wrote: to post as many events would take minutes."""

import sqlite3

import pytest
from django.db import connection
from django.db.models import Model

MANY = 66_000
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"
UUID = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}


@pytest.fixture
def few_parameters(db):
    """SQLite takes as many parameters of a statement as it was built to: as few as PostgreSQL here."""
    if connection.vendor == "postgresql":
        yield
        return
    connection.ensure_connection()
    before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 65_535)
    yield
    connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)


def copy(row: Model, count: int, **changes: str) -> None:
    """Copies of the row, with other values as SQL: `i` numbers them, `uuid` is another in each."""
    fields = {field.attname: field.attname for field in row._meta.concrete_fields if field.attname != "id"}
    fields |= {name: sql.replace("uuid", UUID[connection.vendor]) for name, sql in changes.items()}
    table, names, values = row._meta.db_table, ", ".join(fields), ", ".join(fields.values())
    with connection.cursor() as cursor:
        sql = f"INSERT INTO {table} ({names}) {NUMBERS} SELECT {values} FROM {table}, n WHERE id = %s"
        cursor.execute(sql, [count, row._meta.pk.get_db_prep_value(row.pk, connection)])
        if connection.vendor == "postgresql":  # which does so by itself after a while; else it plans as for a few rows
            cursor.execute(f"ANALYZE {table}")
