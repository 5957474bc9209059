from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from . import errors, health

handler404 = errors.not_found
handler500 = errors.failed

urlpatterns = [
    # Above ingestion: GET and POST of one address belong to two apps.
    path("", include("compat.marquez.graph_urls")),
    path("", include("ingestion.urls")),
    path("", include("catalogue.urls")),
    path("", include("impact.urls")),
    path("", include("lineage.urls")),
    path("runs/", include("runs.urls")),
    path("", include("datasets.api_urls")),
    path("", include("models_registry.api_urls")),
    path("", include("workloads.api_urls")),
    path("", include("clouds.api_urls")),
    path("", include("compat.marquez.urls")),
    path("", include("clouds.account_urls")),
    path("datasets/", include("datasets.urls")),
    path("models/", include("models_registry.urls")),
    path("workloads/", include("workloads.urls")),
    path("clouds/", include("clouds.urls")),
    path("organization/", include("clouds.organization_urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("", RedirectView.as_view(pattern_name="datasets:list"), name="home"),
]
