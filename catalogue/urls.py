from django.urls import path

from . import absence_views, activity, alias_views, api, audit_views, saved_views, views

app_name = "catalogue"
urlpatterns = [
    path("activity/", activity.index, name="activity"),
    path("views/", saved_views.index, name="views"),
    path("views/new/", saved_views.new, name="new_view"),
    path("views/<int:pk>/", saved_views.edit, name="view"),
    path("views/<int:pk>/delete/", saved_views.delete, name="delete_view"),
    path("aliases/", alias_views.index, name="aliases"),
    path("aliases/<int:pk>/", alias_views.decide, name="alias"),
    path("organization/changes/", audit_views.log, name="audit"),
    path("api/nodes/<int:pk>/", api.NodeView.as_view(), name="api-node"),
    path("nodes/<int:pk>/edit/", views.edit, name="edit"),
    path("nodes/<int:pk>/history/", views.history, name="history"),
    path("nodes/<int:pk>/hide/", absence_views.hide, name="hide"),
    path("nodes/<int:pk>/restore/", absence_views.restore, name="restore"),
    path("nodes/<int:pk>/delete/", absence_views.delete, name="delete"),
]
