"""Columns of values arrive in PostgreSQL as they were."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from lineage import wire
from lineage.cursors import prepared

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes rows, not arrays"),
]
AT = datetime(2026, 5, 1, 12, 0, 0, 1, tzinfo=UTC)
COLUMNS = [
    ("bigint", [1, 2**40, -7]),
    ("bigint", [5, 5, 5]),
    ("bigint", [None, None]),
    ("bigint", list(range(1000))),
    ("bigint", []),
    ("text", []),
    ("timestamp with time zone", [AT, AT]),
    ("bigint", [None, 3, None]),
    ("integer", [0, -1, 2**31 - 1]),
    ("smallint", [0, -1, 2**15 - 1]),
    ("boolean", [True, False, None]),
    ("timestamp with time zone", [AT, datetime(1, 1, 1, tzinfo=UTC), None]),
    ("text", ["plain", "", 'a "quoted" \\ one']),
    ("text", ["naïve", "数据", "🌊"]),
    ("text", ["x" * 255, "y" * 256, "z" * 70_000]),
    ("text", ["x" * 255, "short", "\x7f"]),
    ("text", [None, "one", None]),
    ("varchar(10)", ["START", "COMPLETE", ""]),
    ("varchar(320)", ["é" * 320, "", "a"]),
]
HASHES = ["0" * 32, "f" * 32, "0123456789abcdef" * 2]


def arrived(type: str, values: list) -> list:
    with prepared(long=True) as cursor:
        cursor.execute(f"SELECT value FROM unnest(%s::{type}[]) AS sent(value)", [wire.writer(type)(values)])
        return [value for (value,) in cursor.fetchall()]


@pytest.mark.parametrize(("type", "values"), COLUMNS)
def test_values_arrive_as_they_were(type, values):
    assert arrived(type, values) == values


@pytest.mark.parametrize("values", [HASHES, [HASHES[1]] * 3, [None, HASHES[2], None], [None, None]])
def test_hashes_arrive_as_uuids(values):
    assert arrived("uuid", values) == [value and UUID(value) for value in values]
