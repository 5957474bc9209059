"""What differs between two runs or two versions, section by section. Pure but for what it is given."""

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lineage import facts, run_facts
from lineage.models import Node

# Facets that a section of their own shows, or that say nothing of what a run did.
TOLD_ELSEWHERE = {
    *("executionParameters", "lc_metrics", "lc_workload", "lc_model", "environmentVariables", "processing_engine"),
    *("sourceCodeLocation", "sourceCode", "sql", "schema", "columnLineage", "version", "symlinks", "ownership"),
    *("parent", "nominalTime", "errorMessage", "tags", "training_metrics", "metrics"),
    *("outputStatistics", "inputStatistics", "dataQualityMetrics"),
}
LONGEST = 2000


@dataclass(frozen=True)
class Line:
    """One thing said of both; "" where one side does not say it."""

    name: str
    left: str
    right: str

    @property
    def same(self) -> bool:
        return self.left == self.right


@dataclass(frozen=True)
class Section:
    """`key` names it to programs, `heading` to people."""

    key: str
    heading: str
    lines: list[Line]

    @property
    def differing(self) -> list[Line]:
        return [line for line in self.lines if not line.same]


@dataclass(frozen=True)
class Side:
    """A run, of `workload`, or a version to be compared: pairs by the key of a section."""

    title: str
    url: str
    said: dict[str, run_facts.Pairs]
    workload: Node | None = None


def headings() -> dict[str, str]:
    return {
        "summary": _("Summary"),
        "inputs": _("Inputs, by version"),
        "outputs": _("Outputs, by version"),
        "schema": _("Schema"),
        "parameters": _("Parameters"),
        "hyperparameters": _("Hyperparameters"),
        "metrics": _("Metrics"),
        "environment": _("Environment"),
        "code": _("Code"),
        "other": _("Other facets"),
    }


def compare(left: Side, right: Side) -> list[Section]:
    """The sections that either side says something in, in the order of `headings`."""
    found = []
    for key, heading in headings().items():
        lines = pair(left.said.get(key, []), right.said.get(key, []))
        if lines:
            found.append(Section(key, heading, lines))
    return found


def pair(left: run_facts.Pairs, right: run_facts.Pairs) -> list[Line]:
    """Lines by name, in the order in which the names come. What is said twice under one name stands together."""
    sides = [gathered(left), gathered(right)]
    names = dict.fromkeys([*sides[0], *sides[1]])
    return [Line(name, *(", ".join(side.get(name, [])) for side in sides)) for name in names]


def gathered(pairs: run_facts.Pairs) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(str(name), []).append(str(value)[:LONGEST])
    return found


def said_of_run(of_run: facts.Facets, of_job: facts.Facets) -> dict[str, run_facts.Pairs]:
    """What a run's facets and its job's say, by section."""
    both = of_job | of_run
    return {
        "parameters": facts.parameters(of_run),
        "metrics": run_facts.metrics(both),
        "environment": run_facts.environment(of_run),
        "code": run_facts.code(both) + [(language, said) for language, said in run_facts.commands(both)],
        "other": others(both),
    }


def said_of_version(facets: facts.Facets) -> dict[str, run_facts.Pairs]:
    return {
        "schema": columns(facts.schema(facets)),
        "metrics": run_facts.metrics(facets),
        "hyperparameters": run_facts.hyperparameters(facets),
        "other": others(facets),
    }


def others(facets: facts.Facets) -> run_facts.Pairs:
    known = [(key, facet) for key, facet in facets.items() if key not in TOLD_ELSEWHERE]
    return [pair for key, facet in known for pair in flat(key, facet.value)]


def columns(fields: list[facts.Field], before: str = "") -> run_facts.Pairs:
    """(name, type) of each column; of a nested one "outer.inner"."""
    found = []
    for each in fields:
        found.append((before + each.name, each.type or "?"))
        found += columns(each.fields, f"{before}{each.name}.")
    return found


def flat(name: str, value) -> run_facts.Pairs:
    """The scalars of a facet as (path, text); a list is one value. What begins with "_" is OpenLineage's own."""
    if isinstance(value, dict):
        pairs = [flat(f"{name}.{key}", each) for key, each in sorted(value.items()) if not key.startswith("_")]
        return [pair for group in pairs for pair in group]
    return [(name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))]


def as_json(left: Side, right: Side) -> dict:
    """The comparison for programs: each section with its lines, the same ones, too."""
    return {
        "left": {"title": left.title, "url": left.url},
        "right": {"title": right.title, "url": right.url},
        "sections": [
            {
                "name": section.key,
                "lines": [{"name": e.name, "left": e.left, "right": e.right, "same": e.same} for e in section.lines],
            }
            for section in compare(left, right)
        ],
    }
