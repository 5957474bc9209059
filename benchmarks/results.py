"""Rows of results: a figure, the limit measured beside it, and the goal for their ratio."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass
class Row:
    """`ratio` is figure / limit; the goal is met where it is at least `goal`, or at most where `at_most`."""

    case: str
    database: str
    figure: float
    unit: str
    limit: float
    limit_is: str
    goal: float
    at_most: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.figure / self.limit

    @property
    def met(self) -> bool:
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal

    def cells(self) -> list[str]:
        sign = "<=" if self.at_most else ">="
        return [
            self.case,
            self.database,
            f"{number(self.figure)} {self.unit}",
            f"{number(self.limit)} {self.unit}: {self.limit_is}",
            f"{self.ratio:.2f}",
            f"{sign} {self.goal:g}",
            "met" if self.met else "NOT MET",
            self.note,
        ]


HEAD = ["case", "database", "figure", "limit", "ratio", "goal", "", "note"]


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def table(rows: list[Row]) -> str:
    lines = [HEAD, *[row.cells() for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def save(rows: list[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = [asdict(row) | {"ratio": round(row.ratio, 4), "met": row.met} for row in rows]
    path.write_text(json.dumps(told, indent=2) + "\n")


def load(path: Path) -> list[Row]:
    told = json.loads(path.read_text()) if path.exists() else []
    return [Row(**{key: each[key] for key in Row.__dataclass_fields__}) for each in told]
