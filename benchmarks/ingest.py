"""Ingestion over HTTP, durable, with an API key; its limit is writing the same rows to the same table, and no more.

PostgreSQL: COPY over one connection, its text made beforehand. SQLite: executemany, 100 rows a commit, synchronous=FULL
and WAL as the console, over one connection. One round measures all cases after one another, each right after the limit,
for the speed of a shared machine changes within seconds; the round whose ratio is the median counts.
"""

import sqlite3
import tempfile
import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from statistics import median

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from clouds.keys import Admission
from ingestion import receive, store
from ingestion.parse import parse
from lineage.upsert import adapt

from . import client
from .console import Console, progress, serving
from .results import Row
from .workload import Workload

CLIENTS, BATCH, BATCH_CLIENTS, STEP = 64, 100, 4, 400
# So many until each process of the server has met each workload.
NIGHTS = 4
LIMIT_IS = {
    "postgresql": "COPY of the rows, 1 connection",
    "sqlite": f"executemany, {BATCH} rows a commit, synchronous=FULL",
}
GOALS = {"postgresql": {"single": 0.2, "batch": 0.6, "file": 0.6}, "sqlite": {"single": 0.15, "batch": 0.15}}
CASES = {
    "single": f"single events, {CLIENTS} clients",
    "batch": f"batches of {BATCH}, {BATCH_CLIENTS} clients",
    "file": "load_events of a file",
}


