from django.urls import path

from . import api

urlpatterns = [
    path("api/workloads/", api.WorkloadList.as_view(), name="api-workloads"),
    path("api/workloads/<int:pk>/", api.WorkloadDetail.as_view(), name="api-workload"),
]
