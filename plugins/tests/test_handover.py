"""A driver that joins a cluster without the plugins' variables: its workers capture as it does, in whatever environment
they run, and its secrets are not shown."""

import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT, captured, readers
from ray_cluster import clusters

pytestmark = pytest.mark.live
PROGRAM = """
import sys
import sysconfig
from pathlib import Path
import ray

folder, wheel = Path(sys.argv[1]), sys.argv[2]


def read():
    import lineage_capture

    (folder / "worker.txt").write_text("one line\\n")
    ray.data.read_text(str(folder / "worker.txt")).take(1)
    return lineage_capture.__file__


ray.init()
env = {"pip": {"packages": [wheel], "pip_install_options": ["--no-deps", "--no-index"]}}
print(ray.get(ray.remote(read).options(runtime_env=env).remote()))
"""


def thin_environment(folder: Path) -> str:
    """The Python of a virtual environment that has what this one has, but not the plugins: they are found by a file
    that only this one's own site-packages has. Ray copies the whole environment that it runs in."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=120)
    (own,) = folder.glob("lib/*/site-packages")
    (own / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = str(folder / "bin/python")
    absent = "from importlib.util import find_spec; assert find_spec('ray') and not find_spec('lineage_capture')"
    subprocess.run([python, "-c", absent], check=True, timeout=60)
    return python


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cluster")
    python = thin_environment(folder / "thin")
    with clusters(folder, None, cpus=4, python=python) as started:
        yield started


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(ROOT / "plugins")], check=True, timeout=120, capture_output=True)
    return next(folder.glob("*.whl"))


def test_a_virtual_environment_that_ray_makes(cluster, console, wheel, tmp_path):
    """It alone has the plugins, as the runtime_env's `pip` brings them; the settings are its driver's."""
    env = captured(tmp_path, console.url) | {"OPENLINEAGE_URL": console.url, "OPENLINEAGE_API_KEY": console.key}
    env |= {"RAY_ADDRESS": cluster.address, "LINEAGE_OWNER_EMAIL": "ana@example.com"}
    del env["OPENLINEAGE__TRANSPORT"]
    (tmp_path / "driver.py").write_text(PROGRAM)
    command = [sys.executable, "driver.py", str(tmp_path), str(wheel)]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert "runtime_resources/pip" in done.stdout
    told = readers(console, tmp_path)["worker"]
    assert (told["name"], told["ownerEmail"]) == ("driver.py", "ana@example.com")


def test_the_dashboard_shows_no_secret(cluster, console):
    shown = ""
    for path in ("api/jobs/", *(f"api/v0/{each}" for each in ("jobs", "tasks", "workers", "actors", "runtime_envs"))):
        query = "?detail=1&limit=1000" if "v0" in path else ""
        with urllib.request.urlopen(f"{cluster.dashboard}/{path}{query}", timeout=20) as answer:
            shown += answer.read().decode()
    assert "OPENLINEAGE_HANDED_OVER" in shown
    assert console.key not in shown
    assert console.url not in shown
