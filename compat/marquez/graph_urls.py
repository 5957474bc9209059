"""GET /api/v1/lineage is Marquez's; POST is the ingestion of events."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from ingestion import views

from .door import READ, door


@csrf_exempt
def lineage(request):
    return door(request, "lineage") if request.method in READ else views.lineage(request)


urlpatterns = [path("api/v1/lineage", lineage), path("api/v1/lineage/", lineage)]
