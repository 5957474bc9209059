from django.conf import settings
from django.http import HttpResponseNotAllowed
from django.shortcuts import render


class ContentSecurityPolicy:
    """Everything from this origin, nothing inline. Outermost, so that static files and errors carry it too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response


class FormsOnly:
    """The page for who opens an address that only takes forms: Django answers it with nothing to read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        opened = request.method == "GET" and not request.path_info.startswith("/api/")
        if not opened or not isinstance(response, HttpResponseNotAllowed):
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page
