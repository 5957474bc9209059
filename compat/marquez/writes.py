"""What clients write about datasets, jobs and runs, as OpenLineage events that go the way of all events."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
from django.utils.translation import gettext as _

from ingestion import moments
from ingestion.parse import parse
from ingestion.receive import receive
from lineage import queries
from lineage.kinds import Entity

from . import datasets, jobs, namespaces, runs, shapes, tags, things
from .asked import Asked, Fault
from .namespaces import optional, required

PRODUCER = "urn:lineage-console:marquez"
SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
OURS = "urn:lineage-console:marquez:facet"
TYPES = {"DB_TABLE": "TABLE", "STREAM": "STREAM"}
JOB_TYPES = {"BATCH": "BATCH", "STREAM": "STREAMING", "SERVICE": "SERVICE"}
EVENTS = {"start": "START", "complete": "COMPLETE", "fail": "FAIL", "abort": "ABORT"}


class NotCaptured(Exception):
    """Lineage tracking is off, as the message says: nothing was kept."""


def send(asked: Asked, kind: str, at: str | None = None, **said) -> None:
    """Stores an event, committed when this returns. Raises NotCaptured, and what `receive` says of a bad one."""
    event = {"eventTime": at or datetime.now(UTC).isoformat(), "producer": PRODUCER, "schemaURL": SPEC + kind, **said}
    (outcome,) = receive(asked.admission, [parse(msgspec.json.encode(event))])
    if isinstance(outcome, Exception):
        raise outcome
    if outcome.status != 201:
        raise NotCaptured(outcome.reason)


def facet(**fields) -> dict:
    return {"_producer": PRODUCER, "_schemaURL": OURS, **fields}


def told(asked: Asked, entity: Entity, namespace: str, name: str, facets: dict) -> dict:
    """A dataset or a job as an event names it."""
    ref = things.ref_of(entity, namespace, name)
    return {"namespace": ref.namespace, "name": ref.name, "facets": facets}


def put_dataset(asked: Asked, namespace: str, dataset: str) -> dict:
    said = asked.said
    dataset_type, _source, _name = (required(said, key) for key in ("type", "sourceName", "physicalName"))
    if dataset_type.upper() not in TYPES:
        raise Fault(422, _("type must be DB_TABLE or STREAM"), [_("type must be DB_TABLE or STREAM")])
    fields = fields_of(said)
    event = {"namespace": namespace, "name": dataset, "facets": dataset_facets(asked, said, fields)}
    run = optional(said, "runId")
    if run:
        send(asked, "RunEvent", **of_run(runs.find(asked.viewer, uuid_of(run))), outputs=[event])
    else:
        send(asked, "DatasetEvent", dataset=event)
    names = said.get("tags") or []
    for tag in texts(names, "tags"):
        tags.tag_dataset(asked, namespace, dataset, tag)
    for field in fields:
        for tag in texts(field.get("tags") or [], "fields.tags"):
            tags.tag_field(asked, namespace, dataset, field["name"], tag)
    return datasets.get(asked, namespace, dataset)


def fields_of(said: dict) -> list[dict]:
    fields = said.get("fields") or []
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        raise Fault(422, "fields must be an array of objects", ["fields must be an array of objects"])
    for field in fields:
        required(field, "name")
        for key in ("type", "description"):
            optional(field, key)
    return fields


def texts(value, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise Fault(422, f"{name} must be an array of texts", [f"{name} must be an array of texts"])
    return value


def dataset_facets(asked: Asked, said: dict, fields: list[dict]) -> dict:
    source = said["sourceName"]
    known = namespaces.stated(namespaces.Source, asked.viewer, [source]).get(source)
    facets = {
        "dataSource": facet(name=source, uri=known.connection_url if known else source),
        "datasetType": facet(datasetType=TYPES[said["type"].upper()]),
        "marquez_dataset": facet(physicalName=said["physicalName"], schemaLocation=optional(said, "schemaLocation")),
    }
    if fields:
        kept = ("name", "type", "description")
        columns = [{key: field[key] for key in kept if field.get(key)} for field in fields]
        facets["schema"] = facet(fields=columns)
    if description := optional(said, "description"):
        facets["documentation"] = facet(description=description)
    return facets


def put_job(asked: Asked, namespace: str, job: str) -> dict:
    said = asked.said
    if required(said, "type").upper() not in JOB_TYPES:
        raise Fault(422, "type must be BATCH, STREAM or SERVICE", ["type must be BATCH, STREAM or SERVICE"])
    ends = {key: ends_of(said, key) for key in ("inputs", "outputs")}
    event = {"namespace": namespace, "name": job, "facets": job_facets(said)}
    run = optional(said, "runId")
    if run:
        found = runs.find(asked.viewer, uuid_of(run))
        send(asked, "RunEvent", run=of_run(found)["run"], job=event, **ends)
    else:
        send(asked, "JobEvent", job=event, **ends)
    return jobs.get(asked, namespace, job)


def job_facets(said: dict) -> dict:
    processing = JOB_TYPES[said["type"].upper()]
    facets = {"jobType": facet(processingType=processing, integration="MARQUEZ", jobType="JOB")}
    if location := optional(said, "location"):
        facets["sourceCodeLocation"] = facet(type="git", url=location)
    if description := optional(said, "description"):
        facets["documentation"] = facet(description=description)
    return facets


def ends_of(said: dict, key: str) -> list[dict]:
    ends = said.get(key) or []
    if not isinstance(ends, list) or not all(isinstance(end, dict) for end in ends):
        raise Fault(422, f"{key} must be an array of objects", [f"{key} must be an array of objects"])
    return [{"namespace": required(end, "namespace"), "name": required(end, "name")} for end in ends]


def uuid_of(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Fault(422, "runId must be a UUID", ["runId must be a UUID"]) from None


def moment_of(said: dict, key: str) -> str | None:
    """As it was said. An event with a nominal time that is none is stored without it; a client here can be told."""
    text = optional(said, key)
    try:
        if text:
            moments.read(text)
    except ValueError as error:
        raise Fault(422, f"{key}: {error}", [f"{key}: {error}"]) from None
    return text


def of_run(run) -> dict:
    """A known run and its job, as an event names them."""
    facets, _of_job = queries.run_facets(run)
    ours = {"lc_workload": facets["lc_workload"].value} if "lc_workload" in facets else {}
    namespace, name = run.workload.namespace, run.workload.name
    if run.operation:
        namespace, _slash, name = run.operation.rpartition("/")
    return {
        "run": {"runId": run.external_id or str(run.uuid), "facets": ours},
        "job": {"namespace": namespace, "name": name},
    }


def create_run(asked: Asked, namespace: str, job: str) -> dict:
    """A run that has not started yet."""
    said, node = asked.said, things.find(asked.viewer, Entity.JOB, namespace, job)
    run = uuid_of(optional(said, "id") or str(uuid4()))
    if queries.all_runs(asked.viewer).filter(uuid=run).exists():
        raise Fault(400, _("Run “%s” exists already.") % run)
    nominal = {key: moment_of(said, key) for key in ("nominalStartTime", "nominalEndTime")}
    facets = {"nominalTime": facet(**{key: at for key, at in nominal.items() if at})} if any(nominal.values()) else {}
    arguments = said.get("args") or {}
    if not isinstance(arguments, dict):
        raise Fault(422, "args must be an object", ["args must be an object"])
    if arguments:
        listed = [{"key": key, "name": key, "value": value} for key, value in arguments.items()]
        facets["executionParameters"] = facet(parameters=listed)
    send(asked, "RunEvent", run={"runId": run, "facets": facets}, job=shapes.identity(node), inputs=[], outputs=[])
    return runs.get(asked, run)


def turn_run(asked: Asked, run: str, state: str) -> dict:
    """The run starts or ends, at the moment `at` or now."""
    found = runs.find(asked.viewer, uuid_of(run))
    at = asked.moment("at")
    send(asked, "RunEvent", at and at.isoformat(), eventType=EVENTS[state], **of_run(found))
    return runs.get(asked, run)


def delete_dataset(asked: Asked, namespace: str, dataset: str) -> dict:
    return deleted(asked, Entity.DATASET, namespace, dataset)


def delete_job(asked: Asked, namespace: str, job: str) -> dict:
    return deleted(asked, Entity.JOB, namespace, job)


def deleted(asked: Asked, entity: Entity, namespace: str, name: str) -> dict:
    """Hides it from Marquez's lists until an event speaks of it again; the console keeps what events said."""
    node = things.find(asked.viewer, entity, namespace, name)
    (shown,) = (datasets if entity == Entity.DATASET else jobs).shown(asked.viewer, [node])
    things.delete(asked.viewer, [node.pk], datetime.now(UTC))
    return {**shown, "deleted": True} if entity == Entity.DATASET else shown
