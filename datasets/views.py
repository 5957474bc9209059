from django.shortcuts import render

from clouds.access import signed_in
from lineage.overview import resource_context
from lineage.pages import list_context, node_page
from lineage.sections import DATASETS
from lineage.wording import type_word

from .filters import DatasetFilter


@signed_in(lineage=True)
def index(request):
    filters = DatasetFilter.for_request(request)
    types = [(type, type_word(type)) for type in filters.types()]
    context = list_context(request, DATASETS, filters) | {"types": types, "row_template": "lineage/row.html"}
    return render(request, "datasets/list.html", context)


@node_page("overview")
def overview(request, node, context):
    return render(request, "datasets/overview.html", context | resource_context(request, node))
