"""How many events came in since a page was drawn: what its badge asks every ten seconds."""

from django.http import HttpResponse, JsonResponse
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control

from clouds.access import signed_in

from .event_filters import in_cloud
from .models import RawEvent

MOST = 99
FAR = 10_000


@signed_in(lineage=True)
@cache_control(private=True, no_cache=True)
def since(request):
    """{"since", "count", "text"}. Without ?since=, where counting starts. Looks at the last 10,000 events at most.

    Answers 304 while nothing has come in at all.
    """
    newest = RawEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    tag = f'"{newest}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    asked = request.GET.get("since", "")
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else newest
    fresh = in_cloud(request.viewer).filter(pk__gt=max(start, newest - FAR)).order_by()
    count = fresh.values("pk")[: MOST + 1].count() if newest > start else 0
    return JsonResponse({"since": start, "count": count, "text": words(count)}, headers={"ETag": tag})


def words(count: int) -> str:
    if not count:
        return ""
    said = ngettext("{count} new event, refresh", "{count} new events, refresh", count)
    return said.format(count=f"{MOST}+" if count > MOST else count)
