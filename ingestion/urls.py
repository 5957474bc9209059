from django.urls import path

from . import event_pages, live, producers, rejected_pages, schema_views, trial, views, welcome

app_name = "ingestion"
# With and without a slash: a redirect would turn a POST into a GET, and the client would report success.
urlpatterns = [
    path("api/v1/lineage", views.lineage, name="lineage"),
    path("api/v1/lineage/", views.lineage),
    path("api/v1/lineage/batch", views.batch, name="batch"),
    path("api/v1/lineage/batch/", views.batch),
    path("events/", event_pages.index, name="events"),
    path("events/<int:pk>/", event_pages.detail, name="event"),
    path("events/<int:pk>/download/", event_pages.download, name="event_download"),
    path("events/producers/", producers.index, name="producers"),
    path("events/new/", live.since, name="live"),
    path("events/rejected/", rejected_pages.index, name="rejected"),
    path("welcome/", welcome.welcome, name="welcome"),
    path("test-event/", trial.send, name="test_event"),
    path("schemas/<slug:name>/<slug:version>.json", schema_views.schema, name="schema"),
]
