"""Links to columns, and words for what is done to them."""

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lineage.columns import How

from .console import scope

register = template.Library()


@register.simple_tag(takes_context=True)
def column_url(context, node, name: str) -> str:
    """The page of a column's lineage; the node's own where its kind has no columns."""
    try:
        url = reverse(f"{node.page}:columns", args=[node.root_id])
    except NoReverseMatch:
        return node.get_absolute_url()
    rest = scope(context)
    return f"{url}?{urlencode({'column': name})}{'&' if rest else ''}{rest}"


@register.simple_tag
def column_lineage_url(node, name: str, direction: str) -> str:
    query = {"column": name, "direction": direction, "format": "csv"}
    return f"{reverse('lineage:column-lineage', args=[node.root_id])}?{urlencode(query)}"


@register.filter
def transformation(how: How) -> str:
    """ "Direct: aggregation"."""
    kinds = {"DIRECT": _("Direct"), "INDIRECT": _("Indirect")}
    words = [kinds.get(how.type.upper(), how.type.capitalize()), how.subtype.replace("_", " ").lower()]
    return ": ".join(filter(None, words))[:200]
