from django.db import models


class KindManager(models.Manager):
    """The nodes of some kinds, for the proxies of Node that the pages are about."""

    def __init__(self, *kinds: int):
        super().__init__()
        self.kinds = kinds

    def get_queryset(self):
        return super().get_queryset().filter(kind__in=self.kinds)
