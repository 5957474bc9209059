from django.urls import path

from . import organization_views as views

app_name = "organization"
urlpatterns = [
    path("", views.home, name="home"),
    path("choose/", views.choose, name="choose"),
    path("members/add/", views.add, name="add"),
    path("members/<int:pk>/role/", views.change_role, name="role"),
    path("members/<int:pk>/remove/", views.remove, name="remove"),
    path("switch/", views.switch, name="switch"),
    path("all/", views.everyone, name="all"),
    path("all/<int:pk>/switch/", views.switch_any, name="switch_any"),
]
