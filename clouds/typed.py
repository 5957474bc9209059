"""What someone typed survives the end of their session: it is kept, and offered again after they have signed in."""

from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.defaults import permission_denied

KEPT = "typed"
# A session is a row that is read with each request.
LARGEST = 200_000


def sign_in_first(request):
    """The way to the sign-in page; a form that was sent is kept in the session meanwhile."""
    if request.method == "POST":
        body = without_token(request.POST).urlencode()
        if len(body) <= LARGEST:
            request.session[KEPT] = {"path": request.get_full_path(), "body": body}
            return redirect_to_login(reverse("again"))
    return redirect_to_login(request.get_full_path())


def without_token(data: QueryDict) -> QueryDict:
    data = data.copy()
    data.pop("csrfmiddlewaretoken", None)
    return data


@login_required
@never_cache
@require_GET
def again(request):
    """Shows what was typed before the session ended, to be sent now. It is shown once: from then on the page has it."""
    kept = request.session.pop(KEPT, None)
    if kept is None:
        return redirect("home")
    return again_page(request, kept["path"], QueryDict(kept["body"]))


def again_page(request, path: str, data: QueryDict, status: int = 200):
    fields = [(name, value) for name, values in data.lists() for value in values]
    context = {"path": path, "fields": fields, "no_scope": True}
    return render(request, "registration/again.html", context, status=status)


def csrf_failure(request, reason=""):
    """A form of this console that is older than the session: what was typed is offered again. Of any other page,
    nothing is taken."""
    if request.method != "POST" or not from_here(request):
        said = _("The form did not come from a page of this console, or the browser keeps no cookies for it.")
        return permission_denied(request, PermissionDenied(said))
    return again_page(request, request.get_full_path(), without_token(request.POST), status=403)


def from_here(request) -> bool:
    """Whether the browser says that the form stood on a page of this console."""
    said = request.META.get("HTTP_ORIGIN") or request.META.get("HTTP_REFERER", "")
    parts = urlsplit(said)
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())
