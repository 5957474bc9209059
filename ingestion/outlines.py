"""The outlines of late: what recurring events say of the graph is made out once.

Two events have one outline if they are of one sender, workload and parents, and name the same inputs and outputs with
the same facets: those that are the same object (pieces.py), or none.
"""

from dataclasses import dataclass

from lineage.identity import encode
from lineage.observation import Facets, Outline, Shared

from .event import Dataset, Event
from .identities import REPORTS
from .pieces import LARGEST, MOST_BYTES, Generations
from .workload import Context, Workload, facet_of, jobs_above

# Their facets are mostly those that the pieces hold: an outline takes less than a piece of as much JSON.
KNOWN = Generations(2 * MOST_BYTES)


@dataclass(slots=True)
class Known:
    """`held` are the facets that the key names by their addresses."""

    outline: Outline
    workload: Workload
    held: list[Facets]


def key(event: Event, context: Context) -> tuple | None:
    """What an event's outline follows from; None where too much of it is new each time."""
    if event.kind == "dataset" or not same(event.job_facets):
        return None
    named: list = []
    for dataset in (*event.inputs, *event.outputs):
        facets = dataset.facets
        if not same(facets) or (dataset.more and names_version(dataset)):
            return None
        named += (dataset.namespace, dataset.name, id(facets) if facets else 0)
    facet = facet_of(event)
    return (
        context.organization_id,
        context.cloud_id,
        context.cloud_name,
        context.bound_project,
        context.key_owner,
        event.kind,
        encode(facet) if facet else b"",
        tuple(jobs_above(event)),
        event.job_namespace,
        event.job_name,
        id(event.job_facets) if event.job_facets else 0,
        len(event.inputs),
        *named,
    )


def same(facets: Facets) -> bool:
    return type(facets) is Shared or not facets


def names_version(dataset: Dataset) -> bool:
    """Whether the statistics name the version that was read or written."""
    return not dataset.more.keys().isdisjoint(REPORTS)


def keep(key: tuple, event: Event, outline: Outline, workload: Workload) -> None:
    if len(event.canonical) > LARGEST:
        return
    held = [event.job_facets, *(dataset.facets for dataset in (*event.inputs, *event.outputs))]
    KNOWN.add(key, Known(outline, workload, held), len(event.canonical))
