from django.urls import re_path

from . import api

app_name = "impact"
urlpatterns = [re_path(r"^api/nodes/(?P<pk>\d+)/closure/?$", api.node_closure, name="closure")]
