"""The graph in Django's admin, to look at only."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.utils.functional import cached_property

from .models import Edge, Node, Run, RunIO, Sighting, Version

MOST = 10_000


class Bounded(Paginator):
    """Counts, and leads to, the first MOST rows."""

    @cached_property
    def count(self):
        return self.object_list.order_by()[:MOST].count()


class ReadOnly(admin.ModelAdmin):
    """Shows rows and changes none. No exact counts: these tables are large."""

    paginator = Bounded
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class NodeAdmin(ReadOnly):
    list_display = ["name", "namespace", "kind", "shown"]
    list_select_related = ["organization"]
    search_fields = ["name", "namespace"]


@admin.register(Node)
class AnyNodeAdmin(NodeAdmin):
    list_filter = ["entity", "kind"]


@admin.register(Sighting)
class SightingAdmin(ReadOnly):
    list_display = ["node", "project", "type", "creator", "created_at"]
    list_select_related = ["node", "project"]


@admin.register(Run)
class RunAdmin(ReadOnly):
    list_display = ["uuid", "workload", "operation", "state", "started_at", "ended_at"]
    list_select_related = ["workload"]
    list_filter = ["state"]


@admin.register(RunIO)
class RunIOAdmin(ReadOnly):
    list_display = ["run", "role", "node", "version", "first_at"]
    list_select_related = ["run", "node", "version"]


@admin.register(Edge)
class EdgeAdmin(ReadOnly):
    list_display = ["source", "type", "target", "project", "first_at"]
    list_select_related = ["source", "target", "project"]


@admin.register(Version)
class VersionAdmin(ReadOnly):
    list_display = ["node", "label", "first_at"]
    list_select_related = ["node"]
