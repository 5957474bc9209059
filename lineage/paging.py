"""Pages of a list by keyset: a cursor holds the last row's (value, id), never a count of rows before it.

The cost of a page does not grow with its number, and rows that arrive meanwhile shift nothing.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet

BROKEN = (ArithmeticError, AttributeError, KeyError, RecursionError, TypeError, ValidationError, ValueError)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def plain(text: str) -> str:
    """A text that every database takes."""
    if "\0" in text:
        raise ValueError("NUL")
    return text.encode().decode()


DECODERS = {"d": moment, "u": UUID, "s": plain, "i": int}


@dataclass
class Page:
    """`rows`, and the query parameters that lead to the page before and after (None where there is none)."""

    rows: list
    ordering: str
    previous: dict | None
    next: dict | None


def encode(value, pk) -> str:
    """(value, pk) as text for a URL. Values are times, UUIDs, strings or numbers."""
    kind = {datetime: "d", UUID: "u", str: "s"}.get(type(value), "i")
    text = value.isoformat() if kind == "d" else value if kind in "si" else str(value)
    raw = json.dumps([kind, text, str(pk)], separators=(",", ":"))
    return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple:
    """Raises one of BROKEN on a cursor that is none."""
    kind, text, pk = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return DECODERS[kind](text), str(pk)


def paginate(rows: QuerySet, *, ordering: str, after: str = "", before: str = "", limit: int = 25) -> Page:
    """A page of `rows` by `ordering` ("name" or "-name", a field or an annotation that is never null).

    Raises ValueError on a bad cursor.
    """
    field, descending = ordering.lstrip("-"), ordering.startswith("-")
    backwards = bool(before) and not after
    down = descending != backwards
    cursor = after or before
    if cursor:
        rows = beyond(rows, field, cursor, down)
    order = F(field).desc() if down else F(field).asc()
    found = list(rows.annotate(keyset=F(field)).order_by(order, "-pk" if down else "pk")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    ends = [encode(row.keyset, row.pk) for row in (found[0], found[-1])] if found else ["", ""]
    has_previous = more if backwards else bool(cursor)
    has_next = more or backwards
    return Page(
        found,
        ordering,
        {"before": ends[0]} if found and has_previous else None,
        {"after": ends[1]} if found and has_next else None,
    )


def sliced(rows: list, start: int, size: int, ordering: str = "") -> Page:
    """A page of rows that are all at hand: those from the `start`-th on, which is what its cursors say."""
    following = start + size
    return Page(
        rows[start:following],
        ordering,
        {"after": max(start - size, 0)} if start else None,
        {"after": following} if following < len(rows) else None,
    )


def beyond(rows: QuerySet, field: str, cursor: str, down: bool) -> QuerySet:
    """The rows after (value, pk), or before it where the list runs down. Raises ValueError.

    The first condition says nothing new, but an index can begin there: with an OR alone it cannot.
    """
    than = "lt" if down else "gt"
    try:
        value, pk = decode(cursor)
        edge = {f"{field}__{than}e": value}
        return rows.filter(Q(**{f"{field}__{than}": value}) | Q(**{f"pk__{than}": pk}), **edge)
    except BROKEN:
        raise ValueError("This is not a cursor of ours: follow the links of a list, or leave it out.") from None
