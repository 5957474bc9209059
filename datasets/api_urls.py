from django.urls import path

from . import api

urlpatterns = [
    path("api/datasets/", api.DatasetList.as_view(), name="api-datasets"),
    path("api/datasets/<int:pk>/", api.DatasetDetail.as_view(), name="api-dataset"),
]
