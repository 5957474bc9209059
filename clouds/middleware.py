from .access import Viewer


class ViewerMiddleware:
    """Sets `request.viewer`; asks the database nothing until a view does. Stands after the session's user."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.viewer = Viewer(request.user, request.GET, request.session)
        return self.get_response(request)
