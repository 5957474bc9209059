"""POST /api/v1/lineage and /batch: bytes -> Event -> Observation -> store.

201 stored (again, where it is known) · 202 not captured, and why · 400 not JSON · 401/403 key · 405 no POST ·
413 too large · 415 encoding · 422 not a valid event · 503 the database is busy: try again. Plain views: DRF's parsers
answer 500 to deep nesting, and nothing to chunked bodies.
"""

from functools import cache, wraps

import msgspec
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from prometheus_client import Counter

from clouds.keys import Admission, Forbidden, Unauthorized

from . import receive, rejected
from .admission import admit, renewed
from .body import TooLarge, Unreadable, read
from .decode import split
from .parse import parse, parse_many

COUNTED = Counter("lineage_ingestion_answers", "Answers of the ingestion endpoints by status", ["status"])
# Of a batch. A body of 40 MiB holds millions of items that are no events, each of which costs an answer.
MOST_TOGETHER = 10_000


def front_door(view):
    """Admits the sender, reads the body, and answers every fault of the client in one place."""

    def admitted(request: HttpRequest) -> HttpResponse:
        admission, body = admit(request), b""
        try:
            body = read(request)
            return view(admission, body)
        except TooLarge:
            status, errors = 413, [problem("$", _("The body is larger than 40 MiB."))]
        except Unreadable as error:
            status, errors = error.status, [problem("$", error)]
        except tuple(receive.STATUSES) as error:
            status, errors = receive.status_of(error), receive.errors_of(error)
        # Nothing of it reached a commit, which would have asked whether the key is still in force.
        rejected.keep(renewed(admission), [(status, errors, body)])
        return answer(status, errors)

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return answer(405, [problem("", _("Events are sent by POST."))], {"Allow": "POST"})
        try:
            return admitted(request)
        except Unauthorized as error:
            return answer(401, [problem("", error)], {"WWW-Authenticate": "Bearer"})
        except Forbidden as error:
            return answer(403, [problem("", error)])
        except OperationalError:
            return answer(503, [problem("", _("The database is busy. Send the same again."))], {"Retry-After": "1"})

    return opened


def problem(path: str, message) -> dict:
    return {"path": path, "message": str(message)}


def answer(status: int, errors: list[dict], headers: dict | None = None) -> HttpResponse:
    return respond(status, {"errors": errors}, headers)


def respond(status: int, body: dict, headers: dict | None = None) -> HttpResponse:
    counted(status).inc()
    return HttpResponse(msgspec.json.encode(body), "application/json", status, headers=headers)


@cache
def counted(status: int):
    return COUNTED.labels(str(status))


@front_door
def lineage(admission: Admission, body: bytes) -> HttpResponse:
    event = parse(body)
    outcome = receive.receive(admission, [event])[0]
    if isinstance(outcome, Exception):
        raise outcome
    return respond(outcome.status, outcome.body())


@front_door
def batch(admission: Admission, body: bytes) -> HttpResponse:
    """OpenLineage's batch: 200 with a summary; `failed_events` where some failed."""
    events = parse_many(body, MOST_TOGETHER)
    outcomes = receive.receive(admission, events)
    failed = [(index, each) for index, each in enumerate(outcomes) if isinstance(each, Exception)]
    if len(failed) == len(outcomes):
        renewed(admission)  # as above
    bodies = split(body) if failed else []
    rejected.keep(
        admission, [(receive.status_of(error), receive.errors_of(error), bodies[index]) for index, error in failed]
    )
    summary = {
        "received": len(outcomes),
        "successful": len(outcomes) - len(failed),
        "failed": len(failed),
        "retriable": sum(receive.retriable(error) for _, error in failed),
        "non_retriable": sum(not receive.retriable(error) for _, error in failed),
    }
    report = {"status": "partial_success" if failed else "success", "summary": summary}
    if failed:
        report["failed_events"] = [
            {"index": index, "reason": receive.reason(error), "retriable": receive.retriable(error)}
            for index, error in failed
        ]
    return respond(200, report)
