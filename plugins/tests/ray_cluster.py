"""A cluster of Ray that runs already, and what is submitted and deployed to it."""

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from conftest import captured, free_port, plain_environment

RAY = str(Path(sys.executable).with_name("ray"))
APPLICATION = """
import ray
from ray import serve


@serve.deployment(num_replicas=1, ray_actor_options={"num_cpus": 0.5})
class Hello:
    def __init__(self):
        ray.data.read_text("{folder}/words.txt").take(1)

    def __call__(self, request):
        return "hello"


application = Hello.bind()
"""
CONFIG = """
applications:
- name: {name}
  route_prefix: /hello
  import_path: greeting:application
  runtime_env: {{env_vars: {{PYTHONPATH: "{folder}"}}}}
"""


class Cluster:
    """Ray as `ray start --head` starts it, with the plugins on in its environment if there is a console for it.

    `python` is that of a virtual environment with Ray.
    """

    def __init__(self, folder: Path, console_url: str | None, cpus: int, python: str = sys.executable, **variables):
        port, dashboard = free_port(), free_port()
        self.address, self.dashboard = f"127.0.0.1:{port}", f"http://127.0.0.1:{dashboard}"
        self.env = captured(folder, console_url) if console_url else plain_environment() | {"RAY_AUTH_MODE": "disabled"}
        self.env |= variables
        # Or its end would wait for programs that are gone.
        self.env["RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S"] = "0"
        # Or workers would come and go, and take seconds for it.
        self.env["RAY_idle_worker_killing_time_threshold_ms"] = "3600000"
        self.env["RAY_num_workers_soft_limit"] = "32"
        command = [python, "-m", "ray.scripts.scripts", "start", "--head", "--block", f"--port={port}"]
        command += [f"--dashboard-port={dashboard}", f"--ray-client-server-port={free_port()}", f"--num-cpus={cpus}"]
        # Of all clusters of a machine only the first would get the port of the agent that starts jobs.
        command += [f"--dashboard-agent-listen-port={free_port()}"]
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
        self.process.wait(30)
        _, alive = psutil.wait_procs(family, timeout=2)
        for each in alive:
            each.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def clusters(folder: Path, console_url: str | None, cpus: int = 6, **more: str):
    started = Cluster(folder, console_url, cpus, **more)
    try:
        yield started
    finally:
        started.stop()


def submit(cluster: Cluster, folder: Path, program: Path, arguments: list[str], *options: str) -> str:
    """Runs a program by `ray job submit`; returns the job's submission id."""
    script = folder / "program.py"
    script.write_text(program.read_text())
    command = [RAY, "job", "submit", "--address", cluster.dashboard, *options]
    command += ["--", sys.executable, str(script), *arguments]
    for _ in range(20):
        done = subprocess.run(command, cwd=folder, env=cluster.env, capture_output=True, text=True, timeout=400)
        # The dashboard may be there before the agent that starts jobs.
        if "No available agent" not in done.stdout + done.stderr:
            break
        time.sleep(2)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout.split("Job '")[1].split("'")[0]


def serve_deploy(cluster: Cluster, folder: Path, name: str) -> None:
    """Deploys an application by a file, without a program of the user's; it reads words.txt of the folder."""
    (folder / "words.txt").write_text("hello\n")
    (folder / "greeting.py").write_text(APPLICATION.replace("{folder}", str(folder)))
    (folder / "serve.yaml").write_text(CONFIG.format(folder=folder, name=name))
    serve(cluster, folder, "deploy", "serve.yaml")


def serve(cluster: Cluster, folder: Path, *arguments: str) -> None:
    command = [str(Path(sys.executable).with_name("serve")), *arguments, "--address", cluster.dashboard]
    subprocess.run(command, cwd=folder, env=cluster.env, check=True, timeout=120)
