"""A cloud's settings: the lineage switch under "Platform services", and who may see the cloud."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from . import capture
from .access import owned_cloud, signed_in, visible_cloud
from .audit import note
from .forms import PrivacyForm, SwitchForm
from .models import Action, Cloud

DAYS_SHOWN = 14
CHANGES_SHOWN = 50


def settings_page(request, cloud, section: str, **context):
    """A page of the settings; the template is named after its section in the menu."""
    shared = {"cloud": cloud, "owned": request.viewer.owns(cloud), "section": section, "no_scope": True}
    return render(request, f"clouds/settings/{section}.html", shared | context)


@signed_in
@require_GET
def services(request, pk):
    cloud = visible_cloud(request, pk)
    return settings_page(
        request,
        cloud,
        "services",
        organization_on=request.viewer.lineage_on,
        changes=cloud.switch_changes.select_related("changed_by")[:CHANGES_SHOWN],
        refused=cloud.refused_counts.order_by("-day")[:DAYS_SHOWN],
    )


@signed_in
@require_http_methods(["GET", "POST"])
def switch(request, pk):
    """Asks (GET ?enabled=0 or 1), saying what will happen; then does (POST)."""
    cloud = owned_cloud(request, pk)
    if not request.viewer.lineage_on:
        raise PermissionDenied(_("An administrator has to turn on lineage tracking for the organization first."))
    form = SwitchForm(request.POST or request.GET)
    if not form.is_valid():
        return redirect("clouds:settings", pk)
    enabled = form.cleaned_data["enabled"]
    if request.method == "POST":
        turn(request, cloud, enabled)
        return redirect("clouds:settings", pk)
    running = cloud.clusters.filter(ended_at=None, lineage_enabled=cloud.lineage_enabled).count()
    return settings_page(request, cloud, "confirm", enabled=enabled, running=running)


def turn(request, cloud, enabled: bool):
    changed = capture.switch(cloud, enabled, request.user)
    on, off = _("Lineage tracking is on for “%(cloud)s”."), _("Lineage tracking is off for “%(cloud)s”.")
    said = (on if enabled else off) % {"cloud": cloud.name}
    messages.add_message(request, messages.SUCCESS if changed else messages.INFO, said)


@signed_in
@require_http_methods(["GET", "POST"])
def general(request, pk):
    if request.method == "POST":
        cloud = owned_cloud(request, pk)
        form = PrivacyForm(request.POST, instance=cloud)
        if form.is_valid():
            set_private(cloud, form.cleaned_data["private"], request.user)
            messages.success(request, _("The settings have been saved."))
        return redirect("clouds:general", pk)
    return settings_page(request, visible_cloud(request, pk), "general")


@transaction.atomic
def set_private(cloud, private: bool, by) -> None:
    """Who may see the cloud; noted where it changes. (The form has set the instance already.)"""
    words = {True: "private", False: "open"}
    before = Cloud.objects.select_for_update().get(pk=cloud.pk).private
    cloud.save(update_fields=["private"])
    if before != private:
        note(by, Action.CLOUD, cloud.name, cloud=cloud, before=words[before], after=words[private])
