"""All that is known to run something again, as JSON and as Markdown. Pure but for what it is given."""

import json
import re
from shlex import quote

from django.utils.translation import gettext as _

from lineage import facts, run_facts
from lineage.facts import mapping, text

COMMIT = re.compile(r"[0-9a-f]{7,64}")


def bundle(run, of_run: facts.Facets, of_job: facts.Facets, read: list, written: list, url: str) -> dict:
    """What is known of a run: code, commands, inputs and outputs by version, parameters, environment.

    `read` and `written` are RunIO rows with `snapshot` and `guessed`, as the run's page has them. `missing` says in
    words what no event told.
    """
    both = of_job | of_run
    found = {
        "run": about(run, url),
        "code": {key: text(value) for key, value in mapping(both, "sourceCodeLocation").items() if plain(key, value)},
        "commands": [{"language": language, "text": said} for language, said in run_facts.commands(both)],
        "inputs": [exchanged(row) for row in read],
        "outputs": [exchanged(row) for row in written],
        "parameters": dict(facts.parameters(of_run)),
        "environment": dict(run_facts.environment(of_run)),
        "metrics": dict(run_facts.metrics(both)),
        "job_facets": {key: facet.value for key, facet in of_job.items()},
    }
    return found | {"missing": missing(found)}


def plain(key: str, value) -> bool:
    return not key.startswith("_") and bool(text(value))


def about(run, url: str) -> dict:
    return {
        "id": str(run.uuid),
        "url": url,
        "workload": {"namespace": run.workload.namespace, "name": run.workload.name, "id": run.session},
        "operation": run.operation,
        "state": run.state,
        "started_at": run.started_at and run.started_at.isoformat(),
        "ended_at": run.ended_at and run.ended_at.isoformat(),
        "nominal_start": run.nominal_start and run.nominal_start.isoformat(),
    }


def exchanged(row) -> dict:
    """`basis` says how the version is known: an event named it, or it was the newest when the run read."""
    basis = None
    if row.snapshot:
        basis = "newest at that time" if row.guessed else "named" if row.snapshot.label else "written by this run"
    return {
        "namespace": row.node.namespace,
        "name": row.node.name,
        "uri": row.node.uri,
        "version": row.snapshot.name if row.snapshot else None,
        "basis": basis,
        "rows": row.rows,
        "bytes": row.size,
    }


def missing(found: dict) -> list[str]:
    gaps = [
        (not found["code"], _("No event says where the code lies (facet sourceCodeLocation).")),
        (bool(found["code"]) and not found["code"].get("version"), _("No event says which commit of the code ran.")),
        (not found["parameters"], _("No event names parameters (facet executionParameters).")),
        (not found["environment"], _("No event describes the environment.")),
        (not found["inputs"], _("No event names an input.")),
        (any(not each["version"] for each in found["inputs"]), _("For some inputs no version is known.")),
    ]
    return [said for absent, said in gaps if absent]


def markdown(found: dict) -> str:
    """The bundle for people: what to check out, what to read, what to set, what to run."""
    run = found["run"]
    lines = [f"# {_('Reproduce run')} {run['id']}", "", f"{_('Workload')}: {span(run['workload']['name'])}"]
    lines += [f"{_('Operation')}: {span(run['operation'])}"] if run["operation"] else []
    lines += [f"{_('State')}: {run['state'] or '?'}, {run['started_at'] or '?'} / {run['ended_at'] or '?'}", run["url"]]
    lines += part(_("Code"), [*pairs(found["code"]), *checkout(found["code"])])
    lines += part(_("Inputs, by version"), [line for each in found["inputs"] for line in bullet(each)])
    lines += part(_("Parameters"), pairs(found["parameters"]))
    lines += part(_("Environment"), pairs(found["environment"]))
    commands = [line for each in found["commands"] for line in fence(each["text"], each["language"])]
    lines += part(_("Commands"), commands)
    lines += part(_("Outputs, to compare with"), [line for each in found["outputs"] for line in bullet(each)])
    lines += part(_("Metrics, to compare with"), pairs(found["metrics"]))
    if found["job_facets"]:
        lines += part(_("All that was said of the job"), fence(pretty(found["job_facets"]), "json"))
    lines += part(_("What is not known"), [f"- {each}" for each in found["missing"]])
    return "\n".join(lines) + "\n"


def part(heading: str, lines: list[str]) -> list[str]:
    return ["", f"## {heading}", "", *lines] if lines else []


def pairs(said: dict[str, str]) -> list[str]:
    return [f"- {span(name)}: {span(value)}" for name, value in said.items()]


def bullet(each: dict) -> list[str]:
    version = f"{_('version')} {span(each['version'])} ({each['basis']})" if each["version"] else _("no version known")
    return [f"- {span(each['uri'])}, {version}"]


def checkout(code: dict) -> list[str]:
    """The commands that fetch the code, where a repository and a commit, tag or branch are known."""
    repository = code.get("repoUrl") or ("" if not COMMIT.fullmatch(code.get("version", "")) else code.get("url", ""))
    which = code.get("version") or code.get("tag") or code.get("branch")
    if not repository or not which or which.startswith("-"):
        return []
    clone = f"git clone -- {quote(repository)} code"
    return ["", *fence(f"{clone}\ngit -C code checkout {quote(which)} --", "sh")]


def span(value: str) -> str:
    """A value as code, whatever backticks and line ends it has."""
    value = " ".join(str(value).split("\n")) or " "
    longest = max((len(run) for run in re.findall("`+", value)), default=0)
    ticks = "`" * (longest + 1)
    return f"{ticks} {value} {ticks}" if longest else f"`{value}`"


def fence(value: str, language: str) -> list[str]:
    longest = max((len(run) for run in re.findall("`{3,}", value)), default=2)
    ticks = "`" * (longest + 1)
    return [f"{ticks}{re.sub('[^a-z0-9+-]', '', language)}", value.rstrip("\n"), ticks, ""]


def pretty(value) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
