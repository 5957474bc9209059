"""Checks, before anything is run, that what the story needs is there, and says what to do where it is not.

python verify_setup.py      (in the environment that Ray is installed in; OPENLINEAGE_URL says which console)
"""

import importlib.metadata
import os
import re
import shutil
import socket
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

OLDEST_PYTHON = (3, 10)
# The oldest version of each that is captured, or that these programs were written for.
OLDEST = {
    "ray": "2.53",
    "mlflow": "3.0",
    "torch": "2.0",
    "pyiceberg": "0.9",
    "pandas": "2.0",
    "openlineage-python": "1.30",
    "lineage-capture": "0.1",
}
DISK = 500 * 2**20
Answer = tuple[str, bool, str]


def number(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", version)[:2])


def versions() -> Iterator[Answer]:
    """(what, whether it is good, what to do where it is not), as all of these."""
    found = ".".join(map(str, sys.version_info[:3]))
    yield f"Python {found}", sys.version_info >= OLDEST_PYTHON, "Python 3.10 or newer is needed"
    for name, oldest in OLDEST.items():
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield name, False, "not installed: make demo-live installs all of this into plugins/.venv"
            continue
        yield f"{name} {version}", number(version) >= number(oldest), f"{oldest} or newer is needed"


def capture() -> Iterator[Answer]:
    where = [name for name in os.environ if name.startswith("OPENLINEAGE_")]
    yield "a place to send events to", bool(where), "set OPENLINEAGE_URL=http://127.0.0.1:8000"
    loaded = "lineage_capture.bootstrap" in sys.modules
    yield "capture started with Python", loaded, "lineage-capture must be installed in this environment"
    on = os.environ.get("LINEAGE_CAPTURE_LOCAL_PATHS", "").lower() in ("1", "true", "yes", "on")
    yield "paths of this machine are captured", on, "set LINEAGE_CAPTURE_LOCAL_PATHS=true: the tables are files here"


def console(url: str) -> Iterator[Answer]:
    try:
        urllib.request.urlopen(f"{url.rstrip('/')}/healthz", timeout=5).close()
        yield f"the console at {url}", True, ""
    except (OSError, ValueError) as error:
        yield f"the console at {url}", False, f"{error}: start it with make run, or name another by OPENLINEAGE_URL"


def machine(port: int, storage: Path) -> Iterator[Answer]:
    with socket.socket() as probe:
        free = probe.connect_ex(("127.0.0.1", port)) != 0
    yield f"port {port}, for Ray Serve", free, "it is taken: choose another with DEMO_SERVE_PORT"
    try:
        storage.mkdir(parents=True, exist_ok=True)
        writable = os.access(storage, os.W_OK)
    except OSError:
        writable = False
    yield f"the folder {storage}", writable, "it cannot be written: choose another with DEMO_STORAGE"
    if writable:
        left = shutil.disk_usage(storage).free
        yield f"{left // 2**20:,} MiB free there", left >= DISK, f"{DISK // 2**20} MiB are needed"


def answers(url: str, port: int, storage: Path) -> Iterator[Answer]:
    yield from versions()
    yield from capture()
    yield from console(url)
    yield from machine(port, storage)


def main() -> int:
    port = int(os.environ.get("DEMO_SERVE_PORT") or 8010)
    storage = Path(os.environ.get("DEMO_STORAGE") or Path(__file__).with_name("storage"))
    url = os.environ.get("OPENLINEAGE_URL") or "http://127.0.0.1:8000"
    wrong = 0
    for what, good, remedy in answers(url, port, storage):
        print(f"ok  {what}" if good else f"NO  {what}: {remedy}")
        wrong += not good
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
