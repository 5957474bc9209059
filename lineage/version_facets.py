"""What is said of versions, and the runs that made them."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from . import past
from .kinds import Role
from .models import Run, RunIO, Version
from .queries import texts, within
from .versions import MOST, Snapshot, seen_elsewhere


def facets_of(viewer, versions: Iterable[Snapshot]) -> dict[UUID, dict]:
    """By the versions' keys: their facets by key, what the runs that wrote them said being the last word."""
    versions = list(versions)
    keys = {id: each.key for each in versions for id in (*each.ids, each.key)}
    written = Q(version__in=keys) | Q(pk__in=keys) | Q(run__in=[run for each in versions for run in each.makers])
    root_of = past.members(viewer, {each.root for each in versions})
    rows = within(viewer, RunIO.objects.filter(written, role=Role.OUTPUT, node__in=root_of))
    rows = list(rows.order_by("facets_stamp", "id")[:MOST])
    said = Version.objects.filter(~seen_elsewhere(viewer), pk__in=keys)
    first = [(keys[row.pk], row.facets) for row in said]
    first += [(keys[row.version_id], row.facets) for row in named_by_readers(viewer, versions)]
    made = {(each.root, run): each.key for each in versions for run in each.makers}
    for row in rows:
        key = keys.get(row.version_id) or made.get((root_of[row.node_id], row.run_id))
        if key and (row.version_id is None or row.version_id in keys):
            first += [(key, row.facets), (key, row.io_facets)]
    return laid_over(first)


def named_by_readers(viewer, versions: list[Snapshot]) -> list[RunIO]:
    """For who may not see all that was said of a version: what the visible readers said."""
    if viewer.sees_all:
        return []
    ids = [id for each in versions for id in each.ids]
    rows = within(viewer, RunIO.objects.filter(version__in=ids, role=Role.INPUT))
    return list(rows.order_by("facets_stamp", "id")[:MOST])


def laid_over(said: list[tuple[UUID, UUID | None]]) -> dict[UUID, dict]:
    bodies = texts(body for _key, body in said)
    found: dict[UUID, dict] = defaultdict(dict)
    for key, body in said:
        found[key] |= bodies.get(body, {})
    return found


def made_by(viewer, versions: Iterable[Snapshot]) -> dict[UUID, Run]:
    """The runs that made the versions, by their ids, with their workloads."""
    ids = {each.maker for each in versions if each.maker}
    return within(viewer, Run.objects.select_related("workload", "project__cloud")).in_bulk(ids)
