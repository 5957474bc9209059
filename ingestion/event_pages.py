"""The pages of accepted events: the list, one event as JSON, its download."""

import json

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from clouds.access import known_keys, signed_in
from lineage.pages import chips

from .event_filters import EVENT_TYPES, KINDS, EventFilter, visible
from .event_list import look
from .kept import texts
from .models import RawEvent

# Longer bodies are offered as a download: a browser takes seconds to lay out more.
LONGEST_SHOWN = 500_000
NARROWING = {
    "q": gettext_lazy("Job or dataset"),
    "since": gettext_lazy("From"),
    "until": gettext_lazy("Until"),
    "kind": gettext_lazy("Kind"),
    "event_type": gettext_lazy("Event type"),
    "producer": gettext_lazy("Producer"),
    "run": gettext_lazy("Run"),
    "key": gettext_lazy("API key"),
    "warnings": gettext_lazy("With warnings"),
    "cloud": gettext_lazy("Cloud"),
    "project": gettext_lazy("Project"),
}


@signed_in(lineage=True)
@require_safe
def index(request):
    filters = EventFilter.for_request(request)
    looked = look(filters, request.GET)
    count_warnings(looked.page.rows)
    context = events_context() | {
        "looked": looked,
        "page": looked.page,
        "filters": filters,
        "kinds": KINDS,
        "event_types": EVENT_TYPES,
        "keys": filters.key_choices(),
        "chips": chips(request, NARROWING),
    }
    return render(request, "events/list.html", context)


def events_context(page: str = "events") -> dict:
    """For the breadcrumb."""
    return {"section_label": _("Events"), "section_url": reverse(f"ingestion:{page}")}


def count_warnings(events: list[RawEvent]) -> None:
    """Gives each its `notes`: what the console found odd in it."""
    for event in events:
        event.notes = json.loads(event.warnings)


def find(request, pk: int) -> tuple[RawEvent, str]:
    """The event and its JSON."""
    rows = visible(request.viewer).select_related("project__cloud", "api_key")
    for event, text in texts(rows.filter(pk=pk)):
        return event, text
    raise Http404(_("There is no such event among those that you may see, or it is too old and has been removed."))


@signed_in(lineage=True)
@require_safe
def detail(request, pk):
    event, text = find(request, pk)
    count_warnings([event])
    shown = len(text) <= LONGEST_SHOWN
    tree = json.loads(text) if shown else {}
    context = events_context() | {
        "event": event,
        "key_known": bool(event.api_key_id) and known_keys(request.viewer).filter(pk=event.api_key_id).exists(),
        "size": len(text.encode()),
        "shown": shown,
        "tree": tree,
        "parts": [(name, value) for name, value in tree.items() if isinstance(value, (dict, list)) and value],
    }
    return render(request, "events/detail.html", context)


@signed_in(lineage=True)
@require_safe
def download(request, pk):
    event, text = find(request, pk)
    name = f"event-{event.pk}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)
