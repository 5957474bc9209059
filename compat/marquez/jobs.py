"""Jobs, and their versions."""

from django.http import Http404
from django.utils.translation import gettext as _

from lineage import bulk, facts, queries, technical
from lineage.inventory import nodes
from lineage.kinds import Entity, Kind, Role
from lineage.models import Node, Parentage, Run
from lineage.versions import members

from . import job_versions, runs, said, shapes, things
from .asked import Asked, Fault

LATEST = 10
STATES = {name: {state for state, word in shapes.STATES.items() if word == name} for name in shapes.STATES.values()}
# A run without events; and a state that Marquez knows and no run has here.
STATES |= {"NEW": {""}, "OTHER": set()}


def get(asked: Asked, namespace: str, job: str) -> dict:
    return shown(asked.viewer, [things.find(asked.viewer, Entity.JOB, namespace, job)])[0]


def of_namespace(asked: Asked, namespace: str) -> dict:
    rows = things.undeleted(asked.viewer, nodes(asked.viewer, Entity.JOB, namespace))
    rows = in_states(asked, rows)
    return {"jobs": shown(asked.viewer, list(rows[asked.page()])), "totalCount": rows.count()}


def every(asked: Asked) -> dict:
    """Of all namespaces, the one that ran last first."""
    rows = things.undeleted(asked.viewer, queries.listed(asked.viewer, [Kind.WORKLOAD]), "node")
    states = states_of(asked)
    if states is not None:
        rows = rows.filter(last_run__in=Run.objects.filter(state__in=states).values("pk"))
    page = rows.order_by("-last_run_stamp", "-created_at", "id")[asked.page()]
    return {"jobs": shown(asked.viewer, [row.node for row in page]), "totalCount": rows.count()}


def in_states(asked: Asked, rows):
    states = states_of(asked)
    if states is None:
        return rows
    last = Run.objects.filter(state__in=states).values("pk")
    return rows.filter(sightings__last_run__in=last).distinct()


def states_of(asked: Asked) -> set[str] | None:
    """Those that `lastRunStates` names; None where it is not asked for."""
    names = {name.upper() for name in asked.request.GET.getlist("lastRunStates") if name}
    if names - STATES.keys():
        raise Fault(400, _("query param lastRunStates must be one of %s") % ", ".join(sorted(STATES)))
    return set().union(*[STATES[name] for name in names]) if names else None


def shown(viewer, found: list[Node], latest: int = LATEST) -> list[dict]:
    """Jobs in Marquez's form, in a constant number of statements."""
    roots = [node.root_id for node in found]
    named = members(roots)
    seen = queries.sightings(viewer, roots)
    facets = bulk.facets(viewer, named)
    inputs, outputs = bulk.neighbours(viewer, roots)
    others = queries.sightings(viewer, {end for ends in (*inputs.values(), *outputs.values()) for end in ends})
    ran = bulk.newest_runs(viewer, named, latest)
    told = runs_by_root(viewer, ran, {node.root_id: node for node in found})
    tagged, parents = said.tags_of(viewer, named), parents_of(viewer, named)
    described = said.descriptions(viewer, named)
    return [
        shape(
            node,
            seen[node.root_id],
            facets.get(node.root_id, {}),
            ends_of(inputs, node, others),
            ends_of(outputs, node, others),
            told.get(node.root_id, []),
            tagged.get(node.root_id, []),
            parents.get(node.root_id),
            described.get(node.root_id),
        )
        for node in found
        if node.root_id in seen
    ]


def ends_of(ends: dict[int, list[int]], node: Node, seen: dict) -> list[dict]:
    return [shapes.identity(seen[end].node) for end in ends.get(node.root_id, []) if end in seen]


def runs_by_root(viewer, ran: dict[int, list[Run]], jobs: dict[int, Node]) -> dict[int, list[dict]]:
    rows = [run for each in ran.values() for run in each]
    by_workload = {run.workload_id: jobs[root] for root, each in ran.items() for run in each}
    told = iter(runs.shown(viewer, rows, by_workload))
    return {root: [next(told) for _run in each] for root, each in ran.items()}


def parents_of(viewer, named: dict[int, int]) -> dict[int, Node]:
    """By root, what the job is a part of: the first, where several were said."""
    rows = Parentage.objects.filter(child__in=list(named)).select_related("parent")
    sightings, pairs = technical.known_of(viewer, {(row.parent.root_id, named[row.child_id]) for row in rows})
    jobs = queries.leading(sightings)
    return {child: jobs[parent].node for parent, child in sorted(pairs, reverse=True)}


def shape(node, sighting, facets, inputs, outputs, latest, tagged, parent, described) -> dict:
    newest = latest[0] if latest else None
    updated = shapes.moment(shapes.said_last(facets, sighting.created_at))
    return {
        "id": shapes.identity(node),
        "type": shapes.job_type(facets, sighting.type),
        "name": node.name,
        "simpleName": node.name,
        "parentJobName": parent.name if parent else None,
        "parentJobUuid": None,
        "createdAt": shapes.moment(sighting.created_at),
        "updatedAt": max(updated, newest["updatedAt"]) if newest else updated,
        "namespace": node.namespace,
        "inputs": inputs,
        "outputs": outputs,
        "location": shapes.location(facets),
        "description": described or facts.documentation(facets) or None,
        "latestRun": newest,
        # The web page reads the longest of these, and fails on an empty list.
        "latestRuns": latest or None,
        "facets": shapes.plain(facets),
        "currentVersion": newest["jobVersion"]["version"] if newest else None,
        "labels": shapes.labels(facets),
        "tags": [name for field, name in tagged if not field],
    }


def versions(asked: Asked, namespace: str, job: str) -> dict:
    node = things.find(asked.viewer, Entity.JOB, namespace, job)
    found = job_versions.history(asked.viewer, node, shapes.location)
    return {"versions": versions_shown(asked.viewer, node, found[asked.page()]), "totalCount": len(found)}


def version(asked: Asked, namespace: str, job: str, version: str) -> dict:
    node = things.find(asked.viewer, Entity.JOB, namespace, job)
    for each in job_versions.history(asked.viewer, node, shapes.location):
        if str(each.id) == version.lower():
            return versions_shown(asked.viewer, node, [each])[0]
    raise Http404(_("Job version “%s” not found.") % version)


def versions_shown(viewer, node: Node, found: list) -> list[dict]:
    latest = runs.shown(viewer, [each.latest for each in found], {each.latest.workload_id: node for each in found})
    return [
        {
            "id": {**shapes.identity(node), "version": str(each.id)},
            "name": node.name,
            "createdAt": shapes.moment(each.at),
            "version": str(each.id),
            "namespace": node.namespace,
            "location": each.location,
            "inputs": [shapes.identity(end) for end in job_versions.ends(each, Role.INPUT)],
            "outputs": [shapes.identity(end) for end in job_versions.ends(each, Role.OUTPUT)],
            "latestRun": run,
        }
        for each, run in zip(found, latest, strict=True)
    ]
