"""What every template shares: icons, links that keep the chosen cloud and project, times, short texts."""

import json
from datetime import timedelta
from uuid import uuid4

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clouds.models import Project
from lineage import texts, wording
from lineage.kinds import Kind, State
from lineage.sections import KIND_ICONS

register = template.Library()
register.filter("type_label", wording.type_label)
register.filter("run_time", wording.run_time)
register.filter("source_name", wording.source_name)
register.filter("word_label", wording.word_label)
register.filter("middle", texts.middle)
register.filter("short_id", texts.short_id)
register.filter("soft", texts.soft)
register.filter("brief", texts.brief)
register.filter("gist", texts.gist)

# The breadcrumb puts so many projects in order, and offers so many names.
MOST_PROJECTS, MOST_OFFERED = 1000, 200
STATES = {
    State.START: ("blue", "player-play"),
    State.RUNNING: ("blue", "loader"),
    State.COMPLETE: ("green", "check"),
    State.FAIL: ("red", "alert-circle"),
    State.ABORT: ("orange", "ban"),
}


NO_TIME = mark_safe('<span class="text-secondary">&ndash;</span>')


@register.simple_tag
def icon(name: str, css: str = ""):
    """A picture from the sprite; decoration only, so words stand beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#i-{}"></use></svg>',
        css,
        static("img/icons.svg"),
        name,
    )


def scope(context, more: tuple[str, ...] = ()) -> str:
    """The query string of the chosen cloud, project and moment, "" where none is chosen."""
    query = context["request"].GET
    return urlencode({key: query[key] for key in ("cloud", "project", "as_of", *more) if query.get(key)})


def with_scope(context, url: str) -> str:
    query = scope(context)
    return f"{url}?{query}" if query else url


@register.simple_tag(takes_context=True)
def scoped(context, name: str, *args):
    return with_scope(context, reverse(name, args=args))


@register.simple_tag(takes_context=True)
def node_url(context, node, tab: str = "overview"):
    return with_scope(context, reverse(f"{node.page}:{tab}", args=[node.root_id]))


@register.filter
def pretty(value) -> str:
    """A JSON value, indented, for people to read. Templates escape it."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)


@register.simple_tag
def when(moment):
    """`<time>` that says how long ago, and exactly when on hover and to machines."""
    return timed(moment, long_ago(moment) or f"{moment:%Y-%m-%d %H:%M}") if moment else NO_TIME


@register.simple_tag
def exactly(moment, ago: bool = False, after=None):
    """As `when`, with the date and time to be read, which tell the runs of one day apart; below them how long `ago`.
    Beside `after` on the same day the time alone."""
    if not moment:
        return NO_TIME
    said = "%H:%M:%S" if after and after.date() == moment.date() else "%Y-%m-%d %H:%M:%S"
    time, below = timed(moment, f"{moment:{said}}"), long_ago(moment) if ago else ""
    return format_html('<div>{}<div class="meta">{}</div></div>', time, below) if below else time


def timed(moment, said: str):
    exact = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, said)


def long_ago(moment) -> str:
    """ "" for what is not of the last thirty days."""
    ago = timezone.now() - moment
    if timedelta(minutes=-1) < ago < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)} if timedelta() < ago < timedelta(days=30) else ""


@register.simple_tag
def state(value: str):
    """The state of a run: icon, word and colour."""
    colour, picture = STATES.get(value, ("secondary", "circle-dashed"))
    label = State(value).label if value in State.values else pgettext("state of a run", "Unknown")
    return format_html('<span class="badge state bg-{}-lt">{}{}</span>', colour, icon(picture), label)


@register.inclusion_tag("includes/copy.html")
def copy(text, label: str = ""):
    return {"text": text, "label": label or _("Copy")}


