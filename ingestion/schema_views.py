"""GET /schemas/NAME/VERSION.json: the JSON Schemas of our facets. A version that was served never changes."""

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

FOLDER = Path(__file__).parent / "schemas"
SCHEMAS = {(path.parent.name, path.stem): path.read_bytes() for path in FOLDER.glob("*/*.json")}


@require_safe
def schema(request: HttpRequest, name: str, version: str) -> HttpResponse:
    text = SCHEMAS.get((name, version))
    if text is None:
        raise Http404
    # Facets name their schema by its address, so pages of other origins may read it.
    headers = {"Cache-Control": "public, max-age=86400", "Access-Control-Allow-Origin": "*"}
    return HttpResponse(text, content_type="application/schema+json", headers=headers)
