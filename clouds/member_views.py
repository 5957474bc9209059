"""The members of a cloud."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from .access import owned_cloud, signed_in, visible_cloud
from .forms import MemberForm, RoleForm
from .models import CloudMembership, Membership, Role
from .settings_views import settings_page
from .setup import add_member, set_role


@signed_in
@require_GET
def index(request, pk):
    return members_page(request, visible_cloud(request, pk), MemberForm())


def members_page(request, cloud, form, status=200):
    """Organization owners own every cloud, so the page names them beside the cloud's own members."""
    owners = Membership.objects.filter(organization=cloud.organization, role=Role.OWNER)
    page = settings_page(
        request,
        cloud,
        "members",
        form=form,
        roles=Role.choices,
        members=cloud.memberships.select_related("user").order_by("user__email"),
        organization_owners=owners.select_related("user").order_by("user__email"),
    )
    page.status_code = status
    return page


@signed_in
@require_POST
def add(request, pk):
    cloud = owned_cloud(request, pk)
    form = MemberForm(request.POST)
    if form.is_valid():
        email, role = form.cleaned_data["email"], form.cleaned_data["role"]
        known = Membership.objects.filter(organization=cloud.organization, user__username=email).first()
        if known:
            add_member(cloud.organization, email, role, cloud, request.user)
            messages.success(request, _("%(email)s is a member of this cloud now.") % {"email": email})
            return redirect("clouds:members", pk)
        form.add_error("email", _("There is no such member of the organization. An owner of it can add them there."))
    return members_page(request, cloud, form, status=422)


@signed_in
@require_POST
def change_role(request, pk, member):
    cloud = owned_cloud(request, pk)
    row = get_object_or_404(CloudMembership, pk=member, cloud=cloud)
    form = RoleForm(request.POST)
    if form.is_valid():
        set_role(row, form.cleaned_data["role"], row, request.user)
        messages.success(request, _("The role has been changed."))
    return redirect("clouds:members", pk)


@signed_in
@require_POST
def remove(request, pk, member):
    cloud = owned_cloud(request, pk)
    row = get_object_or_404(CloudMembership, pk=member, cloud=cloud)
    set_role(row, None, row, request.user)
    messages.success(request, _("%(email)s is no longer a member of this cloud.") % {"email": row.user.email})
    if row.user_id == request.user.pk:  # and may not see a private cloud any more
        return redirect("clouds:list")
    return redirect("clouds:members", pk)
