"""Which nodes may be one thing under two spellings: quotes, a trailing slash, upper and lower case."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from clouds.models import Organization
from lineage.identity import digest
from lineage.models import Node

from .models import Fold, Suggestion

QUOTES = str.maketrans("", "", "\"'`")
# Of how many new nodes a page looks for other spellings. The command looks at all.
TOGETHER = 5000
SLICE = 500


def without_slash(text: str) -> str:
    return text.rstrip("/")


def without_quotes(text: str) -> str:
    return text.translate(QUOTES)


SPELLINGS = (without_slash, without_quotes, str.casefold)


def folded(namespace: str, name: str) -> tuple[str, str]:
    for spelling in (without_quotes, without_slash, str.casefold):
        namespace, name = spelling(namespace), spelling(name)
    return namespace, name


def reasons(one: Node, other: Node) -> list[str]:
    """What the two differ in."""
    words = {without_slash: _("trailing slash"), without_quotes: _("quotes"), str.casefold: _("upper and lower case")}
    pairs = [(one.namespace, other.namespace), (one.name, other.name)]
    found = []
    for spelling in SPELLINGS:
        rest = [each for each in SPELLINGS if each is not spelling]
        if any(spelled(a, rest) != spelled(b, rest) for a, b in pairs):
            found.append(words[spelling])
    return found


def spelled(text: str, spellings: Iterable) -> str:
    for spelling in spellings:
        text = spelling(text)
    return text


def look(organization: Organization, most: int = TOGETHER) -> bool:
    """Looks at up to `most` nodes that came in since; returns whether there may be more."""
    last = Fold.objects.filter(organization=organization).aggregate(last=Max("node"))["last"] or 0
    if not Node.objects.filter(organization=organization, pk__gt=last).exists():
        return False
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        new = news(organization, most)
        first = known(organization, new.values())
        pairs = []
        for pk, key in new.items():
            if first.setdefault(key, pk) != pk:
                pairs.append(Suggestion(organization=organization, one_id=first[key], other_id=pk))
        Fold.objects.bulk_create([Fold(organization=organization, node_id=pk, key=key) for pk, key in new.items()])
        Suggestion.objects.bulk_create(pairs)
    return len(new) == most


def news(organization: Organization, most: int) -> dict[int, str]:
    """The keys of nodes that nobody has looked at, oldest first."""
    last = Fold.objects.filter(organization=organization).aggregate(last=Max("node"))["last"] or 0
    nodes = Node.objects.filter(organization=organization, pk__gt=last).order_by("pk")
    rows = nodes.values_list("pk", "entity", "namespace", "name")[:most]
    return {pk: digest(entity, *folded(namespace, name)) for pk, entity, namespace, name in rows}


def known(organization: Organization, keys: Iterable[str]) -> dict[str, int]:
    """The first node of each key, among those looked at before."""
    found: dict[str, int] = {}
    keys = sorted(set(keys))
    for start in range(0, len(keys), SLICE):
        rows = Fold.objects.filter(organization=organization, key__in=keys[start : start + SLICE]).order_by("node")
        for node, key in rows.values_list("node", "key"):
            found.setdefault(key.hex, node)
    return found
