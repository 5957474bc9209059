"""Latency of pages and answers at one client, the cases of a round following one another."""

import random
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from . import client
from .console import Console, progress
from .results import Row


@dataclass
class Case:
    """`paths` are asked for in turn. A case without `goal` is a limit; others are compared with that of `limit`."""

    name: str
    paths: list[str]
    goal: float = 0.0
    limit: str = ""


def measured(console: Console, port: int, cases: list[Case], each: int, rounds: int) -> list[Row]:
    """Rows of the p95, with the p50 as a note; medians of the rounds, after one that warms up."""
    p50, p95 = defaultdict(list), defaultdict(list)
    for turn in range(rounds + 1):
        for case in random.sample(cases, len(cases)):
            asked = [case.paths[(turn * each + i) % len(case.paths)] for i in range(each)]
            requests = [client.request("GET", path, console.by_session) for path in asked]
            load = client.run(port, requests, 1, [200])
            if turn:
                p50[case.name].append(load.percentile(50) * 1e3)
                p95[case.name].append(load.percentile(95) * 1e3)
        progress(f"round {turn} of {rounds}")
    return [row(console, case, p50, p95) for case in cases if case.goal]


def row(console: Console, case: Case, p50: dict, p95: dict) -> Row:
    figure, limit = median(p95[case.name]), median(p95[case.limit])
    halves = median(p50[case.name]), median(p50[case.limit])
    note = f"p50 {halves[0]:.2f} / {halves[1]:.2f} = {halves[0] / halves[1]:.2f}"
    return Row(case.name, console.database, figure, "ms p95", limit, case.limit, case.goal, at_most=True, note=note)
