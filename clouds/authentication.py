"""API keys as a way to sign in to the REST API. Apart from api.py, since DRF's settings import it."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication

from . import keys
from .access import Viewer


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY`, with the scope `read`; `request.viewer` is then the key's."""

    def authenticate_header(self, request):
        return "Bearer"

    def authenticate(self, request):
        raw = keys.bearer(request)
        if raw is None:
            return None
        key = keys.authenticate(raw)
        if key is None:
            raise exceptions.AuthenticationFailed(_("This API key is unknown or has been revoked."))
        try:
            keys.require(key, "read")
        except keys.Forbidden as error:
            raise exceptions.PermissionDenied(str(error)) from None
        request._request.viewer = Viewer(choice=request._request.GET, key=key)
        return key.owner, key


class IngestAuthentication(BaseAuthentication):
    """As the ingestion of events admits; `request.auth` is then the Admission."""

    def authenticate_header(self, request):
        return "Bearer"

    def authenticate(self, request):
        try:
            admission = keys.admit(request)
        except keys.Unauthorized as error:
            raise exceptions.AuthenticationFailed(str(error)) from None
        except keys.Forbidden as error:
            raise exceptions.PermissionDenied(str(error)) from None
        return (admission.key.owner if admission.key else AnonymousUser()), admission
