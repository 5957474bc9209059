"""The organization: its members, its lineage switch, its keys, and what was switched when and by whom."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import audit, capture
from .access import known_keys, lineage_is_on, may_switch_organization, signed_in
from .forms import MemberForm, RoleForm, SwitchForm
from .links import sign_in_path
from .models import CloudMembership, Membership, Organization, Role
from .setup import add_member, person, set_role

CHANGES_SHOWN = 20


def owned(request) -> Organization:
    if not request.viewer.is_owner:
        raise PermissionDenied(_("Only owners of the organization may do that."))
    return request.viewer.organization


@signed_in
@require_GET
def home(request):
    return home_page(request, MemberForm())


def home_page(request, form, status=200, **context):
    viewer = request.viewer
    organization = viewer.organization
    shared = {
        "organization": organization,
        "form": form,
        "roles": Role.choices,
        "members": organization.memberships.select_related("user").order_by("user__email"),
        "keys": known_keys(viewer).filter(revoked_at=None).order_by("cloud__name", "-created_at"),
        "only_own_keys": not viewer.is_owner and not any(map(viewer.owns, viewer.clouds)),
        "changes": audit.visible(viewer)[:CHANGES_SHOWN],
        "may_switch": may_switch_organization(viewer),
        "no_scope": True,
    }
    return render(request, "organization/home.html", shared | context, status=status)


@signed_in
@require_POST
@transaction.atomic
def add(request):
    """Who is a member already has this role from now on."""
    organization = owned(request)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return home_page(request, form, status=422)
    email, role = form.cleaned_data["email"], form.cleaned_data["role"]
    known = Membership.objects.filter(organization=organization, user=person(email)).first()
    if known and not may_lose_owner(request, known, role):
        return home_page(request, form, status=422)
    user = add_member(organization, email, role, by=request.user)
    messages.success(request, _("%(email)s is a member now.") % {"email": user.email})
    # Only on one's own machine: elsewhere a link would let the owner of one organization into the others of a user.
    link = settings.LINEAGE_LOCAL and user.last_login is None
    path = request.build_absolute_uri(sign_in_path(user)) if link else ""
    return home_page(request, MemberForm(), added=user, link=path)


@signed_in
@require_POST
@transaction.atomic
def change_role(request, pk):
    organization = owned(request)
    form = RoleForm(request.POST)
    member = get_object_or_404(Membership, pk=pk, organization=organization)
    if form.is_valid() and may_lose_owner(request, member, form.cleaned_data["role"]):
        set_role(member, form.cleaned_data["role"], member, request.user)
        messages.success(request, _("The role has been changed."))
    return redirect("organization:home")


@signed_in
@require_POST
@transaction.atomic
def remove(request, pk):
    """With the person go their roles in the organization's clouds; their API keys stop working with that."""
    organization = owned(request)
    member = get_object_or_404(Membership.objects.select_related("user"), pk=pk, organization=organization)
    if may_lose_owner(request, member, None):
        CloudMembership.objects.filter(user=member.user, cloud__organization=organization).delete()
        set_role(member, None, member, request.user)
        messages.success(request, _("%(email)s is no longer a member.") % {"email": member.user.email})
    return redirect("organization:home")


def may_lose_owner(request, member: Membership, role: str | None) -> bool:
    """An organization keeps one owner at least; the lock keeps two owners from removing each other at once."""
    Organization.objects.select_for_update().get(pk=member.organization_id)
    owners = Membership.objects.filter(organization=member.organization_id, role=Role.OWNER)
    if role == Role.OWNER or owners.exclude(pk=member.pk).exists():
        return True
    messages.error(request, _("This is the only owner: make someone else an owner first."))
    return False


@signed_in
@require_POST
def choose(request):
    chosen = request.POST.get("organization", "")
    mine = [each.pk for each in request.viewer.organizations if str(each.pk) == chosen]
    if mine:
        request.session["organization"] = mine[0]
    # A page of the other organization would not be there: begin at its clouds unless the page is a list.
    return redirect(after_choice(request))


def after_choice(request) -> str:
    path = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(path, {request.get_host()}, request.is_secure())
    return path if safe and path.strip("/").isalpha() else "clouds:list"


@signed_in
@require_http_methods(["GET", "POST"])
def switch(request):
    """Asks (GET ?enabled=0 or 1), saying what will happen; then does (POST)."""
    if not may_switch_organization(request.viewer):
        raise PermissionDenied(_("Only an administrator may turn lineage tracking on or off for an organization."))
    return ask_or_turn(request, request.viewer.organization, "organization:home")


@login_required
@require_GET
def everyone(request):
    """For administrators: every organization and its switch."""
    require_administrator(request)
    rows = [(each, lineage_is_on(each)) for each in Organization.objects.order_by("name")]
    return render(request, "organization/all.html", {"rows": rows, "no_scope": True})


@login_required
@require_http_methods(["GET", "POST"])
def switch_any(request, pk):
    require_administrator(request)
    return ask_or_turn(request, get_object_or_404(Organization, pk=pk), "organization:all")


def require_administrator(request):
    if not request.viewer.is_administrator:
        raise PermissionDenied(_("Only an administrator may see all organizations."))


def ask_or_turn(request, organization, back: str):
    form = SwitchForm(request.POST or request.GET)
    if not form.is_valid():
        return redirect(back)
    enabled = form.cleaned_data["enabled"]
    if request.method == "GET":
        context = {"organization": organization, "enabled": enabled, "back": back, "no_scope": True}
        return render(request, "organization/confirm.html", context)
    capture.switch_organization(organization, enabled, request.user)
    on, off = _("Lineage tracking is on for “%(name)s”."), _("Lineage tracking is off for “%(name)s”.")
    messages.success(request, (on if enabled else off) % {"name": organization.name})
    return redirect(back)
