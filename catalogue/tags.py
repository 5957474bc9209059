"""Tags of nodes and of their fields, for one viewer. To change them: annotations.tag and untag."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from clouds.audit import note
from clouds.models import Action, Cloud, Project
from lineage import queries
from lineage.models import Node

from .models import Tag, Tagging

LONGEST = Tag._meta.get_field("name").max_length


def visible(viewer) -> QuerySet[Tagging]:
    """The taggings that the viewer may see."""
    rows = Tagging.objects.filter(node__organization=viewer.organization).select_related("tag", "project__cloud")
    return queries.within(viewer, rows)


def vocabulary(viewer) -> dict[str, str]:
    """Tags that the viewer may see, by name, with a description or "". A key that is bound to a project sees those
    that are used there, and those not used anywhere."""
    rows = Tag.objects.filter(cloud__in=[cloud.pk for cloud in viewer.clouds])
    if viewer.key and viewer.key.project_id:
        uses = Tagging.objects.filter(tag=OuterRef("pk"))
        rows = rows.filter(Exists(queries.within(viewer, uses)) | ~Exists(uses))
    found: dict[str, str] = {}
    for name, description in rows.values_list("name", "description"):
        found[name] = found.get(name) or description
    return found


def define(cloud: Cloud, name: str, description: str, by) -> Tag:
    """The tag of a cloud, with this description from now on; made where there is none."""
    with transaction.atomic():
        tag, made = Tag.objects.get_or_create(cloud=cloud, name=name, defaults={"description": description})
        if made or tag.description != description:
            note(by, Action.TAG, name, cloud=cloud, before=tag.description if not made else "", after=description)
            tag.description = description
            tag.save(update_fields=["description"])
    return tag


def tags_of(viewer, node: Node) -> list[Tagging]:
    """What the node and its fields are tagged with, under any of its names."""
    return list(visible(viewer).filter(node__in=queries.names_of(node.root_id)))


def names_by_node(viewer, roots: list[int]) -> dict[int, list[str]]:
    """What nodes themselves are tagged with, not their fields, under any of their names; one query."""
    rows = visible(viewer).filter(Q(node__in=roots) | Q(node__canonical__in=roots), field="")
    found: dict[int, list[str]] = {}
    for root, name in rows.order_by("tag__name").values_list(Coalesce("node__canonical_id", "node_id"), "tag__name"):
        names = found.setdefault(root, [])
        if name not in names:
            names.append(name)
    return found


def retag(node: Node, project: Project, names: Iterable[str], by, field: str = "") -> bool:
    """Makes these the tags of a node (or of one of its fields) in a project, for `annotations`, in whose transaction
    it stands. False where they were so already."""
    rows = Tagging.objects.filter(node__in=queries.names_of(node.root_id), project=project, field=field)
    old, new = set(rows.values_list("tag__name", flat=True)), set(names)
    if old == new:
        return False
    rows.filter(tag__name__in=old - new).delete()
    for name in sorted(new - old):
        tag, _made = Tag.objects.get_or_create(cloud=project.cloud, name=name)
        Tagging.objects.get_or_create(tag=tag, node_id=node.root_id, project=project, field=field)
    said = {"before": ", ".join(sorted(old)), "after": ", ".join(sorted(new))}
    about = f"{node.name} · {field}" if field else node.name
    note(by, Action.TAG, about, project=project, node=node.root_id, **said)
    return True
