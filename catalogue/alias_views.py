"""Suggested aliases, to accept or to refuse."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clouds.access import signed_in

from . import aliases, suggest
from .models import Decision


@signed_in(lineage=True)
@require_GET
def index(request):
    """Looks at what has come in since the last visit, and shows what is open and what was decided."""
    more = suggest.look(request.viewer.organization)
    context = {
        "open": aliases.pairs(request.viewer, Decision.OPEN),
        "decided": aliases.pairs(request.viewer, Decision.ACCEPTED, Decision.REFUSED),
        "more": more,
    }
    return render(request, "catalogue/aliases.html", context)


@signed_in(lineage=True)
@require_POST
def decide(request, pk):
    row = get_object_or_404(aliases.visible(request.viewer, *Decision), pk=pk)
    decision = request.POST.get("decision")
    if decision in Decision.values:
        aliases.decide(request.viewer, row, Decision(decision))
        said = {
            Decision.ACCEPTED: _("“%(one)s” and “%(other)s” are one resource now."),
            Decision.REFUSED: _("“%(one)s” and “%(other)s” stay two; it will not be suggested again."),
            Decision.OPEN: _("The decision on “%(one)s” and “%(other)s” has been taken back."),
        }
        messages.success(request, said[Decision(decision)] % {"one": row.one.label, "other": row.other.label})
    return redirect("catalogue:aliases")
