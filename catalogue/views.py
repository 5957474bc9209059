"""Pages on which people describe a node, and what was changed about it by whom."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clouds.access import signed_in
from clouds.models import Change
from lineage import queries
from lineage.pages import node_context, right_address

from . import annotations
from .forms import AnnotationForm

CHANGES = 100


def node_page(view):
    """A page of a node, whatever its kind: `view(request, node)`, for members who may see it."""

    @signed_in(lineage=True)
    def guarded(request, pk):
        return view(request, queries.find(request.viewer, pk))

    return guarded


def context_of(request, node, **context) -> dict:
    return node_context(request, node, "") | context


@node_page
@require_http_methods(["GET", "POST"])
def edit(request, node):
    """The form of what is said of a node in one of the projects that it was seen in."""
    places = annotations.places(request.viewer, node)
    place = chosen(request, places)
    if request.method == "GET":
        return edit_page(request, node, places, place, AnnotationForm.of(place.said))
    form = AnnotationForm(request.POST)
    if not form.is_valid():
        return edit_page(request, node, places, place, form, status=422)
    try:
        changed = annotations.change(node, place.project, form.said(), request.user, form.cleaned_data["revision"])
    except annotations.Conflict as conflict:
        return conflict_page(request, node, places, place, conflict.now)
    said = _("What you said has been saved.") if changed else _("Nothing was changed: it says so already.")
    messages.success(request, said)
    return redirect(right_address(request, node, "overview"))


def chosen(request, places: dict) -> annotations.Place:
    """The place that the form is about: ?on=PROJECT, else the chosen project's or cloud's, else the first one."""
    wanted = request.POST.get("on") or request.GET.get("on")
    if wanted:
        found = next((place for place in places.values() if str(place.project.pk) == wanted), None)
        if not found:
            raise Http404(_("It has not been seen in that project, or you may not see the project."))
        return found
    near = set(request.viewer.projects().filter(pk__in=places).values_list("pk", flat=True))
    return next((place for id, place in places.items() if id in near), next(iter(places.values())))


def edit_page(request, node, places, place, form, status=200, now=None):
    context = context_of(request, node, form=form, places=list(places.values()), place=place, now=now)
    return render(request, "catalogue/edit.html", context, status=status)


def conflict_page(request, node, places, place, now):
    """What was typed stays; saving it again replaces what the other one said, which stands beside it."""
    typed = request.POST.copy()
    typed["revision"] = now.revision
    return edit_page(request, node, places, place, AnnotationForm(typed), 409, now)


@node_page
@require_GET
def history(request, node):
    """Who said, hid or deleted what of a node, newest first, in the projects that the viewer may see."""
    viewer = request.viewer
    seen = Q(project__in=viewer.all_projects()) | Q(project=None, cloud__in=[cloud.pk for cloud in viewer.clouds])
    rows = Change.objects.filter(seen, node__in=queries.names_of(node.root_id)).select_related("cloud", "project")
    rows = list(rows.order_by("-at", "-pk")[: CHANGES + 1])
    context = context_of(request, node, changes=rows[:CHANGES], cut=len(rows) > CHANGES)
    return render(request, "catalogue/history.html", context)
