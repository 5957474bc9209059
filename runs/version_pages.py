"""The Versions tab, and the page of one version."""

from dataclasses import dataclass, field
from itertools import pairwise

from django.http import Http404
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from lineage import facts, queries, run_facts, trails, version_facets, versions
from lineage.kinds import Entity, Kind
from lineage.models import Run
from lineage.pages import node_page
from lineage.versions import Snapshot

from .charts import growth
from .code_versions import code_versions

SHOWN = 50
SIDE_BY_SIDE = 6
NEAR = 50


@dataclass
class Shown:
    """A version as pages show it. `rows` and `size` are None where nothing is said; `changed` says how its columns
    differ from those of the version before it; `registered` is a model's name and number in the registry."""

    snapshot: Snapshot
    facets: dict
    run: Run | None = None
    schema: list = field(default_factory=list)
    rows: int | None = None
    size: int | None = None
    metrics: dict = field(default_factory=dict)
    hyperparameters: dict = field(default_factory=dict)
    stage: str = ""
    registered: str = ""
    before: Snapshot | None = None
    changed: str = ""


def shown(viewer, snapshots: list[Snapshot]) -> list[Shown]:
    """The versions with what is said of them. A constant number of statements."""
    said, makers = version_facets.facets_of(viewer, snapshots), version_facets.made_by(viewer, snapshots)
    return [one(each, said[each.key], makers.get(each.maker)) for each in snapshots]


def one(snapshot: Snapshot, facets: dict, run: Run | None) -> Shown:
    facets = {key: queries.Facet(key, value, snapshot.at) for key, value in facets.items()}
    rows, size = run_facts.statistics(facets)
    found = Shown(snapshot, facets, run, facts.schema(facets), rows, size)
    found.metrics, found.hyperparameters = dict(run_facts.metrics(facets)), dict(run_facts.hyperparameters(facets))
    found.stage, found.registered = run_facts.stage(facets), run_facts.registered(facets)
    return found


def find(viewer, node, key) -> tuple[Snapshot, list[Snapshot]]:
    """(the version, the node's history). Raises Http404 where the node has no such version to be seen."""
    history = versions.history(viewer, node)
    found = next((each for each in history if key in (each.key, *each.ids)), None)
    if not found:
        raise Http404(_("There is no such version among those that you may see."))
    return found, history


@node_page("versions")
def versions_tab(request, node, context):
    if node.entity == Entity.JOB:
        context |= {"codes": code_versions(request.viewer, node)}
        return render(request, "runs/code_versions.html", context)
    history = versions.history(request.viewer, node)[::-1]
    start = offset(request, len(history))
    rows = shown(request.viewer, history[start : start + SHOWN + 1])
    for row, before in pairwise(rows):
        row.before, row.changed = before.snapshot, change(before.schema, row.schema)
    rows = rows[:SHOWN]
    context |= {
        "versions": rows,
        "older": start + SHOWN if start + SHOWN < len(history) else None,
        "newer": start,
        "charts": charts(rows),
        "table": side_by_side(rows[:SIDE_BY_SIDE]) if node.kind in (Kind.MODEL, Kind.ARTIFACT) else None,
        "compare_url": reverse(f"{node.page}:compare", args=[node.root_id]),
    }
    return render(request, "runs/versions.html", context)


def offset(request, most: int) -> int:
    text = request.GET.get("from", "")
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 8 else 0


def change(before: list[facts.Field], after: list[facts.Field]) -> str:
    """How the columns differ, in short: "+2 -1"; "" where they are the same or not known."""
    if not before or not after:
        return ""
    old, new = ({(each.name, each.type) for each in fields} for fields in (before, after))
    signs = ((len(new - old), "+"), (len(old - new), "-"))
    return " ".join(f"{sign}{count}" for count, sign in signs if count)


def charts(rows: list[Shown]) -> list[tuple]:
    """(heading, chart) of the row count and of the size, where at least two versions say them."""
    ordered = rows[::-1]
    found = [
        (_("Rows"), [(row.snapshot.at, row.rows) for row in ordered if row.rows is not None], lambda n: f"{n:,}"),
        (_("Size"), [(row.snapshot.at, row.size) for row in ordered if row.size is not None], filesizeformat),
    ]
    return [(heading, chart) for heading, points, word in found if (chart := growth(points, word))]


def side_by_side(rows: list[Shown]) -> dict | None:
    """Metrics and hyperparameters of model versions as columns: (name, values, whether they differ)."""
    groups = []
    for heading, name in ((_("Metrics"), "metrics"), (_("Hyperparameters"), "hyperparameters")):
        keys = dict.fromkeys(key for row in rows for key in getattr(row, name))
        lines = [(key, [getattr(row, name).get(key, "") for row in rows]) for key in keys]
        groups.append((heading, [(key, values, len(set(values)) > 1) for key, values in lines]))
    return {"columns": rows, "groups": groups} if any(lines for _heading, lines in groups) else None


@node_page("versions")
def version(request, node, context, key):
    viewer = request.viewer
    snapshot, history = find(viewer, node, key)
    at = history.index(snapshot)
    (found, *rest) = shown(viewer, history[at : at + 1] + history[max(at - 1, 0) : at])
    found.before = rest[0].snapshot if rest else None
    sides = [trails.of_version(viewer, snapshot, side) for side in (queries.UPSTREAM, queries.DOWNSTREAM)]
    context |= {
        "version": found,
        "following": history[at + 1] if at + 1 < len(history) else None,
        "trails": [
            (_("Made from"), passed(viewer, sides[0]), sides[0].cut),
            (_("Used by"), passed(viewer, sides[1]), sides[1].cut),
        ],
        "services": services(viewer, sides[1]),
    }
    return render(request, "runs/version.html", context)


def passed(viewer, trail: trails.Trail) -> list[tuple]:
    """(step, the node's sighting, the run) for each step that the viewer may see, nearest first, up to NEAR."""
    steps = sorted(trail.steps.values(), key=lambda step: (step.hops, step.root))[:NEAR]
    seen = queries.sightings(viewer, {step.root for step in steps})
    runs = queries.all_runs(viewer).in_bulk([step.run for step in steps])
    return [(step, seen[step.root], runs.get(step.run)) for step in steps if step.root in seen]


def services(viewer, trail: trails.Trail) -> list[tuple]:
    """(sighting, run) of the services that the version leads to: endpoints, and workloads that are services."""
    runs = queries.all_runs(viewer).in_bulk(list(trail.runs)[:NEAR])
    roots = {run.workload.root_id: run for run in runs.values()}
    roots |= {step.root: runs.get(step.run) for step in trail.steps.values()}
    seen = queries.sightings(viewer, roots)
    found = [seen[root] for root in roots if root in seen]
    return [(each, roots[each.root_id]) for each in found if each.kind == Kind.ENDPOINT or each.type == "service"]
