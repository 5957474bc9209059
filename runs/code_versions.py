"""Versions of a workload: which code its runs ran."""

from collections import defaultdict
from dataclasses import dataclass

from lineage import queries, run_facts
from lineage.models import Node, Run, RunFacets

RUNS = 200


@dataclass
class CodeVersion:
    """The runs of one commit or version of the code, newest first; `version` is "" where none is said."""

    version: str
    code: run_facts.Pairs
    runs: list[Run]


def code_versions(viewer, workload: Node) -> list[CodeVersion]:
    """Of the newest 200 runs, grouped by the version of the code that their facets name, newest first."""
    runs = list(queries.runs(viewer, workload)[:RUNS])
    said = facets_of(runs)
    found: dict[str, CodeVersion] = {}
    for run in runs:
        facets = said[run.pk]
        version = run_facts.code_version(facets)
        known = found.setdefault(version, CodeVersion(version, run_facts.code(facets), []))
        known.runs.append(run)
    return list(found.values())


def facets_of(runs: list[Run]) -> dict:
    """For each run its facets, its job's among them. Two statements."""
    rows = list(RunFacets.objects.filter(run__in=[run.pk for run in runs]).order_by("stamp", "keys"))
    bodies = queries.texts(row.body for row in rows)
    found: dict = defaultdict(dict)
    for row in rows:
        for key, value in bodies[row.body].items():
            found[row.run_id][key] = queries.Facet(key, value, row.stamp)
    return found
