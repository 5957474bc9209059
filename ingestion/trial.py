"""The button "Send a test event": an event as openlineage-python builds it, through the usual way in."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import documentation_job, schema_dataset
from openlineage.client.serde import Serde
from openlineage.client.uuid import generate_new_uuid

from clouds.access import signed_in
from clouds.keys import Admission

from .parse import parse
from .receive import receive

PRODUCER = "urn:lineage-console:test-event"
COLUMNS = [("customer_id", "bigint"), ("plan", "string"), ("churned", "boolean")]


@signed_in(lineage=True)
@require_POST
def send(request):
    """Stores a test event in the chosen cloud, else in the first that the viewer sees."""
    viewer = request.viewer
    name = request.POST.get("cloud")
    cloud = next((cloud for cloud in viewer.clouds if not name or cloud.name == name), None)
    if not cloud:
        raise Http404(_("There is no such cloud among those that you may see."))
    admission = Admission(cloud=cloud, owner_email=viewer.user.email)
    (outcome,) = receive(admission, [parse(Serde.to_json(make_event()).encode())])
    if isinstance(outcome, Exception):
        raise outcome
    if outcome.status == 201:
        messages.success(request, _("The test event has come in: a job that reads one dataset and writes another."))
    else:
        messages.warning(request, _("The test event was not captured: %s") % outcome.reason)
    return redirect(back(request))


def back(request) -> str:
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if safe else "/datasets/"


def make_event() -> RunEvent:
    fields = [schema_dataset.SchemaDatasetFacetFields(name=name, type=type) for name, type in COLUMNS]
    facets = {"schema": schema_dataset.SchemaDatasetFacet(fields=fields)}
    told = documentation_job.DocumentationJobFacet(description="A test event of Lineage Console.")
    return RunEvent(
        eventType=RunState.COMPLETE,
        eventTime=timezone.now().isoformat(),
        run=Run(runId=str(generate_new_uuid())),
        job=Job(namespace="getting-started", name="test-event", facets={"documentation": told}),
        producer=PRODUCER,
        inputs=[InputDataset(namespace="s3://example-bucket", name="raw/customers.csv", facets=facets)],
        outputs=[OutputDataset(namespace="s3://example-bucket", name="clean/customers.parquet", facets=facets)],
    )
