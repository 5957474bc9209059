from django.urls import include, path

from lineage import column_views, graph_views

from . import views

app_name = "datasets"
urlpatterns = [
    path("", views.index, name="list"),
    path("<int:pk>/", views.overview, name="overview"),
    path("<int:pk>/lineage/", graph_views.lineage, name="lineage"),
    path("<int:pk>/columns/", column_views.tab, name="columns"),
    # By name: impact, versions, runs and events are pages of apps that sections know nothing of.
    path("<int:pk>/impact/", include("impact.node_urls")),
    path("<int:pk>/", include("runs.node_urls")),
    path("<int:pk>/events/", include("ingestion.node_urls")),
]
