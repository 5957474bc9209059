from django.conf import settings


class ContentSecurityPolicy:
    """Everything from this origin, nothing inline. Outermost, so that static files and errors carry it too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response
