"""Facets as they are read: the texts of Body, laid over one another."""

import json
from collections import defaultdict
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
    said = list(rows.order_by("stamp", "keys", "body").values_list("stamp", "body"))
    return laid(said, texts(body for _, body in said))


def laid(said: Iterable[tuple[UUID, UUID | None]], bodies: dict) -> dict[str, Facet]:
    """As `merged`, of (stamp, digest of the body) in that order and what `texts` found of them."""
    found = {}
    for stamp, digest in said:
        for key, value in bodies[digest].items() if digest else ():
            found[key] = Facet(key, value, stamp)
    return {
        key: Facet(key, facet.value, said_at(facet.at))
        for key, facet in sorted(found.items())
        if not (isinstance(facet.value, dict) and facet.value.get("_deleted") is True)
    }


def of_runs(rows: QuerySet) -> dict[UUID, tuple[dict[str, Facet], dict[str, Facet]]]:
    """By run (its own facets, its job's as of this run), of rows of RunFacets."""
    found = defaultdict(list)
    for run, *said in rows.order_by("stamp", "keys", "job_keys").values_list("run", "stamp", "body", "job_body"):
        found[run].append(said)
    bodies = texts(body for rows in found.values() for _, *both in rows for body in both)
    return {
        run: (
            laid([(stamp, body) for stamp, body, _ in rows], bodies),
            laid([(stamp, body) for stamp, _, body in rows], bodies),
        )
        for run, rows in found.items()
    }


def said_at(stamp: UUID) -> datetime:
    """The event time that a stamp holds."""
    return YEAR_ONE + int(stamp.hex[2:16], 16) * MICROSECOND


def texts(digests: Iterable) -> dict:
    """Bodies by digest, decoded."""
    wanted = {digest for digest in digests if digest}
    return {body.digest: json.loads(body.text) for body in Body.objects.filter(digest__in=wanted)}
