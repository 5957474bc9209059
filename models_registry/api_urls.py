from django.urls import path

from . import api

urlpatterns = [
    path("api/models/", api.ModelList.as_view(), name="api-models"),
    path("api/models/<int:pk>/", api.ModelDetail.as_view(), name="api-model"),
]
