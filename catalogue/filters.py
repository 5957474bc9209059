"""The filters of lists of nodes, with those by what people say of them."""

import django_filters
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lineage.filters import NodeFilter

from . import tags


class CatalogueFilter(NodeFilter):
    tag = django_filters.CharFilter(method="by_tag", label=_("Tag, exactly"))

    def by_tag(self, rows, name, value):
        bearing = tags.visible(self.request.viewer).filter(tag__name=value, field="")
        return rows.filter(root__in=bearing.order_by().values(root=Coalesce("node__canonical", "node")))

    def tags(self) -> list[str]:
        """For the filter's choices."""
        return list(tags.vocabulary(self.request.viewer))
