"""The banner that says that a page shows a past moment, or what one run or version is made of; and the way back."""

from django import template

from lineage import past

register = template.Library()
NARROWING = ("as_of", "run", "version")
# What a list may be asked for besides, and be empty because of its moment alone.
PLACES = ("as_of", "cloud", "project", "ordering", "hidden", "after", "before")


@register.inclusion_tag("includes/past.html", takes_context=True)
def past_banner(context):
    request = context.get("request")
    viewer = getattr(request, "viewer", None)
    then = past.of(viewer) if viewer and viewer.organization else None
    return {"past": then, "back": without(request, NARROWING) if then else ""}


@register.simple_tag(takes_context=True)
def empty_then(context) -> str:
    """Of an empty list: its address now, where nothing but the moment and the place narrows it; else ""."""
    asked = context["request"].GET
    narrowed = any(value for name, value in asked.items() if name not in PLACES)
    return without(context["request"], ("as_of", "after", "before")) if asked.get("as_of") and not narrowed else ""


def without(request, names: tuple[str, ...]) -> str:
    query = request.GET.copy()
    for name in (*names, "x", "sel"):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


@register.inclusion_tag("includes/as_of.html", takes_context=True)
def as_of(context):
    """A field for a past moment, which keeps the rest of the address."""
    request = context["request"]
    kept = [
        (name, value) for name, value in request.GET.items() if name not in ("as_of", "after", "before", "x", "sel")
    ]
    return {"kept": kept, "then": past.of(request.viewer)}
