"""Plain events to OpenLineage's own classes. Runs on the sending thread only: importing them takes a while."""

from typing import Any

from openlineage.client import event_v2 as ol
from openlineage.client import facet_v2 as facets

from . import __version__
from .identity import moment
from .told import JOB_NAMESPACE, Event, Facets
from .values import without_credentials

PRODUCER = f"urn:lineage-capture:{__version__}"
OURS = "/schemas/{key}/1-0-0.json"
# Standard facets by key: module and class in openlineage.client.facet_v2, then the field that holds a list of
# objects and their class.
CLASSES = {
    "schema": ("schema_dataset", "SchemaDatasetFacet", {"fields": "SchemaDatasetFacetFields"}),
    "dataSource": ("datasource_dataset", "DatasourceDatasetFacet", {}),
    "storage": ("storage_dataset", "StorageDatasetFacet", {}),
    "version": ("dataset_version_dataset", "DatasetVersionDatasetFacet", {}),
    "symlinks": ("symlinks_dataset", "SymlinksDatasetFacet", {"identifiers": "Identifier"}),
    "datasetType": ("dataset_type_dataset", "DatasetTypeDatasetFacet", {}),
    "catalog": ("catalog_dataset", "CatalogDatasetFacet", {}),
    "lifecycleStateChange": ("lifecycle_state_change_dataset", "LifecycleStateChangeDatasetFacet", {}),
    "inputStatistics": ("input_statistics_input_dataset", "InputStatisticsInputDatasetFacet", {}),
    "outputStatistics": ("output_statistics_output_dataset", "OutputStatisticsOutputDatasetFacet", {}),
    "errorMessage": ("error_message_run", "ErrorMessageRunFacet", {}),
    "executionParameters": (
        "execution_parameters_run",
        "ExecutionParametersRunFacet",
        {"parameters": "ExecutionParameter"},
    ),
    "processing_engine": ("processing_engine_run", "ProcessingEngineRunFacet", {}),
    "jobType": ("job_type_job", "JobTypeJobFacet", {}),
    "sql": ("sql_job", "SQLJobFacet", {}),
    "tags": ("tags_run", "TagsRunFacet", {"tags": "TagsRunFacetFields"}),
}


def event_of(told: Event, console: str = "") -> ol.RunEvent:
    """`console` is the address that the schemas of our own facets are under."""

    def built(of: Facets) -> dict:
        return {key: facet(key, value, console) for key, value in of.items()}

    run = built({"lc_workload": told.workload.facet(), **told.run_facets})
    if told.run_id != told.workload.run_id:
        run["parent"] = parent(told)
    return ol.RunEvent(
        eventType=ol.RunState[told.state],
        eventTime=moment(told.at),
        producer=PRODUCER,
        run=ol.Run(runId=told.run_id, facets=run),
        job=ol.Job(namespace=told.namespace, name=told.name, facets=built(told.job_facets)),
        inputs=[
            ol.InputDataset(each.namespace, each.name, facets=built(each.facets), inputFacets=built(each.more))
            for each in told.inputs
        ],
        outputs=[
            ol.OutputDataset(each.namespace, each.name, facets=built(each.facets), outputFacets=built(each.more))
            for each in told.outputs
        ],
    )


def parent(told: Event):
    module = facets.parent_run
    return module.ParentRunFacet(
        run=module.Run(runId=told.workload.run_id),
        job=module.Job(namespace=JOB_NAMESPACE, name=told.workload.name),
        producer=PRODUCER,
    )


def facet(key: str, value: dict[str, Any], console: str):
    """An object of the standard class; a facet of ours stays a dict, for its keys may be any text."""
    known, value = CLASSES.get(key), without_credentials(value)
    if known is None:
        return {"_producer": PRODUCER, "_schemaURL": console.rstrip("/") + OURS.format(key=key), **value}
    module, name, lists = known
    module = getattr(facets, module)
    for field, item in lists.items():
        value[field] = [nested(getattr(module, item), each) for each in value.get(field) or []]
    return getattr(module, name)(**value, producer=PRODUCER)


def nested(cls: type, value: dict[str, Any]):
    """Fields of structs have fields themselves."""
    if value.get("fields"):
        value = {**value, "fields": [nested(cls, each) for each in value["fields"]]}
    return cls(**value)


def as_dict(event: ol.RunEvent) -> dict:
    """For tests and recordings."""
    from openlineage.client.serde import Serde

    return Serde.to_dict(event)
