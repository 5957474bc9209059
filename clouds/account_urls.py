"""Signing in and out; without a namespace, as Django's own `login` and `logout` are."""

from django.urls import path

from . import account_views as views
from . import typed

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="login"),
    path("sign-in/again/", typed.again, name="again"),
    path("sign-in/<str:uid>/<str:token>/", views.sign_in_by_link, name="sign_in_link"),
    path("sign-out/", views.SignOut.as_view(), name="logout"),
]
