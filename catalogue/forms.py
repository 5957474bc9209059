"""What people type, and what is wrong with it, field by field."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clouds.forms import Console

from .annotations import Said
from .models import Tag, Tagging

LONGEST_TAG = Tag._meta.get_field("name").max_length
LONGEST_FIELD = Tagging._meta.get_field("field").max_length
LONGEST_OWNER = 320


def listed(text: str, separator: str, longest: int, too_long: str) -> list[str]:
    """The parts without blanks around them, each once. Raises ValidationError on one that is too long."""
    found = list(dict.fromkeys(" ".join(part.split()) for part in text.split(separator) if part.strip()))
    for part in found:
        if len(part) > longest:
            raise forms.ValidationError(too_long % {"start": part[:20], "most": longest})
    return found


def tags_in(text: str) -> list[str]:
    return sorted(listed(text, ",", LONGEST_TAG, _("The tag “%(start)s…” is longer than %(most)s letters.")))


class AnnotationForm(Console, forms.Form):
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Plain text. An empty line begins a paragraph; addresses become links."),
    )
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=5000, help_text=_("Separated by commas: gold, pii")
    )
    owners = forms.CharField(
        label=_("Owners"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who answers for it: an e-mail address or a name in each line."),
    )
    columns = forms.CharField(
        label=_("Tags of columns"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A column in each line, with its tags after a colon: email: pii, gdpr"),
    )
    revision = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, said: Said) -> "AnnotationForm":
        return cls(
            initial={
                "description": said.description,
                "tags": ", ".join(said.tags),
                "owners": "\n".join(said.owners),
                "columns": "\n".join(f"{name}: {', '.join(tags)}" for name, tags in said.fields.items()),
                "revision": said.revision,
            }
        )

    def clean_description(self):
        return self.cleaned_data["description"].replace("\r\n", "\n").strip()

    def clean_tags(self):
        return tags_in(self.cleaned_data["tags"])

    def clean_owners(self):
        return listed(
            self.cleaned_data["owners"],
            "\n",
            LONGEST_OWNER,
            _("The owner “%(start)s…” is longer than %(most)s letters."),
        )

    def clean_columns(self):
        found: dict[str, list[str]] = {}
        for line in self.cleaned_data["columns"].splitlines():
            name, colon, tags = line.rpartition(":")
            name = name.strip()
            if not line.strip():
                continue
            if not colon or not name or not tags_in(tags):
                raise forms.ValidationError(
                    _("“%(line)s”: write a column, a colon and its tags.") % {"line": line[:60]}
                )
            if len(name) > LONGEST_FIELD:
                raise forms.ValidationError(
                    _("A column's name is longer than %(most)s letters.") % {"most": LONGEST_FIELD}
                )
            found[name] = sorted({*found.get(name, []), *tags_in(tags)})
        return found

    def said(self) -> Said:
        data = self.cleaned_data
        return Said(data["description"], data["owners"], data["tags"], data["columns"])
