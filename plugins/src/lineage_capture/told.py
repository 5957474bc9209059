"""The plain objects that the user's thread makes and the sending thread turns into OpenLineage's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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
    """The error's type and the first line of its message: no more of an error leaves the program."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:500]}" if lines else type(error).__name__
