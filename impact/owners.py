"""Whom to tell: who owns each of many nodes."""

import json
from collections.abc import Iterable

from catalogue.models import Annotation
from lineage import facts
from lineage.models import Body, Node, NodeFacets, Sighting
from lineage.queries import Facet, within


def owners(viewer, sightings: Iterable[Sighting]) -> dict[int, list[str]]:
    """By node: the owners that people named, else those of the facet `ownership`, else who created it. As said
    where the viewer may see it; 4 queries."""
    found = {row.root_id: [row.creator] if row.creator else [] for row in sightings}
    names = dict.fromkeys(found) | dict(Node.objects.filter(canonical__in=found).values_list("pk", "canonical"))
    roots = {name: root or name for name, root in names.items()}
    return found | owners_by_events(viewer, roots) | owners_by_people(viewer, roots)


def owners_by_people(viewer, roots: dict[int, int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    notes = within(viewer, Annotation.objects.filter(node__in=list(roots)))
    for node, named in notes.order_by("changed_at", "pk").values_list("node", "owners"):
        known = found.setdefault(roots[node], [])
        known += [name for name in named if name not in known]
    return {root: named for root, named in found.items() if named}


def owners_by_events(viewer, roots: dict[int, int]) -> dict[int, list[str]]:
    """What was said last. Only bodies with that word in them are read: facets may be large."""
    rows = within(viewer, NodeFacets.objects.filter(node__in=list(roots)))
    rows = list(rows.order_by("stamp", "keys").values_list("node", "body"))
    telling = Body.objects.filter(digest__in={body for _node, body in rows}, text__contains='"ownership"')
    said = {digest: facts.owners(facets_of(text)) for digest, text in telling.values_list("digest", "text")}
    found = {roots[node]: [name for name, _role in said[body]] for node, body in rows if body in said}
    return {root: named for root, named in found.items() if named}


def facets_of(text: str) -> dict[str, Facet]:
    facets = json.loads(text)
    return {"ownership": Facet("ownership", facets["ownership"], None)} if "ownership" in facets else {}
