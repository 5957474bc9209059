"""The tabs Runs and Versions of a dataset, a model or a workload, inside the addresses of its section."""

from django.urls import path

from . import compare_pages, run_tabs, version_pages

urlpatterns = [
    path("runs/", run_tabs.runs, name="runs"),
    path("versions/", version_pages.versions_tab, name="versions"),
    path("versions/compare/", compare_pages.versions, name="compare"),
    path("versions/<uuid:key>/", version_pages.version, name="version"),
]
