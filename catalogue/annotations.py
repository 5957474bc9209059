"""What people say of a node: read for a viewer, and changed."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clouds.audit import note
from clouds.models import Action, Project
from lineage import identity, queries
from lineage.models import Node
from lineage.spoken import find_by
from lineage.words import DESCRIPTION, OWNER, TAG

from . import tags
from .models import Annotation, Tagging


@dataclass
class Said:
    """`tags` are names, sorted; `fields` holds the tags of each field that has some."""

    description: str = ""
    owners: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)

    @property
    def revision(self) -> str:
        """Names this state: who changes it says which one they have read."""
        fields = {name: sorted(set(tags)) for name, tags in self.fields.items() if tags}
        state = [self.description, self.owners, sorted(set(self.tags)), sorted(fields.items())]
        return identity.digest(identity.encode(state).decode())[:16]

    def __bool__(self) -> bool:
        return bool(self.description or self.owners or self.tags or self.fields)


@dataclass
class Place:
    """What is said in a project, and who changed the description or the owners last."""

    project: Project
    said: Said
    changed_at: datetime | None = None
    changed_by: str = ""


class Conflict(Exception):
    """Someone else has changed it since it was read; `now` is how it stands."""

    def __init__(self, now: Said):
        super().__init__()
        self.now = now


def places(viewer, node: Node, sightings=None) -> dict[int, Place]:
    """By the id of each project in which the viewer may see the node, oldest sighting first; 2 queries, and one for
    the sightings where they are not given."""
    sightings = queries.places(viewer, node) if sightings is None else sightings
    found = {row.project_id: Place(row.project, Said()) for row in sightings}
    names = queries.names_of(node.root_id)
    notes = Annotation.objects.filter(node__in=names, project__in=found).select_related("changed_by")
    for row in notes.order_by("changed_at", "pk"):
        place = found[row.project_id]
        place.said.description, place.said.owners = row.description, row.owners
        place.changed_at, place.changed_by = row.changed_at, row.changed_by.email if row.changed_by else ""
    for row in Tagging.objects.filter(node__in=names, project__in=found).select_related("tag"):
        add_tag(found[row.project_id].said, row)
    return found


def add_tag(said: Said, row: Tagging) -> None:
    bearer = said.fields.setdefault(row.field, []) if row.field else said.tags
    if row.tag.name not in bearer:
        bearer.append(row.tag.name)


def read(node: Node, project: Project) -> Said:
    """What is said now of the node in one project."""
    names, said = queries.names_of(node.root_id), Said()
    row = Annotation.objects.filter(node__in=names, project=project).first()
    if row:
        said.description, said.owners = row.description, row.owners
    for tagging in Tagging.objects.filter(node__in=names, project=project).select_related("tag"):
        add_tag(said, tagging)
    return said


def locked(node: Node, project: Project) -> Said:
    """As `read`, and nobody else changes it until the transaction ends."""
    Node.objects.select_for_update(no_key=True).get(pk=node.root_id)
    return read(node, project)


@transaction.atomic
def change(node: Node, project: Project, new: Said, by, revision: str | None = None) -> bool:
    """Makes `new` what is said of the node in the project, and notes what has changed. False: nothing has.

    Raises Conflict where `revision` is given and is not that of what is said now.
    """
    old = locked(node, project)
    if revision is not None and revision != old.revision:
        raise Conflict(old)
    if new.revision == old.revision:
        return False
    if (new.description, new.owners) != (old.description, old.owners):
        write(node, project, old, new, by)
    for name in {"", *old.fields, *new.fields}:
        tags.retag(node, project, new.fields.get(name, []) if name else new.tags, by, name)
    find_by(node, project, words(new))
    return True


@transaction.atomic
def tag(node: Node, project: Project, name: str, by, field: str = "") -> bool:
    """Tags a node, or one of its fields. False where it was so already."""
    new = locked(node, project)
    bearer = new.fields.setdefault(field, []) if field else new.tags
    bearer.append(name)
    return change(node, project, new, by)


@transaction.atomic
def untag(node: Node, project: Project, name: str, by, field: str = "") -> bool:
    """Takes a tag away. False where there was none."""
    new = locked(node, project)
    bearer = new.fields.get(field, []) if field else new.tags
    bearer[:] = [each for each in bearer if each != name]
    return change(node, project, new, by)


def write(node: Node, project: Project, old: Said, new: Said, by) -> None:
    Annotation.objects.filter(node__in=queries.names_of(node.root_id), project=project).delete()
    if new.description or new.owners:
        said = {"description": new.description, "owners": new.owners}
        Annotation.objects.create(
            node_id=node.root_id, project=project, changed_by=by, changed_at=timezone.now(), **said
        )
    where = {"project": project, "node": node.root_id}
    if new.description != old.description:
        note(by, Action.DESCRIBE, node.name, before=old.description, after=new.description, **where)
    if new.owners != old.owners:
        note(by, Action.OWNERS, node.name, before=", ".join(old.owners), after=", ".join(new.owners), **where)


def words(said: Said) -> list[tuple[str, str]]:
    names = dict.fromkeys([*said.tags, *(tag for tags in said.fields.values() for tag in tags)])
    found = [(OWNER, name) for name in said.owners] + [(TAG, name) for name in names]
    return [*found, (DESCRIPTION, said.description)]
