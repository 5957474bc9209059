"""Where events come in: before Django's own handler, whose signals and middleware cost as much as an event does."""

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection

from . import views

DOORS = {
    f"/api/v1/{path}": convert_exception_to_response(view)
    for path, view in (
        ("lineage", views.lineage),
        ("lineage/", views.lineage),
        ("lineage/batch", views.batch),
        ("lineage/batch/", views.batch),
    )
}


class FrontDoor:
    """A WSGI application around the console's. Events go straight to their view: they need no session, no CSRF token
    and no viewer, and a redirect to https would lose them (a client follows it with GET and reports success)."""

    def __init__(self, console):
        self.console = console

    def __call__(self, asked, start_response):
        view = DOORS.get(asked["PATH_INFO"]) if asked["REQUEST_METHOD"] == "POST" else None
        if view is None:
            return self.console(asked, start_response)
        try:
            response = view(WSGIRequest(asked))
        finally:
            # What Django does at the start of a request: a connection that was lost is not used again.
            if connection.errors_occurred:
                connection.close_if_unusable_or_obsolete()
        response.headers["Content-Length"] = str(len(response.content))
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.content]
