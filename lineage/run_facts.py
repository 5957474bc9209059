"""What facets say of a run, a version and the code behind them, as (name, value) pairs for pages. Pure."""

from django.utils.translation import gettext_lazy as _

from .facts import Facets, entries, mapping, pairs, text, tracked

# What the facet lc_workload, or a standard one in its place, says of the surroundings of a run.
SURROUNDINGS = {
    "ownerEmail": _("Owner email"),
    "rayVersion": _("Ray version"),
    "pythonVersion": _("Python version"),
    "osVersion": _("Operating system version"),
    "clusterId": _("Cluster ID"),
    "engine": _("Engine"),
}
DEPLOYMENT = {
    "application": _("Application"),
    "route": _("Route"),
    "replicas": _("Replicas"),
    "endpoint": _("Address"),
}
CODE = {
    "repoUrl": _("Repository"),
    "url": _("Location"),
    "path": _("Path"),
    "version": _("Commit or version"),
    "tag": _("Tag"),
    "branch": _("Branch"),
}
METRICS = ("lc_metrics", "training_metrics", "metrics")
STATISTICS = ("outputStatistics", "inputStatistics", "dataQualityMetrics")
ROWS = ("rowCount", "rows")
BYTES = ("size", "bytes")
Pairs = list[tuple[str, str]]


def environment(facets: Facets) -> Pairs:
    """Versions and identities of what the run ran on, then the variables of environmentVariables."""
    known = tracked(facets)
    found = [(str(label), known[key]) for key, label in SURROUNDINGS.items() if known.get(key)]
    variables = entries(mapping(facets, "environmentVariables").get("environmentVariables"))
    return found + [(text(each.get("name")), text(each.get("value"))) for each in variables if text(each.get("name"))]


def deployment(facets: Facets) -> Pairs:
    """What the facet lc_deployment says was deployed."""
    said = mapping(facets, "lc_deployment")
    return [(str(label), text(said.get(key))) for key, label in DEPLOYMENT.items() if text(said.get(key))]


def code(facets: Facets) -> Pairs:
    """Where the code lies and which one it was, of the facet sourceCodeLocation."""
    said = mapping(facets, "sourceCodeLocation")
    return [(str(label), text(said.get(key))) for key, label in CODE.items() if text(said.get(key))]


def code_version(facets: Facets) -> str:
    """The commit or version of the code, else its tag, else its branch; "" where none is said."""
    said = mapping(facets, "sourceCodeLocation")
    return next((text(said[key]) for key in ("version", "tag", "branch") if text(said.get(key))), "")


def commands(facets: Facets) -> list[tuple[str, str]]:
    """(language, text) of what was run: the source code and the SQL that facets hold."""
    source, sql = mapping(facets, "sourceCode"), mapping(facets, "sql")
    found = [(text(source.get("language")) or "text", text(source.get("sourceCode")))]
    found.append((text(sql.get("dialect")) or "sql", text(sql.get("query"))))
    return [(language.lower(), said) for language, said in found if said]


def metrics(facets: Facets) -> Pairs:
    """Numbers that measure a run or a model: lc_metrics, lc_model, and facets that are called metrics."""
    found = dict(pairs(facets, "lc_model", "metrics"))
    for key in METRICS:
        found |= dict(pairs(facets, key))
    return list(found.items())


def hyperparameters(facets: Facets) -> Pairs:
    """Of a model: lc_model's, else those that its metrics carry."""
    return pairs(facets, "lc_model", "hyperparameters") or pairs(facets, "metrics", "model_info", "hyperparameters")


def stage(facets: Facets) -> str:
    """A model version's stage and aliases: "Production, champion"."""
    said = mapping(facets, "lc_model")
    aliases = said.get("aliases")
    words = [text(said.get("stage")), *map(text, aliases if isinstance(aliases, list) else [])]
    return ", ".join(word for word in words if word)


def registered(facets: Facets) -> str:
    """A model version's name and number in the registry: "churn_predictor 3"; "" where either is not said."""
    said = mapping(facets, "lc_model")
    name, number = text(said.get("registeredName")), text(said.get("version"))
    return f"{name} {number}" if name and number else ""


def log_link(facets: Facets) -> str:
    """An http address of the run's log, or of its page at the place that ran it; "" where none is said."""
    task = mapping(facets, "airflow").get("taskInstance")
    said = mapping(facets, "lc_workload")
    found = [said.get("logsUrl"), task.get("log_url") if isinstance(task, dict) else None]
    found += [mapping(facets, "externalQuery").get("url"), said.get("url")]
    return next((each for each in map(text, found) if each.startswith(("https://", "http://"))), "")


def statistics(facets: Facets) -> tuple[int | None, int | None]:
    """(rows, bytes) of a dataset as it was read or written; None where nothing is said."""
    said = [mapping(facets, key) for key in STATISTICS]
    metadata = mapping(facets, "custom").get("metadata")
    said.append(metadata if isinstance(metadata, dict) else {})
    return number(said, ROWS), number(said, BYTES)


def number(said: list[dict], names: tuple[str, ...]) -> int | None:
    values = (each.get(name) for each in said for name in names)
    return next((int(v) for v in values if type(v) in (int, float) and 0 <= v < 2**63), None)
