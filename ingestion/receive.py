"""From parsed events to the store: whose they are, whether they are captured, what they say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError
from django.utils import timezone

from clouds.capture import RUN_REFUSED, count_refused, decide, run_key
from clouds.keys import Admission
from clouds.models import Cloud, Project
from clouds.projects import project_for
from lineage.identity import run_id
from lineage.models import Run

from . import store
from .admission import is_on, renewed
from .normalise import Context, claimed_cloud, claimed_project, cluster_of, normalise
from .parse import Event, Invalid, Malformed
from .workload import facet_of


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
            told["reason"] = str(self.reason)
        if self.warnings:
            told["warnings"] = self.warnings
        return told


Received = Outcome | Exception


class Sender:
    """What is the same of all events of a request: whose they are, and whether lineage is on there."""

    __slots__ = ("context", "on")

    def __init__(self, admission: Admission):
        self.context = context(admission)
        self.on = is_on(admission)


def receive(admission: Admission, events: Sequence[Event | Exception], switched: bool = True) -> list[Received]:
    """Stores events in one commit. Returns for each an Outcome, or the exception that says what is wrong with it:
    as given, or Refused, or store.Unstorable. Raises keys.Unauthorized where the key is no longer in force.

    `switched` False disregards the lineage switch.
    """
    outcomes = attempt(admission, events, switched)
    lapsed = [index for index, outcome in enumerate(outcomes) if outcome is store.LAPSED]
    if lapsed:
        again = receive(renewed(admission), [events[index] for index in lapsed], switched)
        for index, outcome in zip(lapsed, again, strict=True):
            outcomes[index] = outcome
    return outcomes


def attempt(admission: Admission, events: Sequence[Event | Exception], switched: bool) -> list:
    """As `receive`, with store.LAPSED for what the sender may no longer do as it was remembered."""
    at = timezone.now()
    sender = Sender(admission)
    outcomes = [
        each if isinstance(each, Exception) else admitted(admission, each, at, switched, sender) for each in events
    ]
    items = [outcome for outcome in outcomes if isinstance(outcome, store.Item)]
    results = iter(stored(items))
    return [
        answer(admission, event, next(results), at) if isinstance(outcome, store.Item) else outcome
        for event, outcome in zip(events, outcomes, strict=True)
    ]


def answer(admission: Admission, event: Event, result: str | Exception, at: datetime) -> Received | str:
    if isinstance(result, Exception) or result is store.LAPSED:
        return result
    if result == store.REFUSED:
        count_refused(admission.cloud, at)
        return Outcome(202, "not captured", RUN_REFUSED)
    return Outcome(201, result, warnings=event.warnings)


def admitted(
    admission: Admission, event: Event, at: datetime, switched: bool, sender: Sender | None = None
) -> store.Item | Received:
    sender = sender or Sender(admission)
    if facet_of(event):
        try:
            check_claims(admission, event)
        except Refused as error:
            return error
    sure = not switched or (sender.on and not cluster_of(event)[0])
    reason = "" if sure else refusal(admission.cloud, event, at)
    if reason:
        return Outcome(202, "not captured", reason)
    item = store.item(event, normalise(event, sender.context, at), admission, at)
    if switched:
        item.admission = admission
        item.refusal = run_key(admission.cloud.pk, event.run_id).hex if event.run_id and sure else None
    return item


def check_claims(admission: Admission, event: Event) -> None:
    """A key speaks for its own cloud, and for its own project if it is bound to one. Without a key, on one's own
    machine, a cloud that the console does not know is the producer's own name for where it runs."""
    cloud, project = claimed_cloud(event), claimed_project(event)
    if cloud and cloud not in names_of(admission.cloud) and (admission.key or is_known(admission, cloud)):
        path = "$.run.facets.lc_workload.cloudId"
        raise Refused(path, f"The event names the cloud {cloud}; it is sent to the cloud {admission.cloud.name}.")
    if admission.project and project and project not in names_of(admission.project):
        path = "$.run.facets.lc_workload.projectId"
        raise Refused(path, f"The event names the project {project}; the key is of {admission.project.name}.")


def names_of(place: Cloud | Project) -> tuple[str, str]:
    return place.name, str(place.pk)


def is_known(admission: Admission, cloud: str) -> bool:
    return Cloud.objects.filter(organization=admission.cloud.organization, name=cloud).exists()


def refusal(cloud: Cloud, event: Event, at: datetime) -> str:
    """Why the event is not captured; "" where it is."""
    cluster_id, started_at = cluster_of(event)
    run = event.run_id or None

    def known() -> bool:
        return bool(run) and Run.objects.filter(pk=run_id(cloud.pk, run)).exists()

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
        cloud_id=cloud.pk,
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
    return status_of(error) == 500


STATUSES = {Malformed: 400, Refused: 403, Invalid: 422, store.Unstorable: 422}


def status_of(error: Exception) -> int:
    """The HTTP status of an event with this fault; 500 where the fault is the console's."""
    return STATUSES.get(type(error), 500)


def errors_of(error: Exception) -> list[dict]:
    """What is wrong, as [{"path", "message"}, …]."""
    if isinstance(error, Invalid):
        return [{"path": path, "message": message} for path, message in error.errors]
    return [{"path": getattr(error, "path", ""), "message": getattr(error, "message", str(error))}]


def reason(error: Exception) -> str:
    return "; ".join(f"{each['path']}: {each['message']}".lstrip(": ") for each in errors_of(error))
