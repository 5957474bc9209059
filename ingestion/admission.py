"""Who sends, remembered between requests and checked again in each commit.

Asking the database for a key's rights costs more than storing an event. So a key is looked up once; the transaction
that stores its events asks, in one statement for a whole group, whether every key is still in force and every switch
still stands as it did. What has lapsed is looked up anew before anything of it is stored.
"""

from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.db.models import F, IntegerField, QuerySet
from django.db.models.functions import Cast

from clouds import keys
from clouds.access import lineage_is_on
from clouds.keys import Admission
from clouds.models import ApiKey, Cloud
from lineage.questions import Questions
from lineage.upsert import any_of, as_list

MOST = 10_000
LOCAL = ""
# By the digest of the key.
REMEMBERED: dict[str, Admission] = {}


def admit(request) -> Admission:
    """As keys.admit, without a query for a key that is known."""
    raw = keys.bearer(request)
    name = keys.digest(raw) if raw else LOCAL
    known = REMEMBERED.get(name)
    # An event that is not captured reaches no commit, so nothing would notice that lineage is on again.
    if known is None or not is_on(known) or (name == LOCAL and not settings.LINEAGE_LOCAL):
        return remember(name, keys.admit(request))
    if known.key:
        keys.note_use(known.key)
    else:
        keys.refuse_foreign(request)
    return known


def remember(name: str, admission: Admission) -> Admission:
    if len(REMEMBERED) >= MOST:
        REMEMBERED.clear()
    REMEMBERED[name] = admission
    return admission


def renewed(admission: Admission) -> Admission:
    """The same, as it stands now. Raises keys.Unauthorized."""
    if not admission.key:
        cloud = Cloud.objects.select_related("organization").get(pk=admission.cloud.pk)
        return remember(LOCAL, Admission(cloud))
    REMEMBERED.pop(admission.key.digest, None)
    key = keys.in_force(ApiKey.objects.filter(pk=admission.key.pk))
    return remember(key.digest, Admission(key.cloud, key.project, key, key.owner.email))


class Standing:
    """How the senders of a group stand now."""

    def __init__(self, admissions: Iterable[Admission], questions: Questions):
        self.by_id = {id(admission): admission for admission in admissions}
        keys = {each.key.pk for each in self.by_id.values() if each.key}
        clouds = {each.cloud.pk for each in self.by_id.values() if not each.key}
        self.asked = [
            (what, questions.ask(f"({sql}) {what}s", *parameters, as_list(ids), expected=self.expected(what), **STATE))
            for what, ids, (sql, parameters) in (("key", keys, of_keys()), ("cloud", clouds, of_clouds()))
            if ids
        ]

    def expected(self, what: str) -> list[tuple]:
        states = {(place(admission), state_of(admission)) for admission in self.by_id.values()}
        return [(pk, None, *state) for (of, pk), state in states if of == what]

    def lapsed(self) -> set[int]:
        """The id()s of those that no longer hold as they were remembered."""
        now = {(what, pk): tuple(state) for what, question in self.asked for pk, _, *state in question.rows()}
        return {name for name, admission in self.by_id.items() if now.get(place(admission)) != state_of(admission)}


STATE = {"number": "sender", "text": "cloud_name", "one": "cloud_on", "two": "organization_on"}


@cache
def of_keys() -> tuple[str, tuple]:
    """The statement for the keys in force and the state of their clouds, put together once: it runs in every commit."""
    return state_sql(keys.force(), "cloud__", "clouds_apikey.id")


@cache
def of_clouds() -> tuple[str, tuple]:
    return state_sql(Cloud.objects.all(), "", "clouds_cloud.id")


def state_sql(rows: QuerySet, cloud: str, id: str) -> tuple[str, tuple]:
    rows = rows.order_by().annotate(
        sender=F("pk"),
        cloud_name=F(f"{cloud}name"),
        cloud_on=Cast(f"{cloud}lineage_enabled", IntegerField()),
        organization_on=Cast(f"{cloud}organization__lineage_enabled", IntegerField()),
    )
    sql, parameters = rows.values_list("sender", "cloud_name", "cloud_on", "organization_on").query.sql_with_params()
    return f"{sql} {'AND' if ' WHERE ' in sql else 'WHERE'} {any_of(id)}", parameters


def place(admission: Admission) -> tuple[str, int]:
    return ("key", admission.key.pk) if admission.key else ("cloud", admission.cloud.pk)


def state_of(admission: Admission) -> tuple[str, bool, bool | None]:
    """What events depend on besides the key: the cloud's name, its switch and its organization's."""
    cloud = admission.cloud
    return cloud.name, cloud.lineage_enabled, cloud.organization.lineage_enabled


def is_on(admission: Admission) -> bool:
    return admission.cloud.lineage_enabled and lineage_is_on(admission.cloud.organization)
