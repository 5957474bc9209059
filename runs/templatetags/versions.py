"""Links between versions."""

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from lineage.templatetags.console import with_scope

register = template.Library()


@register.simple_tag(takes_context=True)
def version_url(context, node, snapshot) -> str:
    """The page of a version (lineage.versions.Snapshot)."""
    return with_scope(context, reverse(f"{node.page}:version", args=[node.root_id, snapshot.key]))


@register.simple_tag
def compare_url(node, one, other) -> str:
    """Two versions of a node side by side."""
    query = urlencode({"a": one.key, "b": other.key})
    return f"{reverse(f'{node.page}:compare', args=[node.root_id])}?{query}"


@register.filter
def item(rows, place: int):
    """The row at a place of a list."""
    return rows[place]


@register.simple_tag(takes_context=True)
def pinned_url(context, node, **pin) -> str:
    """The node's lineage, narrowed to a run or a version."""
    url = with_scope(context, reverse(f"{node.page}:lineage", args=[node.root_id]))
    return f"{url}{'&' if '?' in url else '?'}{urlencode(pin)}"
