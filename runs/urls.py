from django.urls import path

from . import compare_pages, reproduce_pages, run_page

app_name = "runs"
urlpatterns = [
    path("<uuid:uuid>/", run_page.run, name="run"),
    path("<uuid:uuid>/reproduce.json", reproduce_pages.as_json, name="reproduce-json"),
    path("<uuid:uuid>/reproduce.md", reproduce_pages.as_markdown, name="reproduce-markdown"),
    path("compare/", compare_pages.runs, name="compare"),
]
