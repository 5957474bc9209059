"""The audit log: filtered by who, what and when, as a page and as CSV."""

import csv
from datetime import UTC, datetime, time

import django_filters
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from clouds import audit
from clouds.access import signed_in
from clouds.models import Action, Change
from lineage.filters import KeysetFilter
from lineage.pages import chips, page_of
from lineage.spreadsheet import cell

PAGE_SIZE = 50
MOST = 10_000
COLUMNS = ("at", "who", "action", "subject", "cloud", "project", "before", "after")
NARROWING = {"who": _("Who"), "what": _("What"), "q": _("About"), "since": _("From"), "until": _("Until")}


class ChangeFilter(KeysetFilter):
    ORDERINGS = {"at": "at"}
    DEFAULT = "-at"

    who = django_filters.CharFilter(lookup_expr="icontains")
    what = django_filters.ChoiceFilter(field_name="action", choices=Action)
    q = django_filters.CharFilter(field_name="subject", lookup_expr="icontains")
    since = django_filters.DateFilter(method="from_day")
    until = django_filters.DateFilter(method="to_day")
    ordering = django_filters.ChoiceFilter(method="keep", null_label=None)

    class Meta:
        model = Change
        fields: list[str] = []

    def from_day(self, rows, name, day):
        return rows.filter(at__gte=datetime.combine(day, time.min, UTC))

    def to_day(self, rows, name, day):
        return rows.filter(at__lte=datetime.combine(day, time.max, UTC))


@signed_in
@require_GET
def log(request):
    filters = ChangeFilter(request.GET, queryset=audit.visible(request.viewer), request=request)
    if request.GET.get("format") == "csv" and filters.is_valid():
        return as_csv(filters.qs)
    page, notice = page_of(request, filters, PAGE_SIZE)
    query = request.GET.copy()
    query["format"] = "csv"
    context = {
        "page": page,
        "filters": filters,
        "notice": notice,
        "chips": chips(request, NARROWING),
        "actions": Action.choices,
        "csv_url": f"?{query.urlencode()}",
        "no_scope": True,
    }
    return render(request, "catalogue/audit.html", context)


def as_csv(rows) -> HttpResponse:
    """Up to MOST rows, the newest; the header X-Truncated says whether some were left out."""
    rows = list(rows[: MOST + 1])
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="changes.csv"'
    response["X-Truncated"] = "true" if len(rows) > MOST else "false"
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for row in rows[:MOST]:
        place = (row.cloud.name if row.cloud else "", row.project.name if row.project else "")
        said = (row.at.isoformat(), row.who, row.action, row.subject, *place, row.before, row.after)
        writer.writerow([cell(value) for value in said])
    return response
