"""The console under test: an empty database with an owner, a key and a session, and a server on a free port."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test import Client

from clouds import keys, setup
from clouds.models import Cloud

ROOT = Path(__file__).resolve().parent.parent
# The very command of `make run`, for another address and without its preparations.
SERVE = "import os, sys; sys.path.insert(0, 'scripts'); import run; run.serve(dict(os.environ))"


@dataclass
class Console:
    """`key` is an API key of the cloud, `session` the cookie of its owner, who sees everything."""

    cloud: Cloud
    key: str
    session: str

    @property
    def database(self) -> str:
        return connection.vendor

    @property
    def by_key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    @property
    def by_session(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}"}


def prepare() -> Console:
    call_command("migrate", verbosity=0)
    cloud, owner = setup.first_organization()
    cloud.organization.lineage_enabled = True
    cloud.organization.save()
    _key, secret = keys.create_key(cloud, owner)
    browser = Client()
    browser.force_login(owner)
    return Console(cloud, secret, browser.cookies["sessionid"].value)


@contextlib.contextmanager
def serving() -> Iterator[int]:
    """Runs the server and yields its port. It ends with the benchmark, however that ends."""
    connection.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {"HOST": "127.0.0.1", "PORT": str(port)}
    if connection.vendor == "postgresql":  # several workers: their metrics meet in a folder
        metrics = Path(env["LINEAGE_DATA_DIR"]) / f"metrics-{port}"
        metrics.mkdir(parents=True)
        env["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    server = subprocess.Popen([sys.executable, "-c", SERVE], cwd=ROOT, env=env, start_new_session=True)
    try:
        await_port(server, port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def await_port(server: subprocess.Popen, port: int) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise SystemExit("benchmarks: the server ended before it answered")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise SystemExit("benchmarks: the server did not answer within 30 seconds")


def progress(words: str) -> None:
    print(f"    {words}", flush=True)
