"""What people say of a node, for the pages of any section."""

from django import template

from catalogue import annotations

register = template.Library()


@register.inclusion_tag("catalogue/said.html", takes_context=True)
def people_say(context):
    """Descriptions, tags and owners of the context's node, by project (its sightings are the context's `places`)."""
    request, node = context["request"], context["node"]
    places = annotations.places(request.viewer, node, context["places"]).values()
    said = [place for place in places if place.said]
    return {"request": request, "node": node, "said": said, "several": len(places) > 1}
