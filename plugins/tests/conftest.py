"""What tests share: a real console on a free port, and programs that run as a user's would."""

import json
import os
import socket
import subprocess
import sys
import textwrap
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The console has a virtual environment of its own: it shares nothing with the plugins.
CONSOLE_PYTHON = os.environ.get("LINEAGE_CONSOLE_PYTHON") or str(ROOT / ".venv/bin/python")
PRIVATE = ("OPENLINEAGE", "LINEAGE_", "ANYSCALE_", "RAY_", "MLFLOW_", "DJANGO_", "DATABASE_URL")


def plain_environment() -> dict[str, str]:
    """This process's, without what would steer the plugins, Ray or a console. Ray's workers, which give way to all
    others otherwise, run as their driver does: a busy machine would starve them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE)}
    return kept | {"RAY_worker_niceness": "0"}


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
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            except OSError:
                assert self.process.poll() is None, "the console ended at once"
                time.sleep(0.1)
        raise AssertionError("the console did not start within a minute")

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

    def has_ended(self, cluster: str) -> bool:
        code = f"from clouds.models import Cluster; print(Cluster.objects.get(cluster_id='{cluster}').ended_at)"
        return self.manage("shell", "-c", code).splitlines()[-1] != "None"

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
        # On a busy machine, too, all is to arrive. What a console that is away costs: test_trouble.py.
        "LINEAGE_CAPTURE_FLUSH_SECONDS": "60",
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


def readers(console: Console, folder: Path) -> dict[str, dict]:
    """The workload facet of the run that read each process's file of texts."""
    found = {}
    for run in console.runs():
        for each in run["inputs"]:
            if each["name"].startswith(str(folder)) and each["name"].endswith(".txt"):
                found[Path(each["name"]).stem] = run["facets"]["lc_workload"]
    return found


def wait_for(answer, seconds: float = 120):
    """What `answer()` gives, once it is something."""
    end = time.monotonic() + seconds
    while not (found := answer()):
        assert time.monotonic() < end
        time.sleep(0.5)
    return found


@pytest.fixture
def run(tmp_path, console):
    """`run(code, NAME=value…)`: a program of the test's own folder, captured into the console."""

    def go(code: str, *arguments, **variables):
        return run_program(tmp_path, code, console.url, *arguments, **variables)

    return go
