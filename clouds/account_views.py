"""Signing in by password or by a one-time link, and signing out."""

from django.contrib.auth import login, views
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from .access import Viewer
from .forms import SignInForm
from .links import redeem
from .typed import KEPT


def start_page(user) -> str:
    """Where a person begins: the data, or what there is while lineage tracking is off."""
    return resolve_url("datasets:list" if Viewer(user).lineage_on else "clouds:list")


class SignIn(views.LoginView):
    template_name = "registration/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self):
        return start_page(self.request.user)


class SignOut(views.LogoutView):
    next_page = reverse_lazy("login")


@never_cache
@require_GET
def sign_in_by_link(request, uid, token):
    user = redeem(uid, token)
    if user is None:
        return render(request, "registration/bad_link.html", status=410)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("again" if KEPT in request.session else start_page(user))
