"""A console that is refused, silent or slow: the job's result is the same, its time too, and it ends in time."""

import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import captured, free_port, plain_environment
from ray_cluster import clusters

pytestmark = [pytest.mark.live, pytest.mark.timed]
PROGRAM = Path(__file__).parent / "programs/paced.py"
PAIRS = 20


@contextmanager
def refused():
    yield f"http://127.0.0.1:{free_port()}"


@contextmanager
def silent():
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


class Slow(BaseHTTPRequestHandler):
    """Answers after a second."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(1)
        self.send_response(201)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments):
        pass


@contextmanager
def slow():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Driver:
    """A user's program, which works when it is told to."""

    def __init__(self, folder: Path, cluster: str, env: dict[str, str]):
        (folder / "in.csv").write_text("id\n" + "\n".join(map(str, range(1000))))
        command = [sys.executable, str(PROGRAM), str(folder), cluster]
        pipe = subprocess.PIPE
        self.errors = (folder / "errors.txt").open("w")
        self.process = subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, stderr=self.errors, text=True)
        assert self.line() == "ready", (folder / "errors.txt").read_text()

    def line(self) -> str:
        for line in self.process.stdout:
            if line == "ready\n" or re.match(r"\d+\.\d{4} ", line):
                return line.strip()
        return ""

    def job(self) -> tuple[float, str]:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        seconds, _, result = self.line().partition(" ")
        return float(seconds), result

    def end(self) -> float:
        """Seconds that it takes."""
        began = time.monotonic()
        self.process.stdin.close()
        assert self.process.wait(60) == 0
        self.errors.close()
        return time.monotonic() - began


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Without the plugins: its workers get them from their driver."""
    with clusters(tmp_path_factory.mktemp("cluster"), None, cpus=2) as started:
        yield started


@pytest.mark.parametrize("console", [refused, silent, slow])
def test_the_job_is_not_affected(cluster, tmp_path, console):
    with console() as url:
        env = plain_environment() | {"RAY_AUTH_MODE": "disabled"}
        on = captured(tmp_path, url) | {"OPENLINEAGE_URL": url, "ANYSCALE_LINEAGE_IGNORE_ERRORS": "true"}
        del on["OPENLINEAGE__TRANSPORT"], on["LINEAGE_CAPTURE_FLUSH_SECONDS"]
        folders = [tmp_path / "with", tmp_path / "without"]
        for folder in folders:
            folder.mkdir()
        drivers = [Driver(folder, cluster.address, each) for folder, each in zip(folders, (on, env), strict=True)]
        for driver in drivers:
            driver.job()
        pairs = [[driver.job() for driver in drivers] for _ in range(PAIRS)]
        exits = [driver.end() for driver in drivers]
    assert {result for pair in pairs for _, result in pair} == {"['double'] 1000"}
    medians = [statistics.median(pair[place][0] for pair in pairs) for place in (0, 1)]
    told = f"{console.__name__}: with {medians[0]:.3f} s, without {medians[1]:.3f} s; "
    told += f"exit {exits[0]:.2f} s, {exits[1]:.2f} s"
    if report := os.environ.get("LINEAGE_CAPTURE_REPORT"):
        with open(report, "a") as file:
            file.write(told + "\n")
    assert medians[0] <= medians[1] * 1.03 + 0.02, told
    assert exits[0] <= exits[1] + 3, told
    assert "Traceback" not in (folders[0] / "errors.txt").read_text()
