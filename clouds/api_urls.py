from django.urls import path, re_path

from . import api

urlpatterns = [
    path("api/clouds/", api.clouds, name="api-clouds"),
    path("api/clouds/<int:pk>/", api.cloud, name="api-cloud"),
    re_path(r"^api/v1/clusters/?$", api.start_cluster, name="api-cluster-start"),
    re_path(
        r"^api/v1/clusters/(?P<cluster_id>.+)/terminate/?$",
        api.end_cluster,
        name="api-cluster-end",
    ),
]
