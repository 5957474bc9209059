"""For administrators. The lineage switches are turned on the pages, where the change is written down."""

from django.contrib import admin

from . import models
from .capture import switch_organization


class Members(admin.TabularInline):
    model = models.Membership
    extra = 0
    autocomplete_fields = ["user"]


class CloudMembers(admin.TabularInline):
    model = models.CloudMembership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(models.Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ["name", "lineage_enabled", "created_at"]
    search_fields = ["name"]
    inlines = [Members]

    def save_model(self, request, obj, form, change):
        """The switch is turned as everywhere else, so that it stands in the audit log."""
        wanted = obj.lineage_enabled
        if "lineage_enabled" in form.changed_data:
            obj.lineage_enabled = form.initial.get("lineage_enabled")
        super().save_model(request, obj, form, change)
        if wanted is not None:
            switch_organization(obj, wanted, request.user)


@admin.register(models.Cloud)
class CloudAdmin(admin.ModelAdmin):
    list_display = ["name", "organization", "private", "lineage_enabled", "created_at"]
    list_filter = ["organization"]
    search_fields = ["name"]
    readonly_fields = ["lineage_enabled"]
    inlines = [CloudMembers]


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(models.Project)
class ProjectAdmin(ReadOnly):
    list_display = ["name", "cloud"]
    list_select_related = ["cloud"]
    search_fields = ["name"]


@admin.register(models.ApiKey)
class ApiKeyAdmin(ReadOnly):
    list_display = ["prefix", "name", "cloud", "owner", "scopes", "last_used_at", "revoked_at"]
    list_select_related = ["cloud", "owner"]
    exclude = ["digest"]


@admin.register(models.SwitchChange)
class SwitchChangeAdmin(ReadOnly):
    list_display = ["changed_at", "organization", "cloud", "enabled", "changed_by"]
    list_select_related = ["organization", "cloud", "changed_by"]

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(models.Cluster)
class ClusterAdmin(ReadOnly):
    list_display = ["cluster_id", "cloud", "started_at", "ended_at", "lineage_enabled"]
    list_select_related = ["cloud"]
