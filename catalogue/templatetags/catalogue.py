"""What people say of a node, for the pages of any section."""

from django import template

from catalogue import absence, annotations, tags, view_forms

register = template.Library()


@register.inclusion_tag("catalogue/said.html", takes_context=True)
def people_say(context):
    """Descriptions, tags and owners of the context's node, by project (its sightings are the context's `places`)."""
    request, node = context["request"], context["node"]
    places = annotations.places(request.viewer, node, context["places"]).values()
    said = [place for place in places if place.said]
    return {"request": request, "node": node, "said": said, "several": len(places) > 1}


@register.inclusion_tag("catalogue/menu.html", takes_context=True)
def care_menu(context):
    """What the viewer may do with the context's node."""
    request, node = context["request"], context["node"]
    owns = bool(absence.owned(request.viewer, context["places"]))
    return {
        "node": node,
        "owns": owns,
        "hidden": any(row.hidden for row in context["places"]),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag(takes_context=True)
def tagged(context, rows):
    """The sightings of a list, each with the names of its `tags`."""
    found = tags.names_by_node(context["request"].viewer, [row.root_id for row in rows])
    for row in rows:
        row.tags = found.get(row.root_id, [])
    return rows


@register.filter
def savable(request) -> bool:
    """Whether the page is one to keep: lists, details with their graphs, events and search."""
    match = getattr(request, "resolver_match", None)
    return bool(match) and match.namespace in view_forms.SAVED and request.method == "GET"


@register.inclusion_tag("catalogue/said_briefly.html", takes_context=True)
def people_say_briefly(context):
    """As `people_say`, for the panel beside a graph."""
    places = annotations.places(context["request"].viewer, context["node"], context["places"])
    said = [place.said for place in places.values() if place.said]
    return {
        "descriptions": [each.description for each in said if each.description],
        "tags": sorted({tag for each in said for tag in each.tags}),
        "owners": list(dict.fromkeys(owner for each in said for owner in each.owners)),
    }
