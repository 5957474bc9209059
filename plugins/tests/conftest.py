"""What tests share: a real console on a free port, and programs that run as a user's would."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The console has a virtual environment of its own: it shares nothing with the plugins.
CONSOLE_PYTHON = os.environ.get("LINEAGE_CONSOLE_PYTHON") or str(ROOT / ".venv/bin/python")
PRIVATE = ("OPENLINEAGE", "LINEAGE_", "ANYSCALE_", "RAY_", "MLFLOW_", "DJANGO_", "DATABASE_URL")


def plain_environment() -> dict[str, str]:
    """This process's, without what would steer the plugins, Ray or a console."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Console:
    """The console at `url`, as `make run` starts it, on an empty SQLite database in `folder`."""

    def __init__(self, folder: Path):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = plain_environment() | {
            "LINEAGE_DATA_DIR": str(folder),
            "LINEAGE_LOCAL": "1",
            "SECRET_KEY": "only for this test",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }
        self.manage("bootstrap", "--quiet")
        key = self.manage("create_api_key", "--cloud", "default", "--owner", "owner@example.com")
        self.key = key.strip().splitlines()[-1]
        command = [CONSOLE_PYTHON, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--blocking-threads", "4", "--log-level", "error"]
        self.process = subprocess.Popen([*command, "lineage_console.worker:application"], cwd=ROOT, env=self.env)
        self.wait()

    def manage(self, *arguments: str) -> str:
        command = [CONSOLE_PYTHON, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.env, check=True, capture_output=True, text=True).stdout

    def wait(self) -> None:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            except OSError:
                assert self.process.poll() is None, "the console ended at once"
                time.sleep(0.1)
        raise AssertionError("the console did not start within 20 seconds")

    def get(self, path: str, **query) -> dict:
        """What REST answers, as JSON."""
        query = f"?{urllib.parse.urlencode(query)}" if query else ""
        request = urllib.request.Request(f"{self.url}{path}{query}", headers={"Authorization": f"Bearer {self.key}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def every(self, path: str, **query) -> list[dict]:
        """All results of a list."""
        page = self.get(path, limit=100, **query)
        results = page["results"]
        while page["next"]:
            split = urllib.parse.urlsplit(page["next"])
            page = self.get(split.path, **dict(urllib.parse.parse_qsl(split.query)))
            results += page["results"]
        return results

    def node(self, namespace: str, name: str, entity: str = "dataset") -> dict:
        return self.get("/api/nodes/", entity=entity, namespace=namespace, name=name)

    def runs(self, **query) -> list[dict]:
        """Runs with their facets, inputs and outputs, newest first."""
        return [self.get(f"/api/runs/{each['id']}/") for each in self.every("/api/runs/", **query)]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)


@pytest.fixture(scope="session")
def console(tmp_path_factory):
    started = Console(tmp_path_factory.mktemp("console"))
    yield started
    started.stop()


def captured(folder: Path, console_url: str) -> dict[str, str]:
    """An environment with the plugins on. What is sent is also kept, in sent.json of the folder."""
    console = {"type": "http", "url": console_url}
    record = {"type": "file", "log_file_path": str(folder / "sent.json"), "append": True}
    transport = {"type": "composite", "transports": {"console": console, "record": record}}
    return plain_environment() | {
        "OPENLINEAGE__TRANSPORT": json.dumps(transport),
        "LINEAGE_CAPTURE_LOCAL_PATHS": "true",
        "ANYSCALE_LINEAGE_IGNORE_ERRORS": "false",
        "RAY_AUTH_MODE": "disabled",
        "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
        "RAY_USAGE_STATS_ENABLED": "0",
    }


def run_program(
    folder: Path, code: str, console_url: str, *arguments: str, name: str = "program.py", check=True, **variables
):
    """Runs `code` as a script of its own, with the plugins on; gives its CompletedProcess. A variable that is None is
    taken away."""
    script = folder / name
    script.write_text(textwrap.dedent(code))
    env = {name: value for name, value in (captured(folder, console_url) | variables).items() if value is not None}
    command = [sys.executable, str(script), *arguments]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=500)
    assert not check or done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    return done


def record(folder: Path, name: str) -> None:
    """With LINEAGE_CAPTURE_RECORD=1, what a program sent becomes tests/data/capture/NAME.ndjson of the console's
    suite, which replays it. The folder is called /data there."""
    if os.environ.get("LINEAGE_CAPTURE_RECORD"):
        sent = (folder / "sent.json").read_text().replace(str(folder), "/data")
        kept = ROOT / "tests/data/capture"
        kept.mkdir(exist_ok=True)
        (kept / f"{name}.ndjson").write_text(sent.strip() + "\n")


class Cluster:
    """Ray as `ray start --head` starts it, with the plugins on in its environment if there is a console for it."""

    def __init__(self, folder: Path, console_url: str | None, cpus: int):
        port, dashboard = free_port(), free_port()
        self.address, self.dashboard = f"127.0.0.1:{port}", f"http://127.0.0.1:{dashboard}"
        self.env = captured(folder, console_url) if console_url else plain_environment() | {"RAY_AUTH_MODE": "disabled"}
        # Or workers would come and go, and take seconds for it.
        self.env["RAY_idle_worker_killing_time_threshold_ms"] = "3600000"
        self.env["RAY_num_workers_soft_limit"] = "32"
        command = [str(Path(sys.executable).with_name("ray")), "start", "--head", "--block", f"--port={port}"]
        command += [f"--dashboard-port={dashboard}", f"--ray-client-server-port={free_port()}", f"--num-cpus={cpus}"]
        command += [f"--object-store-memory={300 * 2**20}", "--include-dashboard=true", "--disable-usage-stats"]
        # A short path, for it holds sockets; and its own, or other programs' ray.init() would find this cluster.
        self.folder = tempfile.mkdtemp(prefix="ray-")
        command += [f"--temp-dir={self.folder}"]
        with (folder / "ray.log").open("w") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=self.env, stdout=log, stderr=log)
        self.wait(folder / "ray.log")

    def wait(self, log: Path) -> None:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.dashboard}/api/version", timeout=2).close()
                return
            except OSError:
                assert self.process.poll() is None, log.read_text()
                time.sleep(0.2)
        raise AssertionError(log.read_text())

    def stop(self) -> None:
        """Its own processes only: `ray stop` would stop every cluster of the machine."""
        import psutil

        family = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        self.process.terminate()
        _, alive = psutil.wait_procs(family, timeout=20)
        for each in alive:
            each.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def clusters(folder: Path, console_url: str | None, cpus: int = 6):
    started = Cluster(folder, console_url, cpus)
    try:
        yield started
    finally:
        started.stop()


@pytest.fixture
def run(tmp_path, console):
    """`run(code, NAME=value…)`: a program of the test's own folder, captured into the console."""

    def go(code: str, *arguments, **variables):
        return run_program(tmp_path, code, console.url, *arguments, **variables)

    return go
