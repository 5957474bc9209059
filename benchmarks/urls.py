"""The console's addresses, and those of the views that say how fast the others could be at best."""

from django.urls import path

from lineage_console.urls import urlpatterns as console

from . import views

urlpatterns = [*console, path("benchmarks/null", views.null), path("benchmarks/list/", views.template)]
