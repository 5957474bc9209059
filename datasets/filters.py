from lineage.filters import NodeFilter

from .models import Dataset


class DatasetFilter(NodeFilter):
    KINDS = Dataset.KINDS
