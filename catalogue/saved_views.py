"""Saved views: one's own and those that others share."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clouds.access import signed_in
from clouds.audit import note
from clouds.models import Action

from .models import SavedView
from .view_forms import SavedViewForm, savable


@signed_in
@require_GET
def index(request):
    viewer = request.viewer
    rows = SavedView.objects.filter(Q(owner=viewer.user) | Q(shared=True), organization=viewer.organization)
    rows = list(rows.select_related("owner"))
    mine = [row for row in rows if row.owner_id == viewer.user.pk]
    context = {"mine": mine, "others": [row for row in rows if row not in mine]}
    return render(request, "catalogue/views.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def new(request):
    """Keeps the page that one comes from: the browser says which, also after script has changed its address."""
    view = SavedView(organization=request.viewer.organization, owner=request.viewer.user)
    if request.method == "GET":
        return form_page(request, SavedViewForm(instance=view, initial={"path": came_from(request)}))
    return save(request, SavedViewForm(request.POST, instance=view))


def came_from(request) -> str:
    parts = urlsplit(request.META.get("HTTP_REFERER", ""))
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    wanted = request.GET.get("path") or (path if parts.netloc == request.get_host() else "")
    return wanted if savable(wanted) else ""


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request, pk):
    view = own(request, pk)
    if request.method == "GET":
        return form_page(request, SavedViewForm(instance=view))
    return save(request, SavedViewForm(request.POST, instance=view))


def own(request, pk) -> SavedView:
    mine = SavedView.objects.filter(owner=request.viewer.user, organization=request.viewer.organization)
    return get_object_or_404(mine, pk=pk)


def form_page(request, form, status=200):
    path = form["path"].value()
    return render(request, "catalogue/view.html", {"form": form, "path": path, "view": form.instance}, status=status)


def save(request, form):
    if not form.is_valid():
        return form_page(request, form, status=422)
    with transaction.atomic():
        was = SavedView.objects.filter(pk=form.instance.pk, shared=True).first()
        row = form.save()
        if was or row.shared:
            logged(request, row.name, before=was.path if was else "", after=row.path if row.shared else "")
    messages.success(request, _("The view “%(name)s” has been saved.") % {"name": row.name})
    return redirect("catalogue:views")


def logged(request, name: str, before: str = "", after: str = "") -> None:
    """What others see is in the audit log; what is one's own is not."""
    if before != after:
        note(request.user, Action.VIEW, name, organization=request.viewer.organization, before=before, after=after)


@signed_in
@require_POST
@transaction.atomic
def delete(request, pk):
    row = own(request, pk)
    if row.shared:
        logged(request, row.name, before=row.path)
    row.delete()
    messages.success(request, _("The view “%(name)s” has been deleted.") % {"name": row.name})
    return redirect("catalogue:views")
