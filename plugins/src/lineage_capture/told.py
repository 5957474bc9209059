"""The plain objects that the user's thread makes and the sending thread turns into OpenLineage's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import settings
from .identity import Workload

# Of the session's own run.
JOB_NAMESPACE = "workload"

Facets = dict[str, dict[str, Any]]


@dataclass
class Dataset:
    """Facets by key, without `_producer` and `_schemaURL`. `more` are the inputFacets or outputFacets, as it is an
    input or an output."""

    namespace: str
    name: str
    facets: Facets = field(default_factory=dict)
    more: Facets = field(default_factory=dict)


@dataclass
class Event:
    """`at` is in seconds since the epoch; `state` START, RUNNING, COMPLETE, FAIL, ABORT or OTHER.

    `late` adds to the event on the sending thread, once, what takes a while to find out.
    """

    state: str
    at: float
    namespace: str
    name: str
    run_id: str
    workload: Workload
    inputs: list[Dataset] = field(default_factory=list)
    outputs: list[Dataset] = field(default_factory=list)
    run_facets: Facets = field(default_factory=dict)
    job_facets: Facets = field(default_factory=dict)
    late: Callable[["Event"], None] | None = None


def one_line(error: BaseException) -> str:
    """What leaves the program of an error: its type and those that caused it. Not its message, which may hold data,
    unless LINEAGE_CAPTURE_ERROR_MESSAGES asks for that."""
    types = [type(error).__name__]
    cause = error.__cause__ or getattr(error, "cause", None)
    while isinstance(cause, BaseException) and len(types) < 5:
        types.append(type(cause).__name__)
        cause = cause.__cause__
    told = ", caused by ".join(types)
    if settings.said("LINEAGE_CAPTURE_ERROR_MESSAGES", False) and (lines := str(error).strip().splitlines()):
        told += f": {lines[0][:500]}"
    return told
