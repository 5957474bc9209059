"""Suggestions that two nodes are one thing: which a viewer may see, and what follows from a decision."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clouds.audit import note
from clouds.models import Action, Project
from lineage import queries, retract
from lineage.identity import digest
from lineage.kinds import Entity
from lineage.models import Node, Sighting, Symlink
from lineage.observation import Observation, Outline, Ref
from lineage.record import record

from . import suggest
from .models import Decision, Suggestion

SHOWN = 100


@dataclass
class Pair:
    """A suggestion, both nodes as the viewer knows them, what they differ in, and whether the viewer may decide."""

    suggestion: Suggestion
    one: Sighting
    other: Sighting
    reasons: list[str]
    owned: bool


def visible(viewer, *decisions: Decision) -> QuerySet[Suggestion]:
    """Those of which the viewer may see both nodes, none hidden, each under its own name."""
    rows = Suggestion.objects.filter(organization=viewer.organization, decision__in=decisions)
    seen = queries.within(viewer, Sighting.objects.filter(organization=viewer.organization, hidden=False))
    return rows.filter(one__in=seen.values("node"), other__in=seen.values("node")).select_related("one", "other")


def pairs(viewer, *decisions: Decision) -> list[Pair]:
    """Up to SHOWN of them, the newest decision, else the newest suggestion, first; open ones are of nodes that
    nothing else has joined meanwhile."""
    rows = visible(viewer, *decisions).select_related("decided_by").order_by("-decided_at", "-pk")[: SHOWN * 2]
    rows = [row for row in rows if row.decision != Decision.OPEN or row.one.root_id != row.other.root_id][:SHOWN]
    places = places_of(viewer, {id for row in rows for id in (row.one_id, row.other_id)})
    return [
        Pair(
            row,
            places[row.one_id][0],
            places[row.other_id][0],
            suggest.reasons(row.one, row.other),
            place_of_link(viewer, places, row) is not None,
        )
        for row in rows
    ]


def places_of(viewer, node_ids) -> dict[int, list[Sighting]]:
    rows = queries.within(viewer, Sighting.objects.filter(node__in=node_ids, hidden=False))
    found: dict[int, list[Sighting]] = {}
    for row in rows.select_related("node", "project__cloud").order_by("created_at", "pk"):
        found.setdefault(row.node_id, []).append(row)
    return found


def place_of_link(viewer, places: dict, row: Suggestion) -> Project | None:
    """The project that the symlink, and what the log says of it, hang on: of a cloud that has seen both, and that the
    viewer owns. Else, for owners of the organization, of the one that is private, whose people see the open one as
    well: so nobody learns a name that they may not see. None where there is no such project: others decide."""
    one, other = ([place.project for place in places[id]] for id in (row.one_id, row.other_id))
    shared = {project.cloud_id for project in one} & {project.cloud_id for project in other}
    found = [project for project in one if project.cloud_id in shared and viewer.owns(project.cloud)]
    if not found and viewer.is_owner:
        closed, open_ = ([p for p in (*one, *other) if p.cloud.private is private] for private in (True, False))
        found = closed if open_ else []
        found = found or ([] if closed else open_)
    return found[0] if found else None


@transaction.atomic
def decide(viewer, row: Suggestion, decision: Decision) -> None:
    """Accepted: both are one node from now on, as if an event had said so. Refused: it is not suggested again. Open:
    takes the decision back, and parts nodes that the acceptance joined. Raises PermissionDenied."""
    project = place_of_link(viewer, places_of(viewer, [row.one_id, row.other_id]), row)
    if not project:
        raise PermissionDenied(_("Only owners of a cloud that both were seen in may join them."))
    before = row.decision
    if before == decision:
        return
    if row.joined_in_id:
        retract.part(row.one, row.other, row.joined_in)
        row.joined_in = None
    if decision == Decision.ACCEPTED:
        row.joined_in = project if join(row, project) else None
    row.decision, row.decided_at, row.decided_by = decision, timezone.now(), viewer.user
    row.save()
    said = {"before": Decision(before).label, "after": Decision(decision).label}
    note(viewer.user, Action.ALIAS, f"{row.one.uri} = {row.other.uri}", project=project, node=row.one_id, **said)


def join(row: Suggestion, project: Project) -> bool:
    """False where a symlink of this project joins them already."""
    ends = Q(one=row.one, other=row.other) | Q(one=row.other, other=row.one)
    if Symlink.objects.filter(ends, project=project).exists():
        return False
    refs = tuple(ref(node) for node in (row.one, row.other))
    said = digest("alias", *(part for each in refs for part in each))[:16]
    cloud = project.cloud
    outline = Outline(project.pk, symlinks=[refs])
    record([Observation(cloud.organization_id, cloud.pk, timezone.now(), said, outline)])
    return True


def ref(node: Node) -> Ref:
    return Ref(Entity(node.entity), node.namespace, node.name)
