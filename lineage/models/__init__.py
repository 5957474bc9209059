"""The graph. Every column is a join of what the events said (least, greatest, or the latest to say so),
so any order, repetition or number of writers ends in the same rows: docs/decisions/0002.

    resource --ContributedTo--> workload --Produced--> resource

upstream of X = edges whose target is X; downstream of X = edges whose source is X.

A stamp is (rank, event time, event hash) in 16 bytes that sort; NEVER is below every stamp.
"""

from .base import ALWAYS, EVER, NEVER, Body, Link
from .edges import Edge, Flow
from .nodes import Epoch, Hiding, Node, Parentage, Symlink, Tombstone
from .runs import Run, RunFacets, RunIO, Version
from .sightings import NodeFacets, NodeWords, Sighting, Trait

__all__ = [
    "ALWAYS",
    "EVER",
    "NEVER",
    "Body",
    "Edge",
    "Epoch",
    "Flow",
    "Hiding",
    "Link",
    "Node",
    "NodeFacets",
    "NodeWords",
    "Parentage",
    "Run",
    "RunFacets",
    "RunIO",
    "Sighting",
    "Symlink",
    "Tombstone",
    "Trait",
    "Version",
]
