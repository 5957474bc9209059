from django.utils.translation import gettext_lazy as _

from lineage.kinds import Kind
from lineage.managers import KindManager
from lineage.models import Node


class Dataset(Node):
    """A node that holds data and is neither a model nor an artifact of one."""

    KINDS = (Kind.DATASET,)
    objects = KindManager(*KINDS)

    class Meta:
        proxy = True
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")
