"""Who is looking, and what they may see. Every page and every API starts from `request.viewer`."""

from functools import cached_property, wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from .models import (
    ApiKey,
    Cloud,
    CloudMembership,
    Membership,
    Organization,
    Project,
    Role,
)
from .projects import project_key
from .typed import sign_in_first


def lineage_is_on(organization: Organization) -> bool:
    """The organization's switch. Undecided counts as on in local mode and as off with many tenants."""
    if organization.lineage_enabled is None:
        return settings.LINEAGE_LOCAL
    return organization.lineage_enabled


class Viewer:
    """A person or an API key, and what it may see. Everything is read from the database when first asked for.

    `choice` holds "cloud" and "project" as the URL gives them (a name or an id), `session` the id of the chosen
    "organization". A key sees its own cloud only, and its own project if it is bound to one.
    """

    def __init__(self, user=None, choice=None, session=None, key: ApiKey | None = None):
        self.account = key.owner if key else user
        self.choice = {} if choice is None else choice
        self.session = {} if session is None else session
        self.key = key

    @cached_property
    def user(self):
        return self.account if self.account and self.account.is_authenticated else None

    @cached_property
    def memberships(self) -> list[Membership]:
        if self.key or not self.user:
            return []
        own = Membership.objects.filter(user_id=self.user.pk).select_related("organization")
        return list(own.order_by("pk"))

    @property
    def organizations(self) -> list[Organization]:
        return [membership.organization for membership in self.memberships]

    @cached_property
    def membership(self) -> Membership | None:
        if not self.memberships:
            return None
        wanted = self.session.get("organization")
        chosen = (each for each in self.memberships if each.organization_id == wanted)
        return next(chosen, self.memberships[0])

    @cached_property
    def organization(self) -> Organization | None:
        if self.key:
            return self.key.cloud.organization
        return self.membership.organization if self.membership else None

    @property
    def is_owner(self) -> bool:
        """Of the organization. A key is never one: it neither turns switches nor manages people."""
        return bool(self.membership) and self.membership.role == Role.OWNER

    @property
    def is_administrator(self) -> bool:
        """May turn the switch of any organization."""
        return not self.key and bool(self.user) and self.user.is_superuser

    @property
    def lineage_on(self) -> bool:
        return bool(self.organization) and lineage_is_on(self.organization)

    @cached_property
    def everything(self) -> list[Cloud]:
        """All clouds of the organization with `role`, the person's own in each (or None): for this class only."""
        if self.key:
            return [self.key.cloud]
        if not self.organization:
            return []
        roles = CloudMembership.objects.filter(user_id=self.user.pk)
        rows = Cloud.objects.filter(organization=self.organization).order_by("name")
        own = Subquery(roles.filter(cloud=OuterRef("pk")).values("role")[:1])
        found = list(rows.annotate(role=own))
        for cloud in found:
            cloud.organization = self.organization
        return found

    @cached_property
    def clouds(self) -> list[Cloud]:
        if self.key or self.is_owner:
            return self.everything
        return [cloud for cloud in self.everything if not cloud.private or cloud.role]

    @property
    def sees_all(self) -> bool:
        if self.is_owner:
            return True
        return not self.key and bool(self.organization) and len(self.clouds) == len(self.everything)

    @cached_property
    def cloud(self) -> Cloud | None:
        """The one chosen by ?cloud=, None for all of them. Raises Http404 where it is none of the viewer's."""
        value = self.choice.get("cloud")
        if not value:
            return None
        named = [cloud for cloud in self.clouds if cloud.name == value]
        found = named or [cloud for cloud in self.clouds if str(cloud.pk) == value]
        if found:
            return found[0]
        self.__dict__["cloud"] = None  # so that the page of the error can be drawn
        raise Http404(_("There is no such cloud among those that you may see."))

    @cached_property
    def chosen_projects(self) -> list[Project]:
        """Those of ?project=: a name may stand in several clouds. Raises Http404 where there is none."""
        value = self.choice.get("project")
        if not value:
            return []
        clouds = [self.cloud] if self.cloud else self.clouds
        named = Q(key__in=[project_key(cloud.pk, value) for cloud in clouds])
        wanted = named | Q(pk=int(value)) if value.isdecimal() and len(value) < 20 else named
        rows = self.all_projects().filter(wanted, cloud__in=[cloud.pk for cloud in clouds])
        found = list(rows.select_related("cloud").order_by("cloud__name", "pk"))
        if found:
            return [project for project in found if project.name == value] or found
        self.__dict__["chosen_projects"] = []
        raise Http404(_("There is no such project among those that you may see."))

    @property
    def project(self) -> Project | None:
        return self.chosen_projects[0] if self.chosen_projects else None

    def all_projects(self) -> QuerySet[Project]:
        """Those that the viewer may see."""
        if self.key and self.key.project_id:
            return Project.objects.filter(pk=self.key.project_id)
        return Project.objects.filter(cloud__in=[cloud.pk for cloud in self.clouds])

    def projects(self) -> QuerySet[Project]:
        """Those that the viewer may see, narrowed to the chosen cloud and project."""
        rows = self.all_projects()
        if self.chosen_projects:
            return rows.filter(pk__in=[project.pk for project in self.chosen_projects])
        return rows.filter(cloud=self.cloud) if self.cloud else rows

    def owns(self, cloud: Cloud) -> bool:
        if self.key:
            return False
        own = next((each for each in self.clouds if each.pk == cloud.pk), None)
        return own is not None and (self.is_owner or own.role == Role.OWNER)


def visible_cloud(request, pk: int) -> Cloud:
    found = next((cloud for cloud in request.viewer.clouds if cloud.pk == pk), None)
    if found is None:
        raise Http404(_("There is no such cloud among those that you may see."))
    return found


def owned_cloud(request, pk: int) -> Cloud:
    """Raises Http404 where the viewer may not see the cloud, PermissionDenied where they do not own it."""
    cloud = visible_cloud(request, pk)
    if not request.viewer.owns(cloud):
        raise PermissionDenied(_("Only owners of this cloud may do that."))
    return cloud


def known_keys(viewer: Viewer) -> QuerySet[ApiKey]:
    """The API keys that the viewer knows of: their own, and all of the clouds that they own."""
    owned = [cloud.pk for cloud in viewer.clouds if viewer.owns(cloud)]
    rows = ApiKey.objects.filter(cloud__in=[cloud.pk for cloud in viewer.clouds])
    rows = rows.filter(Q(cloud__in=owned) | Q(owner=viewer.user))
    return rows.select_related("cloud", "owner", "project").order_by("cloud__name", "name", "pk")


def may_switch_organization(viewer: Viewer) -> bool:
    """An administrator; on one's own machine the organization's owner is the administrator."""
    return viewer.is_administrator or (settings.LINEAGE_LOCAL and viewer.is_owner)


def signed_in(view=None, *, lineage: bool = False):
    """A page for members of an organization; with `lineage`, there only while its lineage tracking is on."""
    if view is None:
        return lambda view: signed_in(view, lineage=lineage)

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return sign_in_first(request)
        if not request.viewer.organization:
            return render(request, "clouds/no_organization.html", status=403)
        if lineage and not request.viewer.lineage_on:
            return render(request, "clouds/lineage_off.html", status=404)
        return view(request, *args, **kwargs)

    return guarded
