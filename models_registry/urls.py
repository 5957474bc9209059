from django.urls import include, path

from lineage import graph_views
from lineage.overview import versions

from . import views

app_name = "models"
urlpatterns = [
    path("", views.index, name="list"),
    path("<int:pk>/", views.overview, name="overview"),
    path("<int:pk>/lineage/", graph_views.lineage, name="lineage"),
    path("<int:pk>/versions/", versions, name="versions"),
    # By name: events are pages of ingestion, which sections know nothing of.
    path("<int:pk>/events/", include("ingestion.node_urls")),
]
