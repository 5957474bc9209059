"""What list pages and detail pages of datasets, models and workloads have in common."""

from functools import wraps

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clouds.access import signed_in
from clouds.projects import DEFAULT

from . import adjacent, past, pins, queries
from .filters import KeysetFilter, NodeFilter
from .paging import Page, paginate
from .sections import SECTIONS, TABS, Section
from .templatetags.console import scope
from .wording import type_word

PAGE_SIZE = 25
RELATED = 10
ALL_RELATED = 500
# Parameters that narrow a list and can be taken away again, and how a chip names them.
NARROWING = {
    "q": gettext_lazy("Search"),
    "created_by": gettext_lazy("Created by"),
    "type": gettext_lazy("Type"),
    "tag": gettext_lazy("Tag"),
    "state": gettext_lazy("State"),
    "cloud": gettext_lazy("Cloud"),
    "project": gettext_lazy("Project"),
}


def list_context(request, section: Section, filters: NodeFilter) -> dict:
    """The context of a list page: a page of sightings, the filters' choices, and why a list is empty."""
    page, notice = page_of(request, filters)
    past.settled(request.viewer, page.rows)
    cloud = request.viewer.cloud
    return section_context(request, section) | {
        "page": page,
        "filters": filters,
        "notice": notice,
        "chips": chips(request),
        "narrowed": narrowed(request),
        "creators": filters.creators(),
        "ingest_url": request.build_absolute_uri("/api/v1/lineage"),
        "needs_key": not settings.LINEAGE_LOCAL or bool(cloud and cloud.name != DEFAULT),
    }


def narrowed(request) -> bool:
    """By more than a cloud: one that is empty says how it is filled."""
    return any(request.GET.get(name) for name in (*NARROWING, "as_of") if name != "cloud")


def page_of(request, filters: KeysetFilter, limit: int = PAGE_SIZE) -> tuple[Page, str]:
    """A page of the filtered rows, and a notice where its cursor is no good (then it is the first page)."""
    rows, query = filters.qs, request.GET
    try:
        page = paginate(
            rows, ordering=filters.order, after=query.get("after", ""), before=query.get("before", ""), limit=limit
        )
        notice = ""
    except ValueError:
        page = paginate(rows, ordering=filters.order, limit=limit)
        notice = _("The link to that page was broken, so this is the first page.")
    page.ordering = filters.ordering
    return page, notice


def section_context(request, section: Section) -> dict:
    query = scope({"request": request})
    url = reverse(f"{section.name}:list")
    return {
        "section": section,
        "section_label": section.label,
        "section_url": f"{url}?{query}" if query else url,
    }


def chips(request, narrowing=NARROWING) -> list[tuple[str, str, str]]:
    """(label, value in words, address without it) of each active filter."""
    found = []
    for name, label in narrowing.items():
        value = request.GET.get(name)
        if value:
            rest = request.GET.copy()
            for key in (name, "after", "before"):
                rest.pop(key, None)
            word = type_word(value) if name == "type" else value
            found.append((label, word, f"{request.path}?{rest.urlencode()}" if rest else request.path))
    return found


def node_page(tab: str):
    """Decorates `view(request, node, context, …)` as a tab of a detail page: for members who may see the node.

    An alias's address redirects to its node's, and another section's to the one that shows the kind.
    """

    def decorate(view):
        @signed_in(lineage=True)
        @wraps(view)
        def guarded(request, pk, **further):
            pins.pin(request.viewer, pk)
            if address := pins.renamed(request):
                return redirect(address)
            node = queries.find(request.viewer, pk)
            if node.root_id != pk or node.page != request.resolver_match.namespace:
                return redirect(right_address(request, node, tab))
            return view(request, node, node_context(request, node, tab), **further)

        return guarded

    return decorate


def right_address(request, node, tab: str) -> str:
    known = tab if tab in SECTIONS[node.page].tabs else "overview"
    query = request.GET.urlencode()
    return reverse(f"{node.page}:{known}", args=[node.root_id]) + (f"?{query}" if query else "")


def node_context(request, node, tab: str) -> dict:
    """node, its leading sighting, the tabs as (name, label, icon, address), and the section."""
    section = SECTIONS[node.page]
    query = scope({"request": request}, ("run", "version"))
    tabs = []
    for name in section.tabs:
        url = reverse(f"{section.name}:{name}", args=[node.root_id])
        tabs.append((name, *TABS[name], f"{url}?{query}" if query else url))
    sighting = queries.sightings(request.viewer, [node.root_id])[node.root_id]
    return section_context(request, section) | {"node": node, "sighting": sighting, "tab": tab, "tabs": tabs}


def related_context(request, node) -> dict:
    """Both directions of a node's neighbours with the last run that made each edge; ?all=1 gives up to 500."""
    limit = ALL_RELATED if request.GET.get("all") else RELATED
    levels = adjacent.related(request.viewer, node, limit)
    return {"related": [(_("Upstream"), levels["upstream"]), (_("Downstream"), levels["downstream"])]}
