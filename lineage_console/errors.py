"""What is answered where no view does: pages to people, problem details (RFC 9457) to programs."""

from http import HTTPStatus

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults

from clouds import typed


def not_found(request, exception):
    if request.path_info.startswith("/api/"):
        return problem(HTTPStatus.NOT_FOUND, _("There is no such address. /api/docs/ lists those that there are."))
    return defaults.page_not_found(request, exception)


def failed(request):
    if request.path_info.startswith("/api/"):
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, _("This is a fault of the console; its log says more."))
    return defaults.server_error(request)


def form_too_old(request, reason=""):
    """The form was made in another session: what was typed is offered again."""
    if request.path_info.startswith("/api/"):
        return problem(HTTPStatus.FORBIDDEN, reason)
    return typed.csrf_failure(request, reason)


def problem(status: HTTPStatus, detail: str) -> JsonResponse:
    told = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return JsonResponse(told, status=status, content_type="application/problem+json")
