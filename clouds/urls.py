from django.urls import path

from . import cloud_views, key_views, member_views, settings_views

app_name = "clouds"
urlpatterns = [
    path("", cloud_views.index, name="list"),
    path("<int:pk>/", cloud_views.detail, name="detail"),
    path("<int:pk>/settings/", settings_views.services, name="settings"),
    path("<int:pk>/settings/lineage/", settings_views.switch, name="switch"),
    path("<int:pk>/settings/general/", settings_views.general, name="general"),
    path("<int:pk>/settings/members/", member_views.index, name="members"),
    path("<int:pk>/settings/members/add/", member_views.add, name="add_member"),
    path(
        "<int:pk>/settings/members/<int:member>/role/",
        member_views.change_role,
        name="role",
    ),
    path(
        "<int:pk>/settings/members/<int:member>/remove/",
        member_views.remove,
        name="remove_member",
    ),
    path("<int:pk>/settings/keys/", key_views.index, name="keys"),
    path("<int:pk>/settings/keys/create/", key_views.create, name="create_key"),
    path("<int:pk>/settings/keys/<int:key>/revoke/", key_views.revoke, name="revoke_key"),
]
