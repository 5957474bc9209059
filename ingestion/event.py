"""An OpenLineage event as it was sent, and what stands in its place where there is none. Pure."""

from datetime import datetime
from typing import Any

import msgspec

from .halves import whole


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
    """An OpenLineage event as it was sent. `at` is in UTC.

    A RunEvent has a run and a job, a JobEvent a job, a DatasetEvent a dataset. `external_run_id` is the run's
    id as sent where it is no UUID. A facet `{"_deleted": True}` is a tombstone. `own` is the JSON of what is its own,
    `shared` (digest, JSON) of the rest (halves.py); `digest` is 32 hex digits, the hash of both. `frame` is what is
    remembered of the rest (frames.Frame), if anything is.
    """

    kind: str
    at: datetime
    warnings: list[str]
    own: str = ""
    shared: tuple[str, str] = ("", "")
    digest: str = ""
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

    @property
    def canonical(self) -> str:
        """Its JSON with sorted keys and no white space, as every database stores it."""
        return whole(self.own, self.shared[1])
