"""Downloads of the bundle that says how to run something again."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clouds.access import signed_in
from lineage import queries

from .reproduce import bundle, markdown, pretty
from .run_page import exchanged, find


def of_run(request, uuid) -> dict:
    run = find(request.viewer, uuid)
    (_inputs, read), (_outputs, written) = exchanged(request.viewer, run)
    url = request.build_absolute_uri(run.get_absolute_url())
    return bundle(run, *queries.run_facets(run), read, written, url)


def download(text: str, name: str, type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=f"{type}; charset=utf-8", headers=headers)


@signed_in(lineage=True)
@require_safe
def as_json(request, uuid):
    return download(pretty(of_run(request, uuid)) + "\n", f"run-{uuid}.json", "application/json")


@signed_in(lineage=True)
@require_safe
def as_markdown(request, uuid):
    return download(markdown(of_run(request, uuid)), f"run-{uuid}.md", "text/markdown")
