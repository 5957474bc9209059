"""One part of the benchmarks against the database at DATABASE_URL: python -m benchmarks.part PART RESULTS [--quick]"""

import argparse
from pathlib import Path

import django


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=["ingest", "graph", "pages", "browser"])
    parser.add_argument("results", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    django.setup()

    from benchmarks import results
    from benchmarks.console import prepare
    from benchmarks.graph import graph
    from benchmarks.graph_browser import browser
    from benchmarks.ingest import ingest
    from benchmarks.pages import pages

    measure = {"ingest": ingest, "graph": graph, "pages": pages, "browser": browser}[options.part]
    results.save(measure(prepare(), options.quick), options.results)


if __name__ == "__main__":
    main()
