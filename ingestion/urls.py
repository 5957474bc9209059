from django.urls import path

from . import schema_views, trial, views

app_name = "ingestion"
# With and without a slash: a redirect would turn a POST into a GET, and the client would report success.
urlpatterns = [
    path("api/v1/lineage", views.lineage, name="lineage"),
    path("api/v1/lineage/", views.lineage),
    path("api/v1/lineage/batch", views.batch, name="batch"),
    path("api/v1/lineage/batch/", views.batch),
    path("test-event/", trial.send, name="test_event"),
    path("schemas/<slug:name>/<slug:version>.json", schema_views.schema, name="schema"),
]
