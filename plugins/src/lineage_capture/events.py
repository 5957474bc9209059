"""What hooks use to tell what happened. On the user's thread only a few plain objects are made and queued.

    operation = Operation("ray-data", "read_parquet")
    operation.read(dataset("s3://shop/orders", storage={"storageLayer": "s3", "fileFormat": "parquet"}))
    operation.start()
    ...
    operation.complete()        # or operation.fail(error)

Facets are dicts by key, as the specification has them, without `_producer` and `_schemaURL`; building.py knows the
classes.
"""

import time
from collections.abc import Callable
from copy import copy
from typing import Any

from . import identity, session
from .naming import Place, place_of
from .told import Dataset, Event, Facets, one_line

__all__ = ["Dataset", "Operation", "dataset", "place"]


class Operation:
    """One run: a read, a write, a training. What it knows may grow; each event tells all that is known then.

    `run_id`: where the library has one (a UUID) it is better than ours. `workload`: if another than this process's.
    `late`, a function of the Event, adds on the sending thread what takes a while to find out.
    """

    def __init__(self, namespace: str, name: str, run_id: str = "", workload: identity.Workload | None = None):
        self.namespace = namespace
        self.name = name
        self.run_id = run_id or str(identity.uuid7())
        self.workload = workload or identity.current()
        self.inputs: list[Dataset] = []
        self.outputs: list[Dataset] = []
        self.run_facets: Facets = {}
        self.job_facets: Facets = {}
        self.late: Callable[[Event], None] | None = None

    def read(self, found: Dataset | None) -> None:
        """An input; None (not captured) is passed over."""
        if found is not None:
            self.inputs.append(found)

    def wrote(self, found: Dataset | None) -> None:
        """An output."""
        if found is not None:
            self.outputs.append(found)

    def start(self, at: float | None = None) -> None:
        self.emit("START", at)

    def running(self) -> None:
        self.emit("RUNNING")

    def complete(self) -> None:
        self.emit("COMPLETE")

    def fail(self, error: BaseException) -> None:
        self.run_facets["errorMessage"] = {"message": one_line(error), "programmingLanguage": "python"}
        self.emit("FAIL")

    def emit(self, state: str, at: float | None = None) -> None:
        """`at`: seconds since the epoch, now if left out."""
        event = Event(state, at or time.time(), self.namespace, self.name, self.run_id, self.workload)
        event.inputs = [copy(each) for each in self.inputs]
        event.outputs = [copy(each) for each in self.outputs]
        event.run_facets = dict(self.run_facets)
        event.job_facets = dict(self.job_facets)
        event.late = self.late
        session.tell(event)


def place(uri) -> Place | None:
    """A URI's OpenLineage identity for this workload; None where it is not captured (naming.py)."""
    workload = identity.current()
    return place_of(uri, workload.id, workload.cloud_id)


def dataset(uri, **facets: dict[str, Any]) -> Dataset | None:
    """A Dataset by its URI, with its dataSource facet; None where the URI is not captured."""
    where = place(uri)
    if where is None:
        return None
    source = {"name": where.namespace, "uri": where.uri}
    return Dataset(where.namespace, where.name, {"dataSource": source, **facets})
