"""The API keys of a cloud: members have their own, owners of the cloud see and revoke all."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .access import known_keys, signed_in, visible_cloud
from .forms import KeyForm
from .keys import create_key
from .keys import revoke as revoke_key
from .models import ApiKey
from .projects import project_for
from .settings_views import settings_page

# Of the session: the form that made a key last. Each drawing of a form has a token of its own.
SENT = "made_a_key"


@signed_in
@require_GET
def index(request, pk):
    return keys_page(request, visible_cloud(request, pk), KeyForm())


def keys_page(request, cloud, form, status=200, **context):
    keys = known_keys(request.viewer).filter(cloud=cloud).order_by("revoked_at", "-created_at")
    page = settings_page(request, cloud, "keys", form=form, keys=keys, **context)
    page.status_code = status
    return page


@signed_in
@require_http_methods(["GET", "POST"])
@never_cache
def create(request, pk):
    """Answers with the page that shows the key, this once: it is not kept anywhere, so there is no page to lead to."""
    cloud, form = visible_cloud(request, pk), KeyForm(request.POST)
    if request.method == "GET":
        return redirect("clouds:keys", pk)
    if not form.is_valid():
        return keys_page(request, cloud, form, status=422)
    project = form.cleaned_data["project"].strip()
    made = create_once(
        request,
        cloud,
        name=form.cleaned_data["name"],
        scopes=form.cleaned_data["scopes"],
        project=project_for(cloud, project) if project else None,
    )
    if made is None:
        return redirect("clouds:keys", pk)
    key, secret = made
    return keys_page(request, cloud, KeyForm(), status=201, created=key, secret=secret)


def create_once(request, cloud, **said) -> tuple[ApiKey, str] | None:
    """As create_key, of a form. The same form once more, as a reload sends it, makes no other key: None."""
    sent = request.POST.get("csrfmiddlewaretoken")
    if sent and request.session.get(SENT) == sent:
        return None
    made = create_key(cloud, request.user, **said)
    request.session[SENT] = sent
    return made


@signed_in
@require_POST
def revoke(request, pk, key):
    cloud = visible_cloud(request, pk)
    row = get_object_or_404(known_keys(request.viewer), cloud=cloud, pk=key)
    revoke_key(row, request.user)
    messages.success(request, _("The API key has been revoked: it works no longer."))
    return redirect("clouds:keys", pk)
