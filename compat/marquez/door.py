"""/api/v1/ as Marquez answers it: always JSON, errors too.

Plain views: DRF negotiates what it answers, and routes on a decoded path.
"""

from uuid import uuid4

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from clouds.keys import Forbidden, Unauthorized
from ingestion.admission import is_on
from ingestion.body import TooLarge, Unreadable
from ingestion.parse import Invalid, Malformed
from ingestion.receive import Refused
from ingestion.store import Unstorable
from lineage import inventory
from lineage.observation import Ref
from lineage.past import NoMoment

from . import namespaces, paths, things
from .asked import Asked, Fault, reader, writer
from .endpoints import BETA, ENDPOINTS
from .writes import NotCaptured, create_run

BASE = "/api/v1/"
BASES = {BASE: ENDPOINTS, "/api/v2beta/": BETA}
READ = ("GET", "HEAD")


@csrf_exempt
def door(request: HttpRequest, path: str = "", base: str = BASE) -> HttpResponse:
    """`path` is what follows `base`, decoded. Writes need an API key or one's own machine, never a session, so there
    is no token to check."""
    try:
        return answer(request, path, base)
    except Unauthorized as error:
        response = problem(401, str(error))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    except (Forbidden, Refused) as error:
        return problem(403, str(error))
    except NoMoment as error:
        return problem(400, f"query param as_of: {error}")
    except Http404 as error:
        return problem(404, str(error))
    except Fault as error:
        return problem(error.status, str(error), error.errors)
    except TooLarge:
        return problem(413, _("The body is larger than 40 MiB."))
    except Unreadable as error:
        return problem(error.status, str(error))
    except Malformed as error:
        return problem(400, str(error))
    except Invalid as error:
        return problem(422, str(error), [f"{path}: {message}" for path, message in error.errors])
    except Unstorable as error:
        return problem(422, str(error))
    except OperationalError:
        response = problem(503, _("The database is busy. Send the same again."))
        response.headers["Retry-After"] = "1"
        return response


def problem(status: int, message: str, errors: list[str] | None = None) -> JsonResponse:
    return JsonResponse({"code": status, "message": message} | ({"errors": errors} if errors else {}), status=status)


def answer(request: HttpRequest, path: str, base: str) -> HttpResponse:
    sent = paths.as_sent(request.environ)
    exact = sent is not None and sent.startswith(base)
    found = paths.readings(BASES[base], sent.removeprefix(base) if exact else path, exact)
    method = "GET" if request.method in READ else request.method
    ways = [reading for reading in found if reading.endpoint.method == method]
    if not ways:
        return unknown(request, found)
    if method == "GET":
        asked = Asked(request, reader(request))
    else:
        admission, viewer = writer(request)
        asked = Asked(request, viewer, admission)
    if method == "GET" and not asked.viewer.lineage_on:
        raise Http404(_("Lineage tracking is off for this organization."))
    return told(asked, chosen(asked.viewer, ways))


def unknown(request: HttpRequest, found: list) -> HttpResponse:
    if not found:
        return problem(404, _("There is no such address of Marquez. See docs/marquez.md."))
    response = problem(405, _("%s is not for this address.") % request.method)
    response.headers["Allow"] = ", ".join(sorted({reading.endpoint.method for reading in found}))
    return response


def told(asked: Asked, reading: paths.Reading) -> HttpResponse:
    try:
        if asked.admission and not asked.viewer.lineage_on:
            raise NotCaptured(_("Lineage tracking is off for this organization."))
        body = reading.endpoint.answer(asked, **reading.names)
    except NotCaptured as error:
        return not_captured(asked, reading, str(error))
    except Http404 as error:
        # What was not captured is not there; who goes on writing to it is to be told so, not to fail.
        if asked.admission and not is_on(asked.admission):
            return not_captured(asked, reading, str(error))
        raise
    if not asked.may_read:
        body = {key: body[key] for key in ("id", "name", "namespace") if key in body}
    response = JsonResponse(body, safe=False)
    if reading.endpoint.answer is create_run:
        response.status_code = 201
        response.headers["Location"] = f"{BASE}jobs/runs/{body['id']}"
    return response


def not_captured(asked: Asked, reading: paths.Reading, reason: str) -> JsonResponse:
    """With an id where a run was to be created, for the client goes on with it."""
    told = {"status": "not captured", "reason": reason}
    if reading.endpoint.answer is create_run:
        told["id"] = asked.said.get("id") or str(uuid4())
    return JsonResponse(told, status=202)


def chosen(viewer, ways: list[paths.Reading]) -> paths.Reading:
    """Of several readings of a path: the first that names something the viewer may see, else the first with such a
    namespace, else the first."""
    if len(ways) == 1:
        return ways[0]
    refs = {id(way): ref_of(way) for way in ways}
    found = inventory.known(viewer, [ref for ref in refs.values() if ref])
    spaces = {way.names["namespace"] for way in ways if "namespace" in way.names}
    known = {name for name in spaces if namespaces.exists(viewer, name)}
    return min(ways, key=lambda way: (refs[id(way)] not in found, way.names.get("namespace") not in known))


def ref_of(way: paths.Reading) -> Ref | None:
    for word, entity in things.WORDS.items():
        if word in way.names:
            return things.ref_of(entity, way.names["namespace"], way.names[word])
    return None
