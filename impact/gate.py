"""What a command line asks of the graph: which node it names, and whether what must not be reached is."""

from collections.abc import Iterable

from django.http import Http404

from lineage import queries
from lineage.closure import Closure, Reached
from lineage.identity import node_key
from lineage.kinds import Entity, Kind
from lineage.models import Node, Sighting
from lineage.observation import Ref

from .report import words_of

WORKLOADS = ("job", "service", "workspace")


class Unanswerable(Exception):
    """The question names nothing, or more than one thing; the text says what to do."""


def start(viewer, text: str) -> Sighting:
    """The node that an id or entity/namespace/name stands for, under any of its names. A namespace and a name may
    themselves hold slashes. Raises Unanswerable."""
    try:
        return queries.found(viewer, int(text)) if text.isascii() and text.isdigit() else identified(viewer, text)
    except Http404:
        raise Unanswerable(f"There is no node {text}, or not in that cloud.") from None


def identified(viewer, text: str) -> Sighting:
    entity, _slash, rest = text.partition("/")
    if entity.upper() not in Entity.__members__ or "/" not in rest:
        raise Unanswerable(f"{text} is neither an id nor dataset/NAMESPACE/NAME or job/NAMESPACE/NAME.")
    ids = {node.root_id for node in named(viewer, Entity[entity.upper()], rest)}
    if not ids:
        raise Unanswerable(f"There is no {entity.lower()} {rest}, or not in that cloud.")
    if len(ids) > 1:
        raise Unanswerable(f"{text} may be any of the nodes {', '.join(map(str, sorted(ids)))}: give the id.")
    return queries.found(viewer, ids.pop())


def named(viewer, entity: Entity, rest: str) -> list[Node]:
    """The nodes whose namespace and name, with a slash between them, are `rest`."""
    places = [at for at, letter in enumerate(rest) if letter == "/"]
    pairs = [(rest[:at], rest[at + 1 :]) for at in places]
    keys = {node_key(Ref(entity, *pair)): pair for pair in pairs if all(pair)}
    rows = Node.objects.filter(organization=viewer.organization, key__in=list(keys)).values_list("namespace", "name")
    return [node for pair in rows if (node := queries.identified(viewer, entity, *pair))]


def check_words(viewer, words: Iterable[str]) -> None:
    """Raises Unanswerable on a word that is neither a kind nor a type of anything: a slip would let all pass."""
    known = {kind.slug for kind in Kind} | set(WORKLOADS)
    for word in set(words) - known:
        rows = queries.within(viewer, Sighting.objects.filter(organization=viewer.organization))
        if not rows.filter(type__iexact=word).exists():
            raise Unanswerable(f"Nothing is of the kind or type {word}. Kinds and types: {', '.join(sorted(known))}.")


def reached(found: Closure, words: Iterable[str]) -> list[Reached]:
    """The rows whose kind or type is one of the words."""
    wanted = set(words)
    return [row for row in found.rows if words_of(row.sighting) & wanted]
