"""What people say of many nodes: the catalogue's tags and descriptions."""

from catalogue import tags
from catalogue.models import Annotation
from lineage import queries


def tags_of(viewer, named: dict[int, int]) -> dict[int, list[tuple[str, str]]]:
    """By root, (field or "", tag). `named` is what versions.members answers."""
    rows = tags.visible(viewer).filter(node__in=list(named)).values_list("node", "field", "tag__name")
    found: dict[int, dict] = {}
    for node, field, name in rows:
        found.setdefault(named[node], {})[field, name] = None
    return {root: list(each) for root, each in found.items()}


def descriptions(viewer, named: dict[int, int]) -> dict[int, str]:
    """By root, the description that people gave last."""
    rows = queries.within(viewer, Annotation.objects.filter(node__in=list(named))).exclude(description="")
    return {named[node]: text for node, text in rows.order_by("changed_at", "pk").values_list("node", "description")}
