from catalogue.filters import CatalogueFilter
from lineage.kinds import Kind

from .models import RegisteredModel


class ModelFilter(CatalogueFilter):
    """`type` is "model", "artifact", or a flavour such as "sklearn"."""

    KINDS = RegisteredModel.KINDS
    ORDERINGS = CatalogueFilter.ORDERINGS | {"type": "kind"}

    def by_type(self, rows, name, value):
        kinds = {"model": Kind.MODEL, "artifact": Kind.ARTIFACT}
        kind = kinds.get(value.lower())
        return rows.filter(**{self.said("kind"): kind}) if kind else super().by_type(rows, name, value)
