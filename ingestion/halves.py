"""An event in two halves: what is its own, and what it shares with the other runs of its job. Pure.

Its own are its time, its state, its run, and the statistics of its inputs and outputs. Both halves are canonical JSON:
with sorted keys and no white space.
"""

from typing import Any

import msgspec

from lineage.identity import encode as canonical
from lineage.identity import hashed

OWN = ("eventTime", "eventType", "run")
# Where a run's statistics stand, by whose dataset it is.
STATISTICS = {"inputs": "inputFacets", "outputs": "outputFacets"}


def halved(event: dict[str, Any]) -> tuple[bytes, bytes]:
    """(own, shared). The statistics are a list in the datasets' order, with null for one that has none."""
    own = {key: event[key] for key in OWN if key in event}
    shared = {key: value for key, value in event.items() if key not in own}
    for key, more in STATISTICS.items():
        datasets = event.get(key)
        if type(datasets) is list and any(type(each) is dict and more in each for each in datasets):
            own[key] = [{more: each[more]} if type(each) is dict and more in each else None for each in datasets]
            shared[key] = [without(each, more) if type(each) is dict else each for each in datasets]
    return canonical(own), canonical(shared)


def without(dataset: dict[str, Any], more: str) -> dict[str, Any]:
    return {key: value for key, value in dataset.items() if key != more}


def whole(own: str, shared: str) -> str:
    """The canonical JSON of the event."""
    event, said = msgspec.json.decode(shared), msgspec.json.decode(own)
    for key in STATISTICS:
        # Only where there are some: of a DatasetEvent nobody asks what its "inputs" are.
        for dataset, statistics in zip(event[key], said.pop(key), strict=True) if key in said else ():
            if statistics:
                dataset.update(statistics)
    return canonical(event | said).decode()


def digest_of(own: bytes, shared_digest: str) -> str:
    """Of an event: the same however its JSON was written. `shared_digest` is that of what it shares."""
    return hashed(own + shared_digest.encode())
