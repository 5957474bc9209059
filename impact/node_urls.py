"""The Impact tab, which each section includes under its own name."""

from django.urls import path

from . import views

urlpatterns = [path("", views.impact, name="impact")]
