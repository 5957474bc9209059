"""The part of the graph that a list of steps opens, read level by level, and what is there beyond it."""

from dataclasses import dataclass, field

from . import adjacent, statements
from .graph_state import DIRECTIONS, MOST_NODES, MOST_STEPS, STEP, Step
from .models import Edge, Sighting

FEW_PAIRS = 4
ALL_OF_A_NODE = 50
MOST_DEGREE = 99


@dataclass
class Opened:
    """A step that was taken: its neighbours so far, in order, and how many there are in all."""

    step: Step
    rows: list[adjacent.Neighbour]
    count: int
    capped: bool
    cursor: str | None


@dataclass
class Picture:
    """Nodes by id in the order they appeared, edges by (source, target, type), the steps that could be taken.

    `lost` steps name a node that is not in the picture; `full` says that a cap left something out.
    """

    root: Sighting
    nodes: dict[int, Sighting] = field(default_factory=dict)
    edges: dict[tuple, Edge] = field(default_factory=dict)
    steps: list[Opened] = field(default_factory=list)
    lost: list[Step] = field(default_factory=list)
    full: bool = False


def replay(viewer, root: Sighting, steps: list[Step], direction: str = "both") -> Picture:
    """Takes the steps in order; one whose node appears later only waits for it.

    Reads each (node, direction) once; more than 4 of them together.
    """
    picture = Picture(root, {root.root_id: root})
    levels = Levels(viewer, steps)
    levels.prepare()
    waiting = [step for step in steps if direction in ("both", step.direction)]
    while ready := next((step for step in waiting if step.node in picture.nodes), None):
        waiting.remove(ready)
        level = levels.read(ready)
        if len(picture.nodes) >= MOST_NODES:
            picture.full = True
        else:
            take(picture, ready, level)
    picture.lost = waiting
    return picture


class Levels:
    """The levels that the steps need, each read once and as far as the furthest of them goes."""

    def __init__(self, viewer, steps: list[Step]):
        self.viewer = viewer
        self.furthest: dict[tuple, int] = {}
        self.found: dict[tuple, adjacent.Level] = {}
        for step in steps:
            self.furthest[step.pair] = max(step.shown, self.furthest.get(step.pair, 0))

    def prepare(self) -> None:
        """Reads many levels in a few statements; hubs, which that would walk to their end, are left to `read`."""
        if len(self.furthest) <= FEW_PAIRS:
            return
        for direction in DIRECTIONS:
            limits = {node: shown for (node, side), shown in self.furthest.items() if side == direction}
            self.found |= together(self.viewer, direction, limits)

    def read(self, step: Step) -> adjacent.Level:
        if step.pair not in self.found:
            self.found[step.pair] = adjacent.level(self.viewer, *step.pair, self.furthest[step.pair])
        return self.found[step.pair]


def together(viewer, direction: str, limits: dict[int, int]) -> dict[tuple, adjacent.Level]:
    """The levels of many nodes in one direction by (node, direction), but for those of hubs."""
    counts = degrees(viewer, limits) if limits else {}
    side = DIRECTIONS.index(direction)
    small = {node: found[side] for node, found in counts.items() if found[side] < MOST_DEGREE}
    rows = adjacent.levels(viewer, direction, {node: limits[node] for node in small})
    return {(node, direction): adjacent.level_of(rows[node], limits[node], small[node]) for node in small}


def deep(viewer, root: Sighting, direction: str, depth: int) -> tuple[list[Step], bool]:
    """The steps that open everything within `depth` of the root, level by level, and whether the cap left
    something out. To any depth (more than 3) a node shows up to 50 neighbours at once, else 8."""
    shown = ALL_OF_A_NODE if depth > 3 else STEP
    nodes, steps, full = {root.root_id}, [], False
    frontiers = {side: [root.root_id] for side in DIRECTIONS if direction in ("both", side)}
    while depth and any(frontiers.values()) and not full:
        depth -= 1
        for side, frontier in frontiers.items():
            levels = Levels(viewer, [Step(side, node, shown) for node in frontier])
            levels.prepare()
            frontiers[side] = []
            for node in frontier:
                step = Step(side, node, shown)
                found = [row.sighting.root_id for row in levels.read(step).rows]
                new = [id for id in dict.fromkeys(found) if id not in nodes]
                if len(nodes) + len(new) > MOST_NODES or len(steps) >= MOST_STEPS:
                    full = True
                elif found:
                    nodes.update(new)
                    steps.append(step)
                    frontiers[side] += new
    return steps, full


def take(picture: Picture, step: Step, level: adjacent.Level) -> None:
    """Adds what the step shows. A step that shows nothing new (its neighbours were all there) stays, too."""
    rows = level.rows[: step.shown]
    kept = []
    for row in rows:
        id = row.sighting.root_id
        if id not in picture.nodes:
            if len(picture.nodes) >= MOST_NODES:
                picture.full = True
                break
            picture.nodes[id] = row.sighting
        picture.edges.setdefault(edge_key(row.edge), row.edge)
        kept.append(row)
    cursor = level.cursor if len(kept) == len(level.rows) else adjacent.encode(kept[-1].edge.pk) if kept else None
    picture.steps.append(Opened(step, kept, level.count, level.capped, cursor))


def edge_key(edge: Edge) -> tuple[int, int, int]:
    return edge.source_root_id, edge.target_root_id, edge.type


def degrees(viewer, ids) -> dict[int, tuple[int, int]]:
    """For each node: how many neighbours upstream and downstream the viewer may see, 99 standing for more.
    One statement, whatever the number of nodes."""
    return statements.counts(viewer, ids, MOST_DEGREE)


def latest_runs(edges) -> dict:
    """The last run of each edge that names one, by the run's key."""
    return {edge.last_run: edge.run for edge in edges if edge.run}
