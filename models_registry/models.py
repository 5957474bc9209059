from django.utils.translation import gettext_lazy as _

from lineage.kinds import Kind
from lineage.managers import KindManager
from lineage.models import Node


class RegisteredModel(Node):
    """A model, or another artifact that MLflow keeps; the two are told apart by their kind."""

    KINDS = (Kind.MODEL, Kind.ARTIFACT)
    objects = KindManager(*KINDS)

    class Meta:
        proxy = True
        verbose_name = _("model")
        verbose_name_plural = _("models")
