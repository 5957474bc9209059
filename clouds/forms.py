from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from .keys import SCOPES
from .models import Cloud, Role

SCOPE_LABELS = {"ingest": _("Send events"), "read": _("Read lineage")}


class Console:
    """Gives each field the look of the console. Errors and hints are tied to fields by Django's own ids."""

    LOOKS = {forms.Select: "form-select", forms.CheckboxSelectMultiple: None}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for field in self.fields.values():
            look = self.LOOKS.get(type(field.widget), "form-control")
            if look:
                field.widget.attrs["class"] = look


class SignInForm(Console, AuthenticationForm):
    # Django's own speaks of a user name.
    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": _("The e-mail address or the password is wrong. Capital letters count in the password."),
    }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["username"].label = _("E-mail address")

    def clean_username(self):
        name = self.cleaned_data["username"].strip()
        return name.lower() if "@" in name else name


class MemberForm(Console, forms.Form):
    email = forms.CharField(label=_("E-mail address"), max_length=150, validators=[validate_email])
    email.widget.attrs["autocomplete"] = "off"
    role = forms.ChoiceField(label=_("Role"), choices=Role, initial=Role.MEMBER)

    def clean_email(self):
        return self.cleaned_data["email"].strip().lower()


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role)


class KeyForm(Console, forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("What will use the key, to know it again."))
    scopes = forms.MultipleChoiceField(
        label=_("The key may"),
        choices=[(scope, SCOPE_LABELS[scope]) for scope in SCOPES],
        initial=list(SCOPES),
        widget=forms.CheckboxSelectMultiple,
    )
    project = forms.CharField(
        label=_("Project"),
        max_length=4000,
        required=False,
        help_text=_("Left empty, each event says its project itself. A key that is bound to one reads only that."),
    )


class PrivacyForm(forms.ModelForm):
    class Meta:
        model = Cloud
        fields = ["private"]


class SwitchForm(forms.Form):
    enabled = forms.TypedChoiceField(choices=[("1", "on"), ("0", "off")], coerce=lambda value: value == "1")
