"""One level of the graph over HTTP, beside a view that answers without asking the store."""

import random

from . import estate
from .console import Console, serving
from .reads import Case, measured
from .results import Row

NULL = "null view, same middleware and session"


def graph(console: Console, quick: bool) -> list[Row]:
    edges = 100_000 if quick else 1_000_000
    drawn = estate.load(console, estate.Estate(edges // 5, edges // 20, edges))
    chance = random.Random(1)
    some = [chance.randint(1, drawn.hub - 1) for _ in range(1000)]
    cases = [
        Case(NULL, ["/benchmarks/null"]),
        Case(f"one level, both directions, {edges:,} edges", [neighbours(node, "both") for node in some], 2.5, NULL),
        Case(f"one level of a hub of {edges // 10:,}", [neighbours(drawn.hub, "downstream")], 2.5, NULL),
    ]
    with serving() as port:
        return measured(console, port, cases, each=100 if quick else 200, rounds=3 if quick else 7)


def neighbours(node: int, direction: str) -> str:
    return f"/api/nodes/{node}/neighbours?direction={direction}&limit=8"
