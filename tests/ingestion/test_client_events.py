"""Events as openlineage-python makes them."""

from datetime import UTC, datetime

from openlineage.client import event_v2 as ol
from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    dataset_type_dataset,
    dataset_version_dataset,
    job_type_job,
    parent_run,
)
from openlineage.client.serde import Serde

from ingestion.normalise import Context, normalise
from ingestion.parse import parse
from lineage.kinds import Kind

TIME = "2026-05-01T12:00:00Z"
RUN = "0197a000-0000-7000-8000-000000000001"
JOB = ol.Job("prod", "train", {"jobType": job_type_job.JobTypeJobFacet("BATCH", "RAY", "TASK")})


def sent(event):
    event = parse(Serde.to_json(event).encode())
    seen = normalise(event, Context(1, "acme", "default", lambda name: 7), datetime(2026, 5, 2, tzinfo=UTC))
    return event, seen


def test_run_event_of_the_client_is_read_without_a_warning():
    parent = parent_run.ParentRunFacet(parent_run.Run(RUN[:-1] + "2"), parent_run.Job("prod", "pipeline"))
    field = column_lineage_dataset.InputField("s3://raw", "customers", "id")
    columns = column_lineage_dataset.ColumnLineageDatasetFacet(
        {"id": column_lineage_dataset.Fields(inputFields=[field], transformationDescription="", transformationType="")}
    )
    model = ol.OutputDataset(
        "mlflow://host",
        "churn",
        facets={
            "datasetType": dataset_type_dataset.DatasetTypeDatasetFacet("MODEL"),
            "version": dataset_version_dataset.DatasetVersionDatasetFacet("3"),
            "columnLineage": columns,
        },
    )
    event, seen = sent(
        ol.RunEvent(
            eventType=ol.RunState.COMPLETE,
            eventTime=TIME,
            run=ol.Run(RUN, {"parent": parent}),
            job=JOB,
            producer="https://example.com/tests",
            inputs=[ol.InputDataset("s3a://raw", "customers")],
            outputs=[model],
        )
    )
    assert event.warnings == []
    assert [(each.ref.namespace, each.ref.name, each.version) for each in seen.outline.io] == [
        ("s3://raw", "customers", ""),
        ("mlflow://host", "churn", "3"),
    ]
    assert seen.outline.nodes[-1].kind == Kind.MODEL
    assert [parent.name for _, parent in seen.outline.parents] == ["pipeline"]
    assert seen.outline.flows[0].columns == [["id", "id", ""]]


def test_job_event_and_dataset_event_of_the_client_are_read_without_a_warning():
    producer = "https://example.com/tests"
    event, _ = sent(ol.JobEvent(eventTime=TIME, job=JOB, producer=producer))
    assert (event.kind, event.warnings) == ("job", [])
    event, _ = sent(ol.DatasetEvent(eventTime=TIME, dataset=ol.StaticDataset("s3://raw", "a"), producer=producer))
    assert (event.kind, event.warnings) == ("dataset", [])
