"""Tags of datasets, fields and jobs: the catalogue's."""

from django.http import Http404
from django.utils.translation import gettext as _

from catalogue import annotations, tags
from lineage import facts, queries
from lineage.kinds import Entity

from . import datasets, jobs, things
from .asked import Asked, Fault


def every(asked: Asked) -> dict:
    found = sorted(tags.vocabulary(asked.viewer).items())
    return {"tags": [{"name": name, "description": text or None} for name, text in found[asked.page()]]}


def put(asked: Asked, tag: str) -> dict:
    text = asked.said.get("description")
    if text is not None and not isinstance(text, str):
        raise Fault(422, "description must be a text", ["description must be a text"])
    tags.define(asked.admission.cloud, checked(tag), text or "", asked.viewer.user)
    return {"name": tag, "description": text or None}


def checked(tag: str) -> str:
    if len(tag) > tags.LONGEST:
        raise Fault(422, _("A tag may have %d characters.") % tags.LONGEST)
    return tag


def tag_dataset(asked: Asked, namespace: str, dataset: str, tag: str) -> dict:
    return changed(asked, annotations.tag, Entity.DATASET, namespace, dataset, tag)


def untag_dataset(asked: Asked, namespace: str, dataset: str, tag: str) -> dict:
    return changed(asked, annotations.untag, Entity.DATASET, namespace, dataset, tag)


def tag_field(asked: Asked, namespace: str, dataset: str, field: str, tag: str) -> dict:
    return changed(asked, annotations.tag, Entity.DATASET, namespace, dataset, tag, field)


def untag_field(asked: Asked, namespace: str, dataset: str, field: str, tag: str) -> dict:
    return changed(asked, annotations.untag, Entity.DATASET, namespace, dataset, tag, field)


def tag_job(asked: Asked, namespace: str, job: str, tag: str) -> dict:
    return changed(asked, annotations.tag, Entity.JOB, namespace, job, tag)


def untag_job(asked: Asked, namespace: str, job: str, tag: str) -> dict:
    return changed(asked, annotations.untag, Entity.JOB, namespace, job, tag)


def changed(asked: Asked, change, entity: Entity, namespace: str, name: str, tag: str, field: str = "") -> dict:
    node = things.find(asked.viewer, entity, namespace, name)
    if field and field not in {each.name for each in facts.schema(queries.facets(asked.viewer, node))}:
        raise Http404(_("Field “%s” not found.") % field)
    places = [sighting.project for sighting in queries.places(asked.viewer, node)]
    for project in places[:1] if change is annotations.tag else places:
        change(node, project, checked(tag), asked.viewer.user, field)
    return (datasets if entity == Entity.DATASET else jobs).shown(asked.viewer, [node])[0]
