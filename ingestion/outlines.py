"""The outlines of late: what recurring events say of the graph is made out once.

Two events have one outline if they have one frame, and are of one sender, workload and parents.
"""

from lineage.identity import encode
from lineage.observation import Facets, Outline

from .event import Event
from .identities import REPORTS
from .workload import Context, Workload, facet_of, jobs_above

# Of a frame. An event that says otherwise each time who ran it would have no bound.
MOST = 8


def key(event: Event, context: Context) -> tuple | None:
    """What an event's outline follows from besides its frame; None where it is new each time."""
    reported = [dataset.more for dataset in (*event.inputs, *event.outputs) if dataset.more]
    if event.frame is None or any(map(names_version, reported)):
        return None
    facet = facet_of(event)
    return (
        context.organization_id,
        context.cloud_id,
        context.cloud_name,
        context.bound_project,
        context.key_owner,
        encode(facet) if facet else b"",
        tuple(jobs_above(event)),
    )


def names_version(statistics: Facets) -> bool:
    """Whether they name the version that was read or written."""
    return not statistics.keys().isdisjoint(REPORTS)


def keep(key: tuple, event: Event, outline: Outline, workload: Workload) -> None:
    known = event.frame.outlines
    if len(known) >= MOST:
        known.clear()
    known[key] = outline, workload
