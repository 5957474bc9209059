"""The whole graph as JSON lines with natural keys: equal graphs give equal bytes."""

import json
from collections.abc import Iterator

from django.db.models import QuerySet

from clouds.models import Cloud, Project

from .kinds import AssociationType, Basis, Entity, Kind, Role
from .models import (
    Body,
    Edge,
    Flow,
    Hiding,
    Node,
    NodeFacets,
    Parentage,
    Run,
    RunFacets,
    RunIO,
    Sighting,
    Symlink,
    Tombstone,
    Trait,
    Version,
)


class Names:
    """Natural keys of the rows that others refer to."""

    def __init__(self):
        self.projects = {
            p.pk: [p.cloud.organization.name, p.cloud.name, p.name]
            for p in Project.objects.select_related("cloud__organization")
        }
        clouds = Cloud.objects.select_related("organization")
        self.clouds = {cloud.pk: [cloud.organization.name, cloud.name] for cloud in clouds}
        self.nodes = {
            id: [Entity(entity).name, namespace, name]
            for id, entity, namespace, name in Node.objects.values_list("id", "entity", "namespace", "name")
        }
        self.runs = {id: str(uuid) for id, uuid in Run.objects.values_list("id", "uuid")}
        self.versions = dict(Version.objects.values_list("id", "label"))
        self.bodies = {digest: json.loads(text) for digest, text in Body.objects.values_list("digest", "text")}

    def row(self, row, **fields) -> dict:
        """`fields` by name: how to say them; a field not named is left out."""
        return {name: say(self, getattr(row, name)) for name, say in fields.items()}


def node(names, id):
    return names.nodes.get(id)


def run(names, id):
    return names.runs.get(id, str(id) if id else None)


def project(names, id):
    return names.projects[id]


def cloud(names, id):
    return names.clouds[id]


def body(names, digest):
    return names.bodies.get(digest)


def version(names, id):
    return names.versions.get(id)


def plain(names, value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def word(choices):
    return lambda names, value: choices(value).name


TABLES: list[tuple[str, QuerySet, dict]] = [
    (
        "node",
        Node.objects,
        {"id": node, "kind": word(Kind), "canonical_id": node, "shown": plain, "marked": plain},
    ),
    ("symlink", Symlink.objects, {"one_id": node, "other_id": node, "project_id": project, "first_at": plain}),
    ("hiding", Hiding.objects, {"node_id": node, "cloud_id": cloud}),
    ("tombstone", Tombstone.objects, {"node_id": node, "cloud_id": cloud, "at": plain}),
    (
        "trait",
        Trait.objects,
        {
            "node_id": node,
            "project_id": project,
            "kind": word(Kind),
            "shown": plain,
            "type": plain,
            "declared": plain,
            "first_at": plain,
        },
    ),
    ("parentage", Parentage.objects, {"child_id": node, "parent_id": node, "first_at": plain}),
    (
        "sighting",
        Sighting.objects,
        {
            "node_id": node,
            "project_id": project,
            "root_id": node,
            "kind": word(Kind),
            "shown": plain,
            "hidden": plain,
            "created_at": plain,
            "creator": plain,
            "type": plain,
            "last_run": run,
        },
    ),
    ("facets", NodeFacets.objects, {"node_id": node, "project_id": project, "body": body}),
    (
        "run",
        Run.objects,
        {
            "id": run,
            "project_id": project,
            "external_id": plain,
            "workload_id": node,
            "operation": plain,
            "session": plain,
            "cluster_id": plain,
            "state": plain,
            "first_at": plain,
            "started_at": plain,
            "ended_at": plain,
            "nominal_start": plain,
            "nominal_end": plain,
            "parent": run,
        },
    ),
    ("run_facets", RunFacets.objects, {"run_id": run, "body": body, "job_body": body}),
    ("version", Version.objects, {"node_id": node, "label": plain, "first_at": plain, "facets": body}),
    (
        "io",
        RunIO.objects,
        {
            "run_id": run,
            "workload_id": node,
            "node_id": node,
            "role": word(Role),
            "version_id": version,
            "project_id": project,
            "first_at": plain,
            "facets": body,
            "io_facets": body,
        },
    ),
    (
        "edge",
        Edge.objects,
        {
            "source_id": node,
            "target_id": node,
            "source_root_id": node,
            "target_root_id": node,
            "type": word(AssociationType),
            "project_id": project,
            "first_at": plain,
            "hidden": plain,
        },
    ),
    (
        "flow",
        Flow.objects,
        {
            "run_id": run,
            "workload_id": node,
            "input_id": node,
            "output_id": node,
            "basis": word(Basis),
            "project_id": project,
            "first_at": plain,
            "columns": body,
        },
    ),
]


def lines() -> Iterator[str]:
    """JSON lines, sorted."""
    names = Names()
    for table, rows, fields in TABLES:
        said = (names.row(row, **fields) for row in rows.iterator())
        yield from sorted(json.dumps({"table": table, **row}, sort_keys=True, ensure_ascii=False) for row in said)
