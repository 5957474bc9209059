"""The benchmarks: what is measured, beside a limit measured in the same run, and their ratio. See docs/benchmarks.md.

    python -m benchmarks [--only ingest|graph|pages|browser …] [--database sqlite|postgresql] [--quick]

Each part runs in a process of its own, against a new database and a server started as `make run` starts it. PostgreSQL
is the server at BENCH_POSTGRES_URL (a superuser's address: databases are made and dropped there), else a private one.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import psycopg  # noqa: E402

from benchmarks import results  # noqa: E402

PARTS = ["ingest", "graph", "pages", "browser"]
DATABASES = ["sqlite", "postgresql"]
LONGEST = 900  # seconds for one part


def arguments(argv=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts")
    parser.add_argument("--database", choices=DATABASES, help="this database")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, a tenth of the data")
    parser.add_argument("--output", type=Path, default=ROOT / "test-results/benchmarks.json", help="JSON of the table")
    return parser.parse_args(argv)


def main(argv=None) -> int:
    options, began = arguments(argv), time.monotonic()
    rows: list[results.Row] = []
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lineage-bench-")))
        for database in [options.database] if options.database else DATABASES:
            server = postgres(stack) if database == "postgresql" else ""
            for part in options.only:
                rows += measured(part, database, server, folder, options.quick)
    results.save(rows, options.output)
    took = time.monotonic() - began
    print(f"\n{results.table(rows)}\n\n{took:.0f} s on {os.cpu_count()} cores; as JSON in {options.output}")
    return 0


def postgres(stack: contextlib.ExitStack) -> str:
    """The address of a PostgreSQL server that may be filled."""
    given = os.environ.get("BENCH_POSTGRES_URL")
    if given:
        return given
    import postgres as private

    return stack.enter_context(private.running(durable=True))


def measured(part: str, database: str, server: str, folder: Path, quick: bool) -> list[results.Row]:
    """The rows of one part, from a process of its own with a new database."""
    print(f"\n==> {part}, {database}", flush=True)
    told = folder / f"{part}-{database}.json"
    command = [sys.executable, "-m", "benchmarks.part", part, str(told), *(["--quick"] if quick else [])]
    with new_database(server, folder / f"{part}.sqlite3") as url:
        env = os.environ | {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "LINEAGE_DATA_DIR": str(folder),
            "LINEAGE_LOCAL": "0",
            "SECRET_KEY": "only-for-a-benchmark-" * 3,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}",
        }
        subprocess.run(command, check=True, cwd=ROOT, env=env, timeout=LONGEST)
    return results.load(told)


@contextlib.contextmanager
def new_database(server: str, path: Path):
    """Yields the DATABASE_URL of an empty database: on the PostgreSQL server, else a file of SQLite."""
    if not server:
        yield f"sqlite:///{path}"
        path.unlink(missing_ok=True)
        return
    name = f"lineage_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            address, _, query = server.partition("?")
            yield address.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else "")
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    sys.exit(main())
