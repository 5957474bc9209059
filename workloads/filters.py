from django.db.models import Q

from catalogue.filters import CatalogueFilter
from lineage.filters import named
from lineage.heads import by_id, with_heads
from lineage.kinds import Kind
from lineage.models import Run
from lineage.past import until

from .models import Workload

MOST_SESSIONS = 100  # workloads of one session's id


class WorkloadFilter(CatalogueFilter):
    """`type` is "job", "service" or "workspace"; an id of a session is found, too."""

    KINDS = Workload.KINDS
    ORDERINGS = CatalogueFilter.ORDERINGS | {"last_run": "last_run_stamp", "project": "project__name"}
    DEFAULT = "-last_run"

    def by_type(self, rows, name, value):
        value, type, kind = value.lower(), self.said("type"), self.said("kind")
        said = Q(**{f"{type}__iexact": value}) & ~Q(**{kind: Kind.ENDPOINT})
        if value == "service":
            said |= Q(**{kind: Kind.ENDPOINT})
        if value == "job":
            said |= Q(**{type: "", kind: Kind.WORKLOAD})
        return rows.filter(said)

    def search(self, rows, name, value):
        value = value.strip()
        found = named(self.request.viewer, self.KINDS, value)
        sessions = until(self.request.viewer, Run.objects.filter(organization=self.request.viewer.organization))
        sessions = with_heads(sessions).filter(by_id("session", value))
        for workload, project in sessions.values_list("workload", "project").distinct()[:MOST_SESSIONS]:
            found |= Q(node=workload, project=project)
        return rows.filter(found)
