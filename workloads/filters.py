from django.db.models import Exists, OuterRef, Q

from catalogue.filters import CatalogueFilter
from lineage.filters import named
from lineage.kinds import Kind
from lineage.models import Run

from .models import Workload


class WorkloadFilter(CatalogueFilter):
    """`type` is "job", "service" or "workspace"; an id of a session is found, too."""

    KINDS = Workload.KINDS
    ORDERINGS = CatalogueFilter.ORDERINGS | {"last_run": "last_run_stamp", "project": "project__name"}
    DEFAULT = "-last_run"

    def by_type(self, rows, name, value):
        value = value.lower()
        said = Q(type__iexact=value) & ~Q(kind=Kind.ENDPOINT)
        if value == "service":
            said |= Q(kind=Kind.ENDPOINT)
        if value == "job":
            said |= Q(type="", kind=Kind.WORKLOAD)
        return rows.filter(said)

    def search(self, rows, name, value):
        value = value.strip()
        sessions = Run.objects.filter(workload=OuterRef("node"), project=OuterRef("project"), session=value)
        return rows.filter(named(self.request.viewer, value) | Q(Exists(sessions)))
