"""Naming a view to keep it."""

from django import forms
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from clouds.forms import Console

from .models import SavedView

# Pages that are worth keeping: lists, details with their graphs, events, search.
SAVED = {"datasets", "models", "workloads", "ingestion", "lineage"}
LONGEST = 8000


def savable(path: str) -> bool:
    """Whether the address is one of the console's own pages."""
    if not path.startswith("/") or path.startswith(("//", "/\\", "/api/")) or len(path) > LONGEST:
        return False
    try:
        return resolve(path.partition("?")[0]).namespace in SAVED
    except Resolver404:
        return False


class SavedViewForm(Console, forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ["name", "path", "shared"]
        labels = {"name": _("Name"), "shared": _("Share it with the organization")}
        widgets = {"path": forms.HiddenInput, "shared": forms.CheckboxInput(attrs={"class": "form-check-input"})}
        help_texts = {"shared": _("Others see the name and the address; of the page, what they may see.")}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["shared"].widget.attrs["class"] = "form-check-input"

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        mine = SavedView.objects.filter(organization=self.instance.organization, owner=self.instance.owner, name=name)
        if mine.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You have a view of this name already."))
        return name

    def clean_path(self):
        path = self.cleaned_data["path"]
        if not savable(path):
            raise forms.ValidationError(_("This page cannot be kept: keep a list, a graph, events or a search."))
        return path
