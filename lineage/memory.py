"""What this process remembers to be stored, so that what repeats it need not be sent again.

It holds until rows are taken away (nodes.Nodes.refresh), and nothing is remembered before it is committed.
"""

MEMORIES: list[dict] = []


class Memory(dict):
    """`most` entries at the most: then it begins anew."""

    def __init__(self, most: int):
        super().__init__()
        self.most = most
        MEMORIES.append(self)

    def keep(self, entries: dict) -> None:
        if len(self) + len(entries) > self.most:
            self.clear()
        self.update(entries)


# What was said of nodes and edges (Rows.said_before), and when first: the same again, later, tells nothing new.
SAYINGS = Memory(400_000)
# Outlines by their serial (told.Saying), while their organizations keep their epochs.
TOLD = Memory(10_000)
# Digests of bodies.
BODIES = Memory(100_000)


def forget() -> None:
    """Drops it all (for a database that has been emptied, or lost rows)."""
    for memory in MEMORIES:
        memory.clear()
