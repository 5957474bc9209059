"""The Events tab, which each section includes under its own name."""

from django.urls import path

from . import node_events

urlpatterns = [path("", node_events.events, name="events")]
