"""Hides, restores, deletes and parts nodes on behalf of people. What events say is written by `record`."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from clouds.models import Cloud, Project

from .absent import hide_again, mark
from .identity import FURTHEST_AHEAD
from .joins import components
from .models import (
    Edge,
    Flow,
    Hiding,
    Node,
    NodeFacets,
    NodeWords,
    Run,
    RunIO,
    Sighting,
    Symlink,
    Tombstone,
    Trait,
)
from .nodes import changed
from .queries import names_of, said_at
from .record import lock


def hide(node: Node, clouds: Sequence[Cloud]) -> bool:
    """Takes the node out of lists, graph and search of these clouds. False where it was so already."""
    with transaction.atomic():
        lock({node.organization_id})
        known = set(Hiding.objects.filter(node__in=names_of(node.root_id)).values_list("cloud", flat=True))
        new = [Hiding(node_id=node.root_id, cloud=cloud) for cloud in clouds if cloud.pk not in known]
        Hiding.objects.bulk_create(new)
        hide_again([node.root_id])
    return bool(new)


def restore(node: Node, clouds: Sequence[Cloud]) -> bool:
    """Takes `hide` back. False where it was not hidden."""
    with transaction.atomic():
        lock({node.organization_id})
        gone, _rows = Hiding.objects.filter(node__in=names_of(node.root_id), cloud__in=clouds).delete()
        hide_again([node.root_id])
    return bool(gone)


def delete(nodes: Iterable[Node], clouds: Sequence[Cloud], at: datetime) -> None:
    """Deletes what was said of these nodes in these clouds up to `at`; to be followed by a replay of the events after
    it, in the same transaction (ingestion.deletion), since rows hold what events before and after said together."""
    ids = [node.pk for node in nodes]
    for cloud in clouds:
        for id in ids:
            stone, _made = Tombstone.objects.get_or_create(node_id=id, cloud=cloud, defaults={"at": at})
            Tombstone.objects.filter(pk=stone.pk, at__lt=at).update(at=at)
    projects = list(Project.objects.filter(cloud__in=clouds).values_list("pk", flat=True))
    for model, ends in (
        (Flow, ["input", "output", "workload"]),
        (Edge, ["source", "target"]),
        (RunIO, ["node", "workload"]),
        (NodeWords, ["node"]),
        (NodeFacets, ["node"]),
        (Trait, ["node"]),
        (Sighting, ["node"]),
    ):
        for end in ends:
            model.objects.filter(**{f"{end}__in": ids}, project__in=projects).delete()
    mark(Node.objects.filter(pk__in=ids), deletions=1)


def last_heard(nodes: Iterable[Node], clouds: Sequence[Cloud]) -> datetime:
    """Now, or the time of the latest event that left a trace of the nodes, if a producer's clock is ahead."""
    now, ids = timezone.now(), [node.pk for node in nodes]
    places = {"project__cloud__in": clouds}
    io = RunIO.objects.filter(Q(node__in=ids) | Q(workload__in=ids), **places)
    found = [
        Sighting.objects.filter(node__in=ids, **places).aggregate(at=Max("created_at"))["at"],
        io.filter(first_at__gt=now).aggregate(at=Max("first_at"))["at"],
    ]
    runs = Run.objects.filter(workload__in=ids, **places)
    for moment in ("started_at", "ended_at", "first_at"):
        found.append(runs.filter(**{f"{moment}__gt": now}).aggregate(at=Max(moment))["at"])
    stamps = NodeFacets.objects.filter(node__in=ids, **places).order_by("-stamp").values_list("stamp", flat=True)
    found += [said_at(stamp) for stamp in stamps[:1]]
    return max([now, *(at for at in found if at and at < now + FURTHEST_AHEAD)])


def part(one: Node, other: Node, project) -> None:
    """Takes back a symlink of a project, and parts the nodes that nothing else joins. Their kinds stay raised."""
    with transaction.atomic():
        lock({one.organization_id})
        root = Node.objects.get(pk=one.pk).root_id
        Symlink.objects.filter(Q(one=one, other=other) | Q(one=other, other=one), project=project).delete()
        keys = dict(Node.objects.filter(Q(pk=root) | Q(canonical=root)).values_list("pk", "key"))
        pairs = set(Symlink.objects.filter(one__in=keys).values_list("one", "other"))
        for members in components(pairs | {(id, id) for id in keys}):
            settle(members, min(members, key=keys.__getitem__))
        changed({one.organization_id})


def settle(members: set[int], root: int) -> None:
    """Makes `root` the canonical node of these, and of all that names them."""
    Node.objects.filter(pk__in=members).exclude(pk=root).update(canonical=root)
    Node.objects.filter(pk=root).update(canonical=None)
    Sighting.objects.filter(node__in=members).update(root=root)
    Edge.objects.filter(source__in=members).update(source_root=root)
    Edge.objects.filter(target__in=members).update(target_root=root)
    hide_again(members)
