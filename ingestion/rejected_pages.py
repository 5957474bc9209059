"""What was refused, and why, so that the owner of a producer can mend it."""

from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from clouds.access import signed_in
from lineage.pages import chips, page_of

from .event_filters import RejectedFilter
from .event_pages import events_context

STATUSES = [
    ("400", gettext_lazy("400 not JSON")),
    ("403", gettext_lazy("403 another cloud or project")),
    ("413", gettext_lazy("413 too large")),
    ("415", gettext_lazy("415 encoding")),
    ("422", gettext_lazy("422 not a valid event")),
]
NARROWING = {
    "status": gettext_lazy("Status"),
    "key": gettext_lazy("API key"),
    "cloud": gettext_lazy("Cloud"),
}
# A row shows this much of a body at once; the rest, up to what is kept, opens on demand.
GLANCE = 2000


@signed_in(lineage=True)
@require_safe
def index(request):
    filters = RejectedFilter.for_request(request)
    page, notice = page_of(request, filters)
    names = dict(filters.key_choices())
    for row in page.rows:
        row.key_name = names.get(str(row.api_key_id), "")
        row.glance = row.body[:GLANCE]
        row.cut = len(row.body) > GLANCE
    context = events_context("rejected") | {
        "page": page,
        "notice": notice,
        "filters": filters,
        "statuses": STATUSES,
        "keys": filters.key_choices(),
        "chips": chips(request, NARROWING),
    }
    return render(request, "events/rejected.html", context)
