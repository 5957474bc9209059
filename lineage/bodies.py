"""Facets as they are read: the texts of Body, laid over one another."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from .identity import MICROSECOND, YEAR_ONE
from .models import Body


@dataclass
class Facet:
    """A facet as last said, and when."""

    key: str
    value: object
    at: datetime


def merged(rows: QuerySet) -> dict[str, Facet]:
    """Lays the facets over one another in the order of their stamps (ties: of their sets of keys, of what they say)."""
    rows = list(rows.order_by("stamp", "keys", "body"))
    return laid(rows, texts(row.body for row in rows))


def laid(rows: list, bodies: dict) -> dict[str, Facet]:
    """As `merged`, of rows in that order and what `texts` found of them."""
    found = {}
    for row in rows:
        for key, value in bodies[row.body].items():
            found[key] = Facet(key, value, row.stamp)
    return {
        key: Facet(key, facet.value, said_at(facet.at))
        for key, facet in sorted(found.items())
        if not (isinstance(facet.value, dict) and facet.value.get("_deleted") is True)
    }


def said_at(stamp: UUID) -> datetime:
    """The event time that a stamp holds."""
    return YEAR_ONE + int(stamp.hex[2:16], 16) * MICROSECOND


def texts(digests: Iterable) -> dict:
    """Bodies by digest, decoded."""
    wanted = {digest for digest in digests if digest}
    return {body.digest: json.loads(body.text) for body in Body.objects.filter(digest__in=wanted)}
