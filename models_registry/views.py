from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from clouds.access import signed_in
from lineage import facts, run_facts
from lineage.overview import resource_context
from lineage.pages import list_context, node_page
from lineage.sections import MODELS

from .filters import ModelFilter

TYPES = [("model", _("Model")), ("artifact", _("Artifact"))]


@signed_in(lineage=True)
def index(request):
    context = list_context(request, MODELS, ModelFilter.for_request(request))
    context |= {"types": TYPES, "row_template": "lineage/row.html"}
    return render(request, "models_registry/list.html", context)


@node_page("overview")
def overview(request, node, context):
    context |= resource_context(request, node)
    facets = context["facets"]
    context |= {
        "model": dict(facts.pairs(facets, "lc_model")),
        "metrics": run_facts.metrics(facets),
        "hyperparameters": run_facts.hyperparameters(facets),
    }
    return render(request, "models_registry/overview.html", context)
