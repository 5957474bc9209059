"""The state of the graph as its URL holds it: `?x=up:7:8,down:7:8,down:9:16`. Pure.

Each step opens a node in one direction until so many neighbours are shown; their order is kept, since the
places of the nodes follow from it. `x=none` opens nothing; without `x` the root is open on both sides.
"""

import re
from dataclasses import dataclass

from .identity import LARGEST_ID
from .kinds import DOWNSTREAM, UPSTREAM

DIRECTIONS = (UPSTREAM, DOWNSTREAM)
SHORT = {"up": UPSTREAM, "down": DOWNSTREAM}
WORDS = {direction: short for short, direction in SHORT.items()}
STEP = 8
MOST_NODES = 300
MANY_NODES = 150
MOST_STEPS = 300
DEPTHS = {"1": 1, "2": 2, "3": 3, "all": 100}
NOTHING = "none"


@dataclass(frozen=True)
class Step:
    """A node opened in one direction until `shown` neighbours are there."""

    direction: str
    node: int
    shown: int = STEP

    @property
    def pair(self) -> tuple[int, str]:
        return self.node, self.direction

    def __str__(self):
        return f"{WORDS[self.direction]}:{self.node}:{self.shown}"


def first(root: int, direction: str = "both") -> list[Step]:
    """One level around the root, or on one side of it."""
    return [Step(side, root) for side in DIRECTIONS if direction in ("both", side)]


def parse(text: str | None, root: int, direction: str = "both") -> tuple[list[Step], int]:
    """(the steps, how many words of the text are none). No text is one level; beyond 300 steps the rest is cut."""
    if text is None:
        return first(root, direction), 0
    words = [word for word in text.split(",") if word and word != NOTHING]
    steps = [step for word in words[:MOST_STEPS] if (step := one(word))]
    return growing(steps), len(words) - len(steps)


def growing(steps: list[Step]) -> list[Step]:
    """The steps without those that show no more than an earlier one of the same pair did."""
    furthest, kept = {}, []
    for step in steps:
        if step.shown > furthest.get(step.pair, 0):
            furthest[step.pair] = step.shown
            kept.append(step)
    return kept


def one(word: str) -> Step | None:
    parts = word.split(":")
    if len(parts) not in (2, 3) or parts[0] not in SHORT:
        return None
    node, shown = number(parts[1]), number(parts[2]) if len(parts) == 3 else STEP
    if not node or not shown:
        return None
    return Step(SHORT[parts[0]], node, min(shown, MOST_NODES))


def number(text: str | None) -> int | None:
    """A positive id or count, or None: "²" is a digit to Python, and a longer number to no database."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 19 or not 0 < int(text) <= LARGEST_ID:
        return None
    return int(text)


def chosen(text: str | None) -> str | None:
    """The element that `?sel=9` or `?sel=5-Produced-9` names: "n9", "e5-Produced-9"; None for what is neither."""
    if number(text):
        return f"n{number(text)}"
    return f"e{text}" if re.fullmatch(r"\d{1,19}-[A-Za-z]{1,20}-\d{1,19}", text or "", re.ASCII) else None


def write(steps: list[Step]) -> str:
    return ",".join(map(str, steps)) or NOTHING


def opened(steps: list[Step], node: int, direction: str) -> list[Step]:
    """The steps and one more: the node's next neighbours in this direction."""
    shown = max((step.shown for step in steps if step.pair == (node, direction)), default=0)
    return [*steps, Step(direction, node, min(shown + STEP, MOST_NODES))]


def closed(steps: list[Step], node: int) -> list[Step]:
    """The steps without the node's own. What only they led to falls out of the replay."""
    return [step for step in steps if step.node != node]
