"""The console's settings, with two more views beside its own (benchmarks/urls.py)."""

from lineage_console.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
