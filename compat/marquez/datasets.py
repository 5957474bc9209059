"""Datasets, and their versions. Models, artifacts and endpoints are datasets to Marquez."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from lineage import bulk, queries
from lineage.inventory import nodes
from lineage.kinds import Entity, Role
from lineage.models import Node
from lineage.queries import Facet

from . import jobs, runs, shapes, things, versions
from .asked import Asked


def get(asked: Asked, namespace: str, dataset: str) -> dict:
    return shown(asked.viewer, [things.find(asked.viewer, Entity.DATASET, namespace, dataset)])[0]


def of_namespace(asked: Asked, namespace: str) -> dict:
    namespace = things.ref_of(Entity.DATASET, namespace, "x").namespace
    rows = things.without_hidden(asked.viewer, nodes(asked.viewer, Entity.DATASET, namespace))
    return {"datasets": shown(asked.viewer, list(rows[asked.page()])), "totalCount": rows.count()}


def shown(viewer, found: list[Node]) -> list[dict]:
    """Datasets in Marquez's form, in a constant number of statements."""
    roots = [node.root_id for node in found]
    named = bulk.names(roots)
    seen = queries.sightings(viewer, roots)
    facets, tagged = bulk.facets(viewer, named), jobs.tags_by_root(viewer, named)
    current = newest(viewer, named)
    return [
        shapes.dataset(
            node,
            seen[node.root_id].created_at,
            facets.get(node.root_id, {}),
            tagged.get(node.root_id, []),
            current.get(node.root_id),
        )
        for node in found
        if node.root_id in seen
    ]


def newest(viewer, named: dict[int, int]) -> dict[int, dict]:
    """By root: the id and the moment of the version that was written last, and the facets of that write and of the
    last read."""
    wrote = bulk.newest_io(viewer, named, Role.OUTPUT)
    read = bulk.newest_io(viewer, named, Role.INPUT)
    last = {root: [rows[0] for rows in (read.get(root), wrote.get(root)) if rows] for root in {*wrote, *read}}
    said = queries.io_facets(row for rows in last.values() for row in rows)
    found = {}
    for root, rows in last.items():
        facets = {key: value for row in rows for key, value in said[row.pk].items()}
        output = rows[-1] if rows[-1].role == Role.OUTPUT else None
        found[root] = {
            "id": str(versions.of_io(output)) if output else None,
            "at": output and output.first_at,
            "facets": {key: value for key, value in facets.items() if value != {"_deleted": True}},
        }
    return found


def of_dataset(asked: Asked, namespace: str, dataset: str) -> dict:
    node = things.find(asked.viewer, Entity.DATASET, namespace, dataset)
    found, count = versions.history(asked.viewer, node.root_id, asked.page())
    return {"versions": versions_shown(asked.viewer, node, found), "totalCount": count}


def version(asked: Asked, namespace: str, dataset: str, version: str) -> dict:
    node = things.find(asked.viewer, Entity.DATASET, namespace, dataset)
    found = versions.version(asked.viewer, node.root_id, UUID(version))
    if found is None:
        raise Http404(_("Dataset version “%s” not found.") % version)
    return versions_shown(asked.viewer, node, [found])[0]


def versions_shown(viewer, node: Node, found: list[versions.Made]) -> list[dict]:
    now = shown(viewer, [node])[0]
    bodies = queries.texts(digest for each in found for digest in each.bodies)
    makers = [each.run for each in found if each.run]
    workloads = Node.objects.in_bulk({run.workload_id for run in makers})
    told = iter(runs.shown(viewer, makers, workloads))
    tagged = by_field(now["fields"])
    return [
        version_shape(now, each, laid(each.bodies, bodies), tagged, next(told) if each.run else None) for each in found
    ]


def laid(digests: list, bodies: dict) -> dict:
    return {key: value for digest in digests for key, value in bodies.get(digest, {}).items()}


def by_field(fields: list[dict]) -> dict[str, list[str]]:
    return {field["name"]: field["tags"] for field in fields}


def version_shape(now: dict, made: versions.Made, body: dict, tagged: dict, run: dict | None) -> dict:
    """`now` is the dataset as it stands; what a version does not say of itself is taken from there."""
    facets = {key: Facet(key, value, made.at) for key, value in body.items()}
    kept = ("id", "type", "name", "physicalName", "namespace", "sourceName", "tags", "description")
    return {
        **{key: now[key] for key in kept},
        "createdAt": shapes.moment(made.at),
        "version": str(made.id),
        "externalVersion": made.label or None,
        "fields": shapes.fields(facets, tagged) if "schema" in facets else now["fields"],
        "lifecycleState": shapes.lifecycle(facets),
        "currentSchemaVersion": None,
        "createdByRun": run,
        "facets": shapes.plain(facets),
    }
