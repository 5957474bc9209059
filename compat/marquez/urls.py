from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .door import door


class Rest(StringConverter):
    """All that follows, line ends included."""

    regex = r"[\s\S]*"


register_converter(Rest, "rest")
# Below those of other apps: whatever else there is under /api/v1/ is Marquez's, or answered 404 in JSON.
urlpatterns = [path("api/v1/<rest:path>", door), path("api/v2beta/<rest:path>", door, {"base": "/api/v2beta/"})]
