"""From parsed events to the store: whose they are, whether they are captured, what they say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError
from django.utils import timezone
from prometheus_client import Counter

from clouds.capture import decide
from clouds.keys import Admission
from clouds.models import Cloud
from clouds.projects import project_for
from lineage.identity import run_id
from lineage.models import Run

from . import store
from .normalise import Context, claimed_cloud, claimed_project, cluster_of, normalise
from .parse import Event, Invalid, Malformed

COUNTED = Counter("lineage_ingestion_answers", "Answers of the ingestion endpoints by status", ["status"])


class Refused(Exception):
    """The event names a cloud or a project that is not the key's: 403."""

    def __init__(self, path: str, message: str):
        super().__init__(message)
        self.path = path


@dataclass
class Outcome:
    """201 with STORED or DUPLICATE, or 202 with the reason why the event was not captured."""

    status: int
    result: str
    reason: str = ""
    warnings: list[str] = field(default_factory=list)

    def body(self) -> dict:
        told = {"status": self.result}
        if self.reason:
            told["reason"] = self.reason
        if self.warnings:
            told["warnings"] = self.warnings
        return told


Received = Outcome | Exception


def receive(admission: Admission, events: Sequence[Event | Exception], switched: bool = True) -> list[Received]:
    """Stores events in one commit. Returns for each an Outcome, or the exception that says what is wrong with it
    (as given, or Refused, or store.Unstorable). `switched` False disregards the lineage switch."""
    at = timezone.now()
    outcomes: list[Received | None] = []
    items: list[store.Item] = []
    for event in events:
        outcome = event if isinstance(event, Exception) else admitted(admission, event, at, switched)
        if isinstance(outcome, store.Item):
            items.append(outcome)
            outcome = None
        outcomes.append(outcome)
    results = iter(zip(items, stored(items), strict=True))
    accepted = [event for event, outcome in zip(events, outcomes, strict=True) if outcome is None]
    answers = iter(answer(event, next(results)[1]) for event in accepted)
    return [next(answers) if outcome is None else outcome for outcome in outcomes]


def answer(event: Event, result: str | Exception) -> Received:
    return result if isinstance(result, Exception) else Outcome(201, result, warnings=event.warnings)


def admitted(admission: Admission, event: Event, at: datetime, switched: bool) -> store.Item | Received:
    try:
        check_claims(admission, event)
    except Refused as error:
        return error
    reason = refusal(admission.cloud, event, at) if switched else ""
    if reason:
        return Outcome(202, "not captured", reason)
    seen = normalise(event, context(admission))
    key_id = admission.key.pk if admission.key else None
    return store.item(event, seen, admission.cloud.pk, key_id, at)


def check_claims(admission: Admission, event: Event) -> None:
    cloud = claimed_cloud(event)
    if cloud and cloud != admission.cloud.name:
        others = Cloud.objects.filter(organization=admission.cloud.organization, name=cloud)
        if others.exists():
            path = "$.run.facets.lc_workload.cloudId"
            raise Refused(path, f"The key is of the cloud {admission.cloud.name}; the event names {cloud}.")
    project = claimed_project(event)
    if admission.project and project and project != admission.project.name:
        path = "$.run.facets.lc_workload.projectId"
        raise Refused(path, f"The key is of the project {admission.project.name}; the event names {project}.")


def refusal(cloud: Cloud, event: Event, at: datetime) -> str:
    """Why the event is not captured; "" where it is."""
    cluster_id, started_at = cluster_of(event)
    run = event.run_id or None

    def known() -> bool:
        return bool(run) and Run.objects.filter(pk=run_id(cloud.organization_id, run)).exists()

    return decide(
        cloud,
        run_uuid=run,
        cluster_id=cluster_id,
        cluster_started_at=started_at,
        received_at=at,
        run_is_known=known,
    )


def context(admission: Admission) -> Context:
    cloud = admission.cloud
    return Context(
        organization_id=cloud.organization_id,
        organization_name=cloud.organization.name,
        cloud_name=cloud.name,
        project=lambda name: project_id(cloud, name),
        bound_project=admission.project.name if admission.project else "",
        key_owner=admission.owner_email,
    )


# Ids of projects by (cloud, name): a project keeps both, and is not deleted while its cloud stands.
PROJECTS: dict[tuple[int, str], int] = {}


def project_id(cloud: Cloud, name: str) -> int:
    known = PROJECTS.get((cloud.pk, name))
    if known is None:
        known = PROJECTS[cloud.pk, name] = project_for(cloud, name).pk
    return known


def stored(items: list[store.Item]) -> list[str | Exception]:
    """Stores the items together; if that fails, each alone, so that a faulty one does not sink its neighbours."""
    if not items:
        return []
    try:
        return store.store(items)
    except OperationalError:
        raise
    except Exception as error:
        if len(items) == 1:
            return [error]
        return [stored([item])[0] for item in items]


def retriable(error: Exception) -> bool:
    return not isinstance(error, (Invalid, Malformed, Refused, store.Unstorable))


def errors_of(error: Exception) -> list[dict]:
    """What is wrong, as [{"path", "message"}, …]."""
    if isinstance(error, Invalid):
        return [{"path": path, "message": message} for path, message in error.errors]
    return [{"path": getattr(error, "path", ""), "message": getattr(error, "message", str(error))}]


def reason(error: Exception) -> str:
    return "; ".join(f"{each['path']}: {each['message']}".lstrip(": ") for each in errors_of(error))