@register.inclusion_tag("includes/column.html", takes_context=True)
def column(context, field: str, label: str):
    """A column header that sorts, ascending first, by a link; `aria-sort` says what is."""
    current = context["page"].ordering
    direction = {field: "ascending", f"-{field}": "descending"}.get(current, "")
    query = context["request"].GET.copy()
    for key in ("after", "before"):
        query.pop(key, None)
    query["ordering"] = f"-{field}" if direction == "ascending" else field
    return {"label": label, "direction": direction, "href": f"?{query.urlencode()}"}


@register.simple_tag
def stylesheet(path: str):
    """The link to a style sheet that `make assets` fetches; nothing where it has not been fetched."""
    if not finders.find(path):
        return ""
    return format_html('<link rel="stylesheet" href="{}">', static(path))


@register.simple_tag
def script(path: str):
    """As `stylesheet`, a script."""
    if not finders.find(path):
        return ""
    return format_html('<script src="{}" defer></script>', static(path))


@register.simple_tag(takes_context=True)
def theme_choice(context) -> str:
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return chosen if chosen in ("light", "dark") else "auto"


@register.simple_tag(takes_context=True)
def theme(context):
    """The theme as the cookie says, so that the first paint has it; theme.js asks the system for "auto"."""
    chosen = theme_choice(context)
    shown = "light" if chosen == "auto" else chosen
    return format_html(' data-theme="{}" data-bs-theme="{}"', chosen, shown)


@register.simple_tag(takes_context=True)
def here(context, section: str):
    """Marks the navigation's link to the section, or to the view of one, that the page is in."""
    match = getattr(context["request"], "resolver_match", None)
    return mark_safe(' aria-current="page"') if match and section in (match.namespace, match.view_name) else ""


@register.simple_tag(takes_context=True)
def crumbs(context):
    """What the breadcrumb offers: where its form leads, what it keeps, the clouds and the projects."""
    request = context["request"]
    action = context.get("section_url", reverse("datasets:list")).partition("?")[0]
    dropped = ("cloud", "project", "after", "before")
    kept = [(k, v) for k, v in request.GET.items() if k not in dropped and (k == "as_of" or request.path == action)]
    viewer = request.viewer
    names, more = projects(viewer)
    return {"action": action, "kept": kept, "clouds": viewer.clouds, "projects": names, "more": more}


def projects(viewer) -> tuple[list[str], bool]:
    """Up to 200 names of projects in the chosen cloud, or in all, and whether there are more; a name may stand in
    several clouds."""
    found = viewer.all_projects()
    if viewer.cloud:
        found = found.filter(cloud=viewer.cloud)
    # Of very many projects any will do: to put all of them in order would take longer than the page.
    some = Project.objects.filter(pk__in=found.values("pk")[: MOST_PROJECTS + 1]).order_by("name")
    rows = list(some.values_list("name", flat=True))
    names = list(dict.fromkeys(rows))
    return names[:MOST_OFFERED], len(rows) > MOST_PROJECTS or len(names) > MOST_OFFERED


@register.filter
def options_with(options, chosen) -> list[tuple[str, str]]:
    """Choices as (value, word); the chosen one is among them even if nothing has it any more."""
    found = [each if isinstance(each, tuple) else (each, each) for each in options]
    if chosen and chosen not in [value for value, _word in found]:
        found.append((chosen, chosen))
    return found


@register.simple_tag(takes_context=True)
def page_url(context, cursor: dict) -> str:
    """This list at another page: all parameters stay but the cursor."""
    query = context["request"].GET.copy()
    for key in ("after", "before"):
        query.pop(key, None)
    query.update(cursor)
    return f"?{query.urlencode()}"


@register.simple_tag
def kind_icon(node):
    kind = Kind(node.kind)
    return icon(KIND_ICONS.get(kind, "database"), f"kind kind-{kind.slug}")


@register.filter
def is_endpoint(row) -> bool:
    """Of a node or a sighting."""
    return row.kind == Kind.ENDPOINT


@register.simple_tag
def fresh_uuid() -> str:
    return str(uuid4())


@register.simple_tag
def search_url(section, text: str) -> str:
    """The section's list, searched."""
    return f"{reverse(f'{section.name}:list')}?{urlencode({'q': text})}"
