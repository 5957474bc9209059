"""API keys, and who a request to an API is."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .audit import note
from .models import Action, ApiKey, Cloud, CloudMembership, Membership, Project, Role
from .projects import DEFAULT

MARK = "lc_"
SCOPES = ("ingest", "read")
# Between two writes of "last used": a busy key must not cost a write with every request.
USED_EVERY = timedelta(minutes=1)
# Headers that only a proxy sets: with one in between, "from this machine" says nothing.
PROXIED = ("HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


class Unauthorized(Exception):
    """No key, or none that is valid: 401."""


class Forbidden(Exception):
    """A valid key, or a local request, that may not do this: 403."""


@dataclass
class Admission:
    """Who sends: the cloud that events go to, the project a key is bound to, and whose key it is."""

    cloud: Cloud
    project: Project | None = None
    key: ApiKey | None = None
    owner_email: str = ""


def digest(raw: str) -> str:
    return sha256(raw.encode(errors="surrogatepass")).hexdigest()


@transaction.atomic
def create_key(cloud, owner, *, name="", scopes=SCOPES, project=None, by_command=False) -> tuple[ApiKey, str]:
    """(the key, its secret). The secret is not kept: show it now or never. Who owns a key has made it, unless a
    command has."""
    raw = MARK + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        cloud=cloud,
        owner=owner,
        name=name,
        scopes=",".join(scope for scope in SCOPES if scope in scopes),
        project=project,
        prefix=raw[:10],
        digest=digest(raw),
    )
    note(None if by_command else owner, Action.KEY, told(key), cloud=cloud, after=key.scopes)
    return key, raw


@transaction.atomic
def revoke(key: ApiKey, by) -> None:
    """The key works no longer."""
    if not key.revoked_at:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        note(by, Action.KEY, told(key), cloud=key.cloud, before=key.scopes)


def told(key: ApiKey) -> str:
    """As the audit log names a key: by its beginning, its name and its owner."""
    return " ".join(filter(None, (f"{key.prefix}…", key.name, f"({key.owner.email})")))


def authenticate(raw: str) -> ApiKey | None:
    """The key in force with this secret; 1 query, and a write at most once a minute.

    A key is in force while its owner may see its cloud: whoever leaves takes their keys along.
    """
    key = force().filter(digest=digest(raw)).select_related("cloud__organization", "project", "owner").first()
    if key:
        note_use(key)
    return key


def force() -> QuerySet[ApiKey]:
    """The keys in force."""
    return ApiKey.objects.filter(still_sees(), revoked_at=None, owner__is_active=True)


def in_force(rows: QuerySet[ApiKey]) -> ApiKey:
    """The one of the rows that is in force. Raises Unauthorized."""
    key = (rows & force()).select_related("cloud__organization", "project", "owner").first()
    if key is None:
        raise Unauthorized(_("This API key is unknown or has been revoked."))
    return key


def still_sees() -> Q:
    """Of an ApiKey: its owner may see its cloud, by the rules of `access.Viewer`."""
    member = Membership.objects.filter(user=OuterRef("owner"), organization=OuterRef("cloud__organization"))
    of_cloud = CloudMembership.objects.filter(user=OuterRef("owner"), cloud=OuterRef("cloud"))
    open_to_them = Q(cloud__private=False) | Exists(member.filter(role=Role.OWNER)) | Exists(of_cloud)
    return Q(Exists(member)) & open_to_them


def note_use(key: ApiKey):
    now = timezone.now()
    if key.last_used_at and now - key.last_used_at < USED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_EVERY)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    key.last_used_at = now


def bearer(request) -> str | None:
    """The key that a request carries in `Authorization: Bearer KEY`, None without that header."""
    kind, _space, raw = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return raw.strip() if kind.lower() == "bearer" and raw.strip() else None


def admit(request, scope: str = "ingest") -> Admission:
    """Who a request to the ingestion API is; 1 query. Raises Unauthorized or Forbidden, with what to do."""
    raw = bearer(request)
    if raw is None:
        return admit_local(request)
    key = in_force(ApiKey.objects.filter(digest=digest(raw)))
    note_use(key)
    require(key, scope)
    return Admission(key.cloud, key.project, key, key.owner.email)


def require(key: ApiKey, scope: str):
    if scope not in key.scopes.split(","):
        raise Forbidden(_("This API key lacks the scope “%(scope)s”.") % {"scope": scope})


def admit_local(request) -> Admission:
    """On one's own machine no key is needed: the event goes to the default cloud.

    A web page that is open in the same browser, or a proxy that makes the console public, gets no such trust.
    """
    if not settings.LINEAGE_LOCAL:
        raise Unauthorized(_("Send an API key: “Authorization: Bearer KEY”. Make one in the settings of the cloud."))
    refuse_foreign(request)
    cloud = Cloud.objects.filter(name=DEFAULT, organization__name=DEFAULT).select_related("organization").first()
    if cloud is None:
        raise Unauthorized(_("There is no default cloud: start with “make run”, or send an API key."))
    return Admission(cloud)


def refuse_foreign(request):
    forwarded = any(name.startswith(PROXIED) for name in request.META)
    if forwarded or not from_loopback(request.META.get("REMOTE_ADDR", "")):
        raise Unauthorized(_("Requests from elsewhere need an API key: “Authorization: Bearer KEY”."))
    origin = request.META.get("HTTP_ORIGIN")
    if origin and origin != f"{request.scheme}://{request.get_host()}":
        raise Forbidden(_("Requests from other web pages need an API key: “Authorization: Bearer KEY”."))


def from_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
