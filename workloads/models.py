from django.utils.translation import gettext_lazy as _

from lineage.kinds import Kind
from lineage.managers import KindManager
from lineage.models import Node


class Workload(Node):
    """A job, a service or a workspace; an endpoint of a deployment is listed with the services."""

    KINDS = (Kind.WORKLOAD, Kind.ENDPOINT)
    objects = KindManager(*KINDS)

    class Meta:
        proxy = True
        verbose_name = _("workload")
        verbose_name_plural = _("workloads")
