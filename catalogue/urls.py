from django.urls import path

from . import api, views

app_name = "catalogue"
urlpatterns = [
    path("api/nodes/<int:pk>/", api.NodeView.as_view(), name="api-node"),
    path("nodes/<int:pk>/edit/", views.edit, name="edit"),
    path("nodes/<int:pk>/history/", views.history, name="history"),
]
