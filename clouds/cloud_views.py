"""The list of clouds and the page of one."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from .access import known_keys, signed_in, visible_cloud

MOST_SHOWN = 50


@signed_in
@require_GET
def index(request):
    rows = [(cloud, request.viewer.owns(cloud)) for cloud in request.viewer.clouds]
    return render(request, "clouds/list.html", {"rows": rows, "no_scope": True})


@signed_in
@require_GET
def detail(request, pk):
    cloud = visible_cloud(request, pk)
    context = {
        "cloud": cloud,
        "owned": request.viewer.owns(cloud),
        "projects": cut(cloud.projects.order_by("name")),
        "members": cut(cloud.memberships.select_related("user").order_by("role", "user__email")),
        "clusters": cut(cloud.clusters.select_related("project").order_by("-started_at")),
        "key_count": known_keys(request.viewer).filter(cloud=cloud, revoked_at=None).count(),
        "most": MOST_SHOWN,
        "no_scope": True,
    }
    return render(request, "clouds/detail.html", context)


def cut(rows) -> list:
    """One more than is shown, so that the page can say that there are more."""
    return list(rows[: MOST_SHOWN + 1])
