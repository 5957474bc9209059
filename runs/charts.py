"""Small charts as plain numbers, which templates draw as SVG: no script, and no style that a policy forbids. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lineage.wording import duration

WIDTH, HEIGHT = 640, 96
THINNEST, WIDEST = 3, 28


@dataclass(frozen=True)
class Bar:
    """A rectangle in the picture's units; `kind` is a CSS class, `title` what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


@dataclass(frozen=True)
class Chart:
    """`top` is what the highest bar stands for, `ends` the first and the last moment."""

    bars: list[Bar]
    top: str
    ends: tuple[datetime, datetime]
    width: int = WIDTH
    height: int = HEIGHT


def bars(values: Sequence[float], kinds: Sequence[str], titles: Sequence[str]) -> list[Bar]:
    """Side by side, the highest as high as the picture; none is too low to be seen."""
    step = min(WIDTH / len(values), WIDEST)
    highest = max(values) or 1
    found = []
    for at, (value, kind, title) in enumerate(zip(values, kinds, titles, strict=True)):
        height = max(round(value / highest * HEIGHT, 1), THINNEST)
        found.append(Bar(round(at * step, 1), HEIGHT - height, round(step * 0.8, 1), height, kind, title))
    return found


def timeline(runs: Sequence) -> Chart | None:
    """How long each of the runs took, oldest first; None where there is none to draw."""
    runs = sorted(runs, key=lambda run: (run.first_at, run.pk))
    if not runs:
        return None
    seconds = [length(run) for run in runs]
    kinds = [f"bar-{(run.state or 'none').lower()}" for run in runs]
    titles = [f"{run.first_at:%Y-%m-%d %H:%M} {run.get_state_display()}" for run in runs]
    top = duration(timedelta(seconds=max(seconds)))
    return Chart(bars(seconds, kinds, titles), top, (runs[0].first_at, runs[-1].first_at))


def length(run) -> float:
    """In seconds; 0 where an end is not known."""
    if not run.ended_at:
        return 0
    return max((run.ended_at - (run.started_at or run.first_at)).total_seconds(), 0)


def growth(points: Sequence[tuple[datetime, float]], word) -> Chart | None:
    """A measure over versions, oldest first, `word` saying a value; None for fewer than two."""
    if len(points) < 2:
        return None
    values = [value for _at, value in points]
    titles = [f"{at:%Y-%m-%d %H:%M}: {word(value)}" for at, value in points]
    return Chart(bars(values, ["bar-value"] * len(values), titles), word(max(values)), (points[0][0], points[-1][0]))
