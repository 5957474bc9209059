"""Errors of the REST API as problem details (RFC 9457)."""

from http import HTTPStatus

from rest_framework import exceptions
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from .past import NoMoment


def handler(error, context):
    """DRF's exception handler: its answers, in the form of problem details. None for what it does not know."""
    if isinstance(error, NoMoment):
        error = exceptions.ValidationError({"as_of": str(error)})
    response = exception_handler(error, context)
    if response is None:
        return None
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(response.status_code).phrase,
        "status": response.status_code,
    }
    if isinstance(error, exceptions.ValidationError):
        problem["errors"] = list(faults(response.data))
        problem["detail"] = "; ".join(f"{each['path']}: {each['message']}" for each in problem["errors"])
    else:
        problem["detail"] = str(response.data.get("detail", ""))
    response.data = problem
    response.content_type = "application/problem+json"
    return response


def faults(data, path: str = ""):
    """Each fault as {"path", "message"}; `data` is DRF's nesting of dicts and lists of messages. "$" is the whole."""
    if isinstance(data, dict):
        for key, value in data.items():
            # What is wrong with an object as such DRF puts beside its fields, under a name that nobody has sent.
            own = key == api_settings.NON_FIELD_ERRORS_KEY
            yield from faults(value, path if own else f"{path}.{key}" if path else str(key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from faults(value, f"{path}[{index}]" if isinstance(value, (dict, list)) else path)
    else:
        yield {"path": path or "$", "message": str(data)}
