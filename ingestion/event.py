"""An OpenLineage event as it was sent, and what stands in its place where there is none. Pure."""

from datetime import datetime
from typing import Any

import msgspec


class Invalid(Exception):
    """JSON that is no event: answered 422. `errors` is [(path, message), …]."""

    def __init__(self, errors: list[tuple[str, str]]):
        super().__init__("; ".join(f"{path}: {message}" for path, message in errors))
        self.errors = errors


class Dataset(msgspec.Struct):
    """`more` are the inputFacets or outputFacets; `classified` is (node, what `classify` said of it), kept for the
    next event that names the dataset by the same bytes."""

    namespace: str
    name: str
    facets: dict[str, Any]
    more: dict[str, Any]
    classified: tuple | None = None


class Event(msgspec.Struct):
    """An OpenLineage event as it was sent. `at` is in UTC; `digest` is 32 hex digits, the canonical JSON's hash.

    A RunEvent has a run and a job, a JobEvent a job, a DatasetEvent a dataset. `external_run_id` is the run's
    id as sent where it is no UUID. A facet `{"_deleted": True}` is a tombstone. `canonical` fits PostgreSQL. `frame`
    is what it shares with other runs of its job (frames.Frame), where that is remembered; where it was known before,
    `own` is the JSON of the rest.
    """

    kind: str
    at: datetime
    canonical: str
    digest: str
    warnings: list[str]
    event_type: str = ""
    producer: str = ""
    run_id: str = ""
    external_run_id: str = ""
    run_facets: dict[str, Any] = {}
    job_namespace: str = ""
    job_name: str = ""
    job_facets: dict[str, Any] = {}
    inputs: list[Dataset] = []
    outputs: list[Dataset] = []
    dataset: Dataset | None = None
    frame: Any = None
    own: str = ""
