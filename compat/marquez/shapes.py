"""JSON as Marquez writes it. Pure."""

from datetime import UTC, datetime

from lineage import facts
from lineage.kinds import Kind, State
from lineage.queries import Facet

STATES = {
    State.START: "RUNNING",
    State.RUNNING: "RUNNING",
    State.OTHER: "RUNNING",
    State.COMPLETE: "COMPLETED",
    State.FAIL: "FAILED",
    State.ABORT: "ABORTED",
}
JOBS = {Kind.WORKLOAD, Kind.CONTEXT, Kind.EXPERIMENT, Kind.ACTION}
# What Marquez calls a stream is any of these.
STREAMS = {"STREAM", "TOPIC", "QUEUE"}
Facets = dict[str, Facet]


def moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def identity(node) -> dict:
    return {"namespace": node.namespace, "name": node.name}


def node_id(node) -> str:
    return f"{'job' if node.kind in JOBS else 'dataset'}:{node.namespace}:{node.name}"


def plain(facets: Facets) -> dict:
    return {key: facet.value for key, facet in facets.items()}


def dataset_type(facets: Facets) -> str:
    said = facts.text(facts.mapping(facets, "datasetType").get("datasetType")).upper()
    return "STREAM" if said in STREAMS else "DB_TABLE"


def fields(facets: Facets, tags: dict[str, list[str]]) -> list[dict]:
    """The columns; `tags` are by the field's name."""
    return [
        {
            "name": field.name,
            "type": field.type or None,
            "tags": tags.get(field.name, []),
            "description": field.description or None,
        }
        for field in facts.schema(facets)
    ]


def source_name(node, facets: Facets) -> str:
    """The data source that a facet names, else the namespace, which in OpenLineage names one."""
    return facts.text(facts.mapping(facets, "dataSource").get("name")) or node.namespace


def lifecycle(facets: Facets) -> str:
    return facts.text(facts.mapping(facets, "lifecycleStateChange").get("lifecycleStateChange"))


def said_last(facets: Facets, first: datetime) -> datetime:
    return max([first, *(facet.at for facet in facets.values())])


def column_lineage(facets: Facets) -> list[dict] | None:
    """Of the columnLineage facet; None where there is none."""
    columns = facts.mapping(facets, "columnLineage").get("fields")
    if not isinstance(columns, dict):
        return None
    return [column(name, said) for name, said in columns.items() if isinstance(said, dict)]


def column(name: str, said: dict) -> dict:
    inputs = facts.entries(said.get("inputFields"))
    kind, description = transformation(said)
    return {
        "name": name,
        "inputFields": [
            {
                "namespace": facts.text(each.get("namespace")),
                "dataset": facts.text(each.get("name")),
                "field": facts.text(each.get("field")),
                "transformationDescription": transformation(each)[1] or description or None,
                "transformationType": transformation(each)[0] or kind or None,
            }
            for each in inputs
        ],
        "transformationDescription": description or None,
        "transformationType": kind or None,
    }


def transformation(said: dict) -> tuple[str, str]:
    """(type, description), as older events say it of a column or newer ones of an input's first transformation."""
    first = next(iter(facts.entries(said.get("transformations"))), {})
    kind = said.get("transformationType") or first.get("subtype") or first.get("type")
    return facts.text(kind), facts.text(said.get("transformationDescription") or first.get("description"))


def dataset(node, created: datetime, facets: Facets, tags: list, version: dict | None, described: str | None) -> dict:
    """`tags` are (field or "", name) pairs; `version` has the current one's id, its moment and the facets of who read
    and wrote it; `described` is what people say of it."""
    by_field: dict[str, list[str]] = {}
    for field, name in tags:
        by_field.setdefault(field, []).append(name)
    version = version or {}
    updated = max(said_last(facets, created), version.get("at") or created)
    return {
        "id": identity(node),
        "type": dataset_type(facets),
        "name": node.name,
        "physicalName": facts.text(facts.mapping(facets, "marquez_dataset").get("physicalName")) or node.name,
        "createdAt": moment(created),
        "updatedAt": moment(updated),
        "namespace": node.namespace,
        "sourceName": source_name(node, facets),
        "fields": fields(facets, by_field),
        "tags": by_field.get("", []),
        "lastModifiedAt": moment(version.get("at")),
        "lastLifecycleState": lifecycle(facets),
        "description": described or facts.documentation(facets) or None,
        "currentVersion": version.get("id"),
        "columnLineage": column_lineage(facets),
        "facets": {**version.get("facets", {}), **plain(facets)},
        "deleted": False,
    }


def job_type(facets: Facets, type: str) -> str:
    said = facts.text(facts.mapping(facets, "jobType").get("processingType")).upper()
    if said in ("STREAM", "STREAMING"):
        return "STREAM"
    return "SERVICE" if said == "SERVICE" or type == "service" else "BATCH"


def labels(facets: Facets) -> list[str]:
    said = facts.mapping(facets, "jobType")
    return [text for text in (facts.text(said.get(key)) for key in ("jobType", "integration")) if text]


def location(facets: Facets) -> str | None:
    return facts.text(facts.mapping(facets, "sourceCodeLocation").get("url")) or None


def run_state(run) -> str:
    return STATES.get(run.state, "NEW")


def duration(run) -> int | None:
    """In milliseconds."""
    if not (run.ended_at and run.started_at):
        return None
    return max(0, round((run.ended_at - run.started_at).total_seconds() * 1000))


def arguments(facets: Facets) -> dict[str, str]:
    return dict(facts.parameters(facets))
