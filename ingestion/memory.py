"""How often Python looks for cycles."""

import gc


def settle() -> None:
    """For a process that has loaded and goes on to take many events. An event is a tree of thousands of values and
    no cycle: looking through all of them every 700 allocations costs a fifth of the work (docs/benchmarks.md)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
