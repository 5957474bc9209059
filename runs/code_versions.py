"""Versions of a workload: which code its runs ran."""

from dataclasses import dataclass

from lineage import bulk, queries, run_facts
from lineage.models import Node, Run

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
    own, of_job = bulk.run_facets([run.pk for run in runs])
    found: dict[str, CodeVersion] = {}
    for run in runs:
        facets = of_job.get(run.pk, {}) | own.get(run.pk, {})
        version = run_facts.code_version(facets)
        known = found.setdefault(version, CodeVersion(version, run_facts.code(facets), []))
        known.runs.append(run)
    return list(found.values())