class Ingest:
    def __init__(self, console: Console, port: int, quick: bool):
        self.console, self.port, self.workload = console, port, Workload()
        self.rates: dict[str, list[float]] = defaultdict(list)
        self.limits: dict[str, list[float]] = defaultdict(list)
        self.latencies: dict[str, list[float]] = defaultdict(list)
        self.seconds = 1.0 if quick else 4.0
        self.sent = 0
        self.first_night = 0.0

    def warm_up(self, cases: list[str]) -> None:
        """A night after the other through the server, until it knows the estate as well as it ever will."""
        for night in range(NIGHTS):
            self.send_batches(self.counted(self.workload.night()))
            self.first_night = self.first_night or self.rates["batch"][0]
            progress(f"night {night + 1}: {self.rates['batch'][-1]:,.0f} events/s")
        self.round(cases)
        for rates in self.rates.values():
            del rates[:-1]
        self.limits.clear()
        self.latencies.clear()

    def counted(self, events: list[bytes]) -> list[bytes]:
        self.sent += len(events)
        return events

    def take(self, case: str) -> list[bytes]:
        """Events for about `seconds` of a case, going by its last round."""
        rate = self.rates[case][-1] if self.rates[case] else 800
        count = min(max(int(rate * self.seconds), STEP), 50 * STEP) // STEP * STEP
        return self.counted(self.workload.take(count))

    def single(self) -> None:
        self.post("single", [self.request("/api/v1/lineage", event) for event in self.take("single")], CLIENTS, 201, 1)

    def batch(self) -> None:
        self.send_batches(self.take("batch"))

    def send_batches(self, events: list[bytes]) -> None:
        bodies = [b"[" + b",".join(events[i : i + BATCH]) + b"]" for i in range(0, len(events), BATCH)]
        requests = [self.request("/api/v1/lineage/batch", body) for body in bodies]
        self.post("batch", requests, BATCH_CLIENTS, 200, BATCH)

    def request(self, path: str, body: bytes) -> bytes:
        return client.request("POST", path, self.console.by_key, body)

    def post(self, case: str, requests: list[bytes], clients: int, expected: int, each: int) -> None:
        load = client.run(self.port, requests, clients, [expected])
        self.rates[case].append(len(requests) * each / load.seconds)
        self.latencies[case].append(load.percentile(95) * 1e3)

    def file(self) -> None:
        events = self.take("file")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "events.jsonl"
            path.write_bytes(b"\n".join(events))
            began = time.perf_counter()
            with (Path(folder) / "told").open("w") as told:
                call_command("load_events", str(path), stdout=told, stderr=told)
            self.rates["file"].append(len(events) / (time.perf_counter() - began))

    def limit(self, case: str) -> None:
        """Over about a second: over less, the speed of a shared machine is a matter of luck."""
        rows = raw_rows(self.console, self.workload.take(16 * STEP))
        seconds = (copied if connection.vendor == "postgresql" else inserted)(rows)
        self.limits[case].append(len(rows) / seconds)

    def round(self, cases: list[str]) -> None:
        for case in cases:
            self.limit(case)
            getattr(self, case)()
        told = ", ".join(f"{case} {self.rates[case][-1]:,.0f} of {self.limits[case][-1]:,.0f}" for case in cases)
        progress(f"events/s: {told}")

    def median_round(self, case: str) -> tuple[float, float]:
        """(rate, limit) of the round whose ratio is the median. The machine's speed is another one in the next round: a
        median of all rates over one of all limits would compare rounds that have nothing to do with each other."""
        rounds = zip(self.rates[case][1:], self.limits[case], strict=True)
        return sorted(rounds, key=lambda each: each[0] / each[1])[len(self.limits[case]) // 2]

    def note(self, case: str) -> str:
        if not self.latencies[case]:
            return ""
        cold = f"; first night {self.first_night:,.0f} events/s" if case == "batch" else ""
        return f"p95 {median(self.latencies[case]):.0f} ms{cold}"


def raw_rows(console: Console, events: list[bytes]) -> list[list]:
    """The rows of the event table that the console makes of these, each with its whole event."""
    admission, at, columns, rows = Admission(console.cloud), timezone.now(), store.RAW_EVENT.columns, []
    for body in events:
        event = parse(body)
        row = dict(zip(columns, receive.admitted(admission, event, at, switched=False).row, strict=True))
        rows.append([*(row | {"body": event.canonical}).values()])
    return rows


# The event log as it is usually kept for queries: the columns and keys of ours, the body as jsonb.
LIMIT_TABLE = """
    DO $$ BEGIN
        IF to_regclass('bench_copy') IS NULL THEN
            CREATE TABLE bench_copy (LIKE ingestion_rawevent INCLUDING ALL);
            ALTER TABLE bench_copy ALTER COLUMN body TYPE jsonb USING body::jsonb;
            ALTER TABLE bench_copy ALTER COLUMN body SET COMPRESSION lz4;
        END IF;
    END $$
"""


def copied(rows: list[list]) -> float:
    """Seconds to COPY the rows into a table with the columns and keys of the event table."""
    text = "".join("\t".join(map(copy_text, row)) + "\n" for row in rows).encode()
    with connection.cursor() as cursor:
        cursor.execute(LIMIT_TABLE)
        began = time.perf_counter()
        with cursor.copy(f"COPY bench_copy ({', '.join(store.RAW_EVENT.columns)}) FROM STDIN") as copy:
            copy.write(text)
        return time.perf_counter() - began


def copy_text(value) -> str:
    if value is None:
        return "\\N"
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def inserted(rows: list[list]) -> float:
    """Seconds to insert the rows into such a table, in a file of its own."""
    schema = "SELECT sql FROM sqlite_master WHERE tbl_name = 'ingestion_rawevent' AND sql IS NOT NULL ORDER BY rowid"
    with connection.cursor() as cursor:
        statements = [sql for (sql,) in cursor.execute(schema).fetchall()]
    columns = store.RAW_EVENT.columns
    insert = f"INSERT INTO ingestion_rawevent ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    groups = [[adapt(row) for row in rows[i : i + BATCH]] for i in range(0, len(rows), BATCH)]
    with tempfile.TemporaryDirectory(dir=Path(connection.settings_dict["NAME"]).parent) as folder:
        raw = sqlite3.connect(Path(folder) / "raw.sqlite3")
        raw.executescript(connection.settings_dict["OPTIONS"]["init_command"] + ";".join(statements))
        began = time.perf_counter()
        for group in groups:
            with raw:
                raw.executemany(insert, group)
        seconds = time.perf_counter() - began
        raw.close()
    return seconds


def ingest(console: Console, quick: bool) -> list[Row]:
    goals = GOALS[console.database]
    with serving() as port:
        cases = Ingest(console, port, quick)
        progress("warming up")
        cases.warm_up(list(goals))
        for _ in range(3 if quick else 15):
            cases.round(list(goals))
    check_stored(cases.sent)
    return [
        Row(
            CASES[case],
            console.database,
            rate,
            "events/s",
            limit,
            LIMIT_IS[console.database],
            goal,
            note=cases.note(case),
        )
        for case, goal in goals.items()
        for rate, limit in [cases.median_round(case)]
    ]


def check_stored(sent: int) -> None:
    """Every event was acknowledged, so each must be there, once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ingestion_rawevent")
        (stored,) = cursor.fetchone()
    if stored != sent:
        raise SystemExit(f"benchmarks: {sent} events were acknowledged and {stored} are stored")
    progress(f"{sent} events acknowledged, {stored} stored")
