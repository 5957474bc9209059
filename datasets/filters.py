from catalogue.filters import CatalogueFilter

from .models import Dataset


class DatasetFilter(CatalogueFilter):
    KINDS = Dataset.KINDS
