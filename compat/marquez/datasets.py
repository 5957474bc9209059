"""Datasets, and their versions. Models, artifacts and endpoints are datasets to Marquez."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from lineage import bulk, queries, version_facets, versions
from lineage.inventory import nodes
from lineage.kinds import Entity, Role
from lineage.models import Node
from lineage.queries import Facet

from . import runs, said, shapes, things
from .asked import Asked


def get(asked: Asked, namespace: str, dataset: str) -> dict:
    return shown(asked.viewer, [things.find(asked.viewer, Entity.DATASET, namespace, dataset)])[0]


def of_namespace(asked: Asked, namespace: str) -> dict:
    namespace = things.ref_of(Entity.DATASET, namespace, "x").namespace
    rows = things.undeleted(asked.viewer, nodes(asked.viewer, Entity.DATASET, namespace))
    return {"datasets": shown(asked.viewer, list(rows[asked.page()])), "totalCount": rows.count()}


def shown(viewer, found: list[Node]) -> list[dict]:
    """Datasets in Marquez's form, in a constant number of statements."""
    roots = [node.root_id for node in found]
    named = versions.members(roots)
    seen = queries.sightings(viewer, roots)
    facets, tagged = bulk.facets(viewer, named), said.tags_of(viewer, named)
    current, described = newest(viewer, named), said.descriptions(viewer, named)
    return [
        shapes.dataset(
            node,
            seen[node.root_id].created_at,
            facets.get(node.root_id, {}),
            tagged.get(node.root_id, []),
            current.get(node.root_id),
            described.get(node.root_id),
        )
        for node in found
        if node.root_id in seen
    ]


def newest(viewer, named: dict[int, int]) -> dict[int, dict]:
    """By root: the id and the moment of the newest version, and the facets of the last read and the last write."""
    known = versions.histories(viewer, set(named.values()))
    wrote = bulk.newest_io(viewer, named, Role.OUTPUT)
    read = bulk.newest_io(viewer, named, Role.INPUT)
    last = {root: [rows[0] for rows in (read.get(root), wrote.get(root)) if rows] for root in known}
    facets_of = queries.io_facets(row for rows in last.values() for row in rows)
    found = {}
    for root, snapshots in known.items():
        facets = {key: value for row in last[root] for key, value in facets_of[row.pk].items()}
        found[root] = {
            "id": str(snapshots[-1].key) if snapshots else None,
            "at": snapshots[-1].at if snapshots else None,
            "facets": {key: value for key, value in facets.items() if value != {"_deleted": True}},
        }
    return found


def of_dataset(asked: Asked, namespace: str, dataset: str) -> dict:
    node = things.find(asked.viewer, Entity.DATASET, namespace, dataset)
    found = versions.history(asked.viewer, node)[::-1]
    return {"versions": versions_shown(asked.viewer, node, found[asked.page()]), "totalCount": len(found)}


def version(asked: Asked, namespace: str, dataset: str, version: str) -> dict:
    node = things.find(asked.viewer, Entity.DATASET, namespace, dataset)
    found = snapshot(asked.viewer, node, version)
    if found is None:
        raise Http404(_("Dataset version “%s” not found.") % version)
    return versions_shown(asked.viewer, node, [found])[0]


def snapshot(viewer, node: Node, version: str) -> versions.Snapshot | None:
    id = UUID(version)
    return next((each for each in versions.history(viewer, node) if id == each.key or id in each.ids), None)


def versions_shown(viewer, node: Node, found: list[versions.Snapshot]) -> list[dict]:
    now = shown(viewer, [node])[0]
    facets = version_facets.facets_of(viewer, found)
    makers = version_facets.made_by(viewer, found)
    jobs = {run.workload_id: run.workload for run in makers.values()}
    told = dict(zip(makers, runs.shown(viewer, list(makers.values()), jobs), strict=True))
    tagged = {field["name"]: field["tags"] for field in now["fields"]}
    return [version_shape(now, each, facets.get(each.key, {}), tagged, told.get(each.maker)) for each in found]


def version_shape(now: dict, made: versions.Snapshot, body: dict, tagged: dict, run: dict | None) -> dict:
    """`now` is the dataset as it stands; what a version does not say of itself is taken from there."""
    facets = {key: Facet(key, value, made.at) for key, value in body.items()}
    kept = ("id", "type", "name", "physicalName", "namespace", "sourceName", "tags", "description")
    return {
        **{key: now[key] for key in kept},
        "createdAt": shapes.moment(made.at),
        "version": str(made.key),
        "externalVersion": made.label or None,
        "fields": shapes.fields(facets, tagged) if "schema" in facets else now["fields"],
        "lifecycleState": shapes.lifecycle(facets),
        "currentSchemaVersion": None,
        "createdByRun": run,
        "facets": shapes.plain(facets),
    }
