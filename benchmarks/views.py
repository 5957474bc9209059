"""The limits of reading, as views: the middleware and the session of every page, and no question to the store."""

from django.http import JsonResponse
from django.shortcuts import render

from clouds.access import signed_in
from datasets.filters import DatasetFilter
from lineage.pages import list_context
from lineage.sections import DATASETS
from lineage.wording import type_word

KEPT: dict[str, dict] = {}


@signed_in(lineage=True)
def null(request):
    return JsonResponse({"elements": {"nodes": [], "edges": []}, "more": {}})


@signed_in(lineage=True)
def template(request):
    """The list of datasets, drawn from what the first request read."""
    if not KEPT:
        filters = DatasetFilter.for_request(request)
        KEPT.update(list_context(request, DATASETS, filters))
        KEPT["creators"] = list(KEPT["creators"])
        KEPT["types"] = [(type, type_word(type)) for type in filters.types()]
        KEPT["row_template"] = "lineage/row.html"
    return render(request, "datasets/list.html", dict(KEPT))
