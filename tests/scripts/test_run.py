"""What `make run` says and does, short of installing."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings

SERVE = "import os, run; run.serve(dict(os.environ))"


def scripts_environment(**variables) -> dict:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LINEAGE_", "GRANIAN_"))}
    return kept | {"PYTHONPATH": str(settings.BASE_DIR / "scripts")} | variables


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def run(**variables):
    command = [sys.executable, "scripts/run.py"]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=scripts_environment(**variables), capture_output=True, text=True, timeout=60
    )


def test_a_taken_port_is_told_with_a_way_out(taken_port):
    ran = run(PORT=str(taken_port))
    assert ran.returncode == 1
    assert f"port {taken_port} is taken. Choose another one: make run PORT={taken_port + 1}" in ran.stderr


@pytest.mark.parametrize("port", ["abc", "0", "65536"])
def test_a_port_that_is_none_is_told(port):
    assert f"PORT={port!r} is not a port" in run(PORT=port).stderr


def test_local_mode_serves_this_machine_only():
    ran = run(HOST="0.0.0.0", PORT=str(free_port()))
    assert ran.returncode == 1
    assert "would let other machines send events without a key" in ran.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def console(tmp_path):
    """A console as `make run` serves it, in a process group of its own as a terminal's job is."""
    port = free_port()
    env = scripts_environment(HOST="127.0.0.1", PORT=str(port), LINEAGE_LOCAL="1", LINEAGE_DATA_DIR=str(tmp_path))
    env |= {"DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "lineage_console.settings"}
    process = subprocess.Popen([sys.executable, "-c", SERVE], env=env, start_new_session=True)
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            break
        except OSError:
            time.sleep(0.1)
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def test_ctrl_c_ends_the_console_at_once(console):
    os.killpg(console.pid, signal.SIGINT)
    assert console.wait(4) == 0
