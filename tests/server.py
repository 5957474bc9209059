"""A real server on the test database, for what Django's test client cannot show: kills, chunks, real clients."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def database_url() -> str:
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    password = f":{quote(config['PASSWORD'], safe='')}" if config["PASSWORD"] else ""
    user = quote(config["USER"] or "", safe="") + password
    host = quote(config["HOST"] or "", safe="")
    return f"postgres://{user}@{host}:{config['PORT'] or 5432}/{config['NAME']}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The console at `url`, in a process group of its own."""

    def __init__(self, local: bool = False):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        workers = "1" if connection.vendor == "sqlite" else "2"
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port)]
        command += ["--workers", workers, "--blocking-threads", "8", "lineage_console.wsgi:application"]
        env = os.environ | {
            "DATABASE_URL": database_url(),
            "SECRET_KEY": settings.SECRET_KEY,
            "LINEAGE_LOCAL": "1" if local else "0",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "lineage_console.settings",
        }
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=env, start_new_session=True, stdout=subprocess.DEVNULL
        )
        self.wait()

    def wait(self) -> None:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                assert self.process.poll() is None, "the server ended at once"
                time.sleep(0.05)
        raise AssertionError("the server did not start within 10 seconds")

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@contextmanager
def running(local: bool = False):
    server = Server(local)
    try:
        yield server
    finally:
        server.kill()
