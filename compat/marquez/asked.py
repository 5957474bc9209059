"""Who asks for what: the request behind an endpoint, its parameters, and the faults that are answered in Marquez's
form."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from clouds import keys
from clouds.access import Viewer
from clouds.keys import Admission
from clouds.models import ApiKey, Membership
from ingestion import body, decode, moments

from . import paths

MOST = 10_000


class Fault(Exception):
    """A client's mistake: `status`, a message, and one message for each fault of a body."""

    def __init__(self, status: int, message: str, errors: list[str] | None = None):
        super().__init__(message)
        self.status, self.errors = status, errors


@dataclass
class Asked:
    """`admission` says who writes, None where only reading was asked for; `path` is the endpoint's own path."""

    request: Any
    viewer: Viewer
    admission: Admission | None = None

    @cached_property
    def said(self) -> dict:
        """The body, an object; {} where there is none."""
        text = body.read(self.request)
        if not text.strip():
            return {}
        tree = decode.whole(*decode.cleaned(text))
        if type(tree) is not dict:
            raise Fault(422, _("The body must be a JSON object."))
        return tree

    @property
    def may_read(self) -> bool:
        return self.viewer.key is None or "read" in self.viewer.key.scopes.split(",")

    def text(self, name: str, default: str = "") -> str:
        return paths.storable(self.request.GET.get(name, default))

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not value.isdecimal() or int(value[:9]) > MOST:
            low = _("query param %(name)s must be greater than or equal to 0, and at most %(most)d")
            raise Fault(400, low % {"name": name, "most": MOST})
        return int(value)

    def page(self, limit: int = 100) -> slice:
        """The rows that `limit` and `offset` name."""
        value = self.text("offset")
        if value and not (value.isdecimal() and len(value) < 16):
            raise Fault(400, _("query param offset must be greater than or equal to 0"))
        start = int(value or 0)
        return slice(start, start + self.number("limit", limit))

    def flag(self, name: str) -> bool:
        return self.text(name).lower() == "true"

    def moment(self, name: str) -> datetime | None:
        value = self.text(name)
        if not value:
            return None
        try:
            # A "+" that nobody encoded has become a space.
            return moments.read(value.replace(" ", "+"))[0]
        except ValueError as error:
            raise Fault(400, f"query param {name}: {error}") from None


def reader(request) -> Viewer:
    """Who reads: an API key with the scope `read`, the session's person, or, on one's own machine, whoever sends from
    there, as a key of the default cloud. Raises keys.Unauthorized or Forbidden."""
    if keys.bearer(request):
        key = keys.in_force(ApiKey.objects.filter(digest=keys.digest(keys.bearer(request))))
        keys.note_use(key)
        keys.require(key, "read")
        return Viewer(choice=request.GET, key=key)
    if request.viewer.organization:
        return request.viewer
    return key_of(keys.admit_local(request))


def writer(request) -> tuple[Admission, Viewer]:
    """Who writes, as for events. A session does not: a page elsewhere could use it."""
    admission = keys.admit(request, "ingest")
    return admission, Viewer(key=admission.key) if admission.key else key_of(admission)


def key_of(admission: Admission) -> Viewer:
    owner = Membership.objects.filter(organization=admission.cloud.organization).order_by("-role", "pk").first()
    if owner is None:
        raise keys.Unauthorized(_("There is no one in the default organization: start with “make run”."))
    return Viewer(key=ApiKey(cloud=admission.cloud, owner=owner.user, scopes="ingest,read"))
