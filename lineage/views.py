"""Pages that belong to no section: the search over all sections, the theme."""

from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from clouds.access import signed_in

from .search import SHORTEST
from .search import search as found_by

A_YEAR = 365 * 86400
LONGEST_SEARCH = 500


@require_POST
def theme(request):
    """Keeps the theme in a cookie, which the next page is drawn by."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    chosen = request.POST.get("theme")
    if chosen in ("light", "dark", "auto"):
        response.set_cookie("theme", chosen, max_age=A_YEAR, samesite="Lax")
    return response


@signed_in(lineage=True)
def search(request):
    """The best matches of each section and the runs of that id; from three letters on."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    short = len(text) < SHORTEST
    context = {
        "search_query": text,
        "short": short,
        "shortest": SHORTEST,
        "results": None if short else found_by(request.viewer, text),
    }
    return render(request, "lineage/search.html", context)


@signed_in
def help(request):
    """What each page is for, and the keys."""
    return render(request, "lineage/help.html")
