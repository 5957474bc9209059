"""The first steps: commands for each producer with the real address and a fresh key, and a wait for the first event."""

from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clouds.access import signed_in, visible_cloud
from clouds.key_views import create_once

from .event_filters import refused, visible

SNIPPETS = [
    ("Python", "welcome/python.txt"),
    ("Ray", "welcome/ray.txt"),
    ("MLflow", "welcome/mlflow.txt"),
    ("dbt", "welcome/dbt.txt"),
    ("Airflow", "welcome/airflow.txt"),
    ("Spark", "welcome/spark.txt"),
    ("curl", "welcome/curl.txt"),
]
# Stands in the commands until a key is made.
PLACEHOLDER = "YOUR_API_KEY"


@signed_in(lineage=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def welcome(request):
    """POST makes a key and answers with the page that shows it, this once; a reload of that opens the page anew.
    `?part=1` gives the wait alone."""
    since = opened(request)
    if request.GET.get("part"):
        return render(request, "welcome/waiting.html", waiting(request.viewer, since))
    if request.method != "POST":
        return render(request, "welcome/page.html", page_of(request, since))
    cloud = visible_cloud(request, number(request.POST.get("cloud")))
    made = create_once(request, cloud, name=_("First steps"), scopes=["ingest"])
    if made is None:
        return redirect("ingestion:welcome")
    return render(request, "welcome/page.html", page_of(request, since, *made), status=201)


def page_of(request, since: tuple[int, int], made=None, secret: str = "") -> dict:
    needed = not settings.LINEAGE_LOCAL
    return waiting(request.viewer, since) | {
        "snippets": SNIPPETS,
        "url": request.build_absolute_uri("/").rstrip("/"),
        "key": secret or (PLACEHOLDER if needed else ""),
        "secret": secret,
        "made": made,
        "needs_key": needed,
        "clouds": request.viewer.clouds,
        "run": uuid4(),
        "docs": reverse("lineage:docs"),
    }


def opened(request) -> tuple[int, int]:
    """The last ids of an event and of a refusal when the page was opened, as its address says; ids only grow."""
    if "event" in request.GET:
        return number(request.GET["event"]), number(request.GET.get("refused"))
    sources = visible(request.viewer), refused(request.viewer)
    event, refusal = (rows.order_by("-pk").values_list("pk", flat=True).first() for rows in sources)
    return event or 0, refusal or 0


def waiting(viewer, since: tuple[int, int]) -> dict:
    """The first event since then, or else whether something was refused."""
    event = visible(viewer).filter(pk__gt=since[0]).order_by("pk").defer("body").first()
    return {
        "event": event,
        "first": not since[0],
        "refused": not event and refused(viewer).filter(pk__gt=since[1]).exists(),
        "address": f"{reverse('ingestion:welcome')}?{urlencode({'event': since[0], 'refused': since[1]})}",
    }


def number(text) -> int:
    """A row's id; 0 for what is none."""
    return int(text) if str(text).isascii() and str(text).isdigit() and len(str(text)) < 19 else 0
