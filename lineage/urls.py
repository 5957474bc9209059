from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from . import api, api_docs, column_api, graph_panel, graph_views, views

app_name = "lineage"
urlpatterns = [
    path("graph/nodes/<int:pk>/", graph_panel.node, name="graph-node"),
    path("graph/edges/<int:source>/<slug:type>/<int:target>/", graph_panel.edge, name="graph-edge"),
    path("search/", views.search, name="search"),
    path("help/", views.help, name="help"),
    path("theme/", views.theme, name="theme"),
    path("api/runs/", api.RunList.as_view(), name="api-runs"),
    path("api/runs/<uuid:uuid>/", api.RunView.as_view(), name="api-run"),
    path("api/nodes/", api.NodeSearch.as_view(), name="api-nodes"),
    re_path(r"^api/nodes/(?P<pk>\d+)/neighbours/?$", graph_views.neighbours, name="neighbours"),
    re_path(r"^api/nodes/(?P<pk>\d+)/columns/?$", column_api.node_columns, name="node-columns"),
    re_path(r"^api/nodes/(?P<pk>\d+)/column-lineage/?$", column_api.column_lineage, name="column-lineage"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", api_docs.docs, name="docs"),
]
