"""What turns capture off: the cloud's switch, the user's variables, a version that is too old."""

import os
import subprocess
import sys
import textwrap
import zipfile
from types import ModuleType

import pytest
from conftest import ROOT, plain_environment
from lineage_capture import applying
from lineage_capture.hooks import Hook
from test_session import PROGRAM

IMPORTED = "import sys; sys.stdout.write(str('lineage_capture.bootstrap' in sys.modules))"


def keyed(console, cloud: str) -> dict[str, str]:
    key = console.manage("create_api_key", "--cloud", cloud, "--owner", "owner@example.com").splitlines()[-1]
    return {"OPENLINEAGE__TRANSPORT": None, "OPENLINEAGE_URL": console.url, "OPENLINEAGE_API_KEY": key}


def python(code: str, **variables: str) -> subprocess.CompletedProcess:
    env = {name: value for name, value in (plain_environment() | variables).items() if value is not None}
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.live
def test_a_cloud_that_is_off_hears_nothing(console, run):
    """Asked first, and silent then: no event is even refused."""
    console.manage("create_cloud", "quiet")
    done = run(PROGRAM, name="quiet.py", ANYSCALE_LINEAGE_LOG_LEVEL="DEBUG", **keyed(console, "quiet"))
    assert "Lineage tracking is off for this cluster" in done.stderr
    count = "from clouds.models import RefusedCount; print(RefusedCount.objects.count())"
    assert console.manage("shell", "-c", count).splitlines()[-1] == "0"
    assert console.every("/api/workloads/", q="quiet.py") == []


@pytest.mark.live
def test_a_key_and_the_clusters_end(console, run):
    done = run(PROGRAM, name="keyed.py", ANYSCALE_LINEAGE_LOG_LEVEL="DEBUG", **keyed(console, "default"))
    assert "flushed" in done.stderr
    workload = console.every("/api/workloads/", q="keyed.py")[0]
    session = next(each for each in console.runs(workload=workload["id"]) if each["operation"].startswith("workload/"))
    cluster = session["facets"]["lc_workload"]["clusterId"]
    assert console.has_ended(cluster)


@pytest.mark.live
def test_a_wrong_key_is_told_once_and_breaks_nothing(console, run):
    variables = keyed(console, "default") | {"OPENLINEAGE_API_KEY": "lc_wrong"}
    done = run(PROGRAM, name="wrong.py", ANYSCALE_LINEAGE_IGNORE_ERRORS="true", **variables)
    assert done.stderr.count("The console refuses an event of lineage: 401") == 1


@pytest.mark.live
@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "False"),
        ({"OPENLINEAGE_URL": "http://127.0.0.1:9"}, "True"),
        ({"OPENLINEAGE_CONFIG": "/etc/openlineage.yml"}, "True"),
    ],
)
def test_nothing_is_loaded_without_a_destination(variables, expected):
    assert python(IMPORTED, **variables).stdout == expected


@pytest.mark.live
@pytest.mark.parametrize("off", [{"ANYSCALE_LINEAGE_TRACKING_ENABLED": "false"}, {"OPENLINEAGE_DISABLED": "true"}])
def test_switched_off_by_the_user(off):
    watched = "import sys; sys.stdout.write(str('Watcher' in {type(each).__name__ for each in sys.meta_path}))"
    assert python(watched, OPENLINEAGE_URL="http://127.0.0.1:9").stdout == "True"
    assert python(watched, OPENLINEAGE_URL="http://127.0.0.1:9", **off).stdout == "False"


@pytest.mark.live
def test_next_to_nothing_is_imported_with_the_interpreter():
    """Modules of ours, besides what Python itself has loaded by then."""
    code = "import sys; sys.stdout.write(' '.join(sys.modules))"
    on, off = python(code, OPENLINEAGE_URL="http://127.0.0.1:9").stdout, python(code).stdout
    more = set(on.split()) - set(off.split())
    assert more == {"atexit", *(f"lineage_capture{name}" for name in ("", ".bootstrap", ".settings", ".hooks"))}


@pytest.fixture
def old(monkeypatch, caplog):
    """As if a library of another version were there."""
    monkeypatch.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(applying, "left_alone", set())
    applying.supported.cache_clear()
    yield lambda version: monkeypatch.setattr(applying, "version_of", lambda library: version)
    applying.supported.cache_clear()


def test_an_old_version_is_left_alone_with_one_warning(old, caplog):
    old("2.52.1")
    for _ in range(2):
        applying.patch(Hook("ray", "ray_data:executor"), ModuleType("ray.data"))
    assert caplog.text.count("Lineage of ray 2.52.1 is not captured") == 1
    assert "version 2.53 or newer is needed" in caplog.text


@pytest.mark.live
def test_libraries_that_are_too_old(tmp_path):
    """Found before the real ones: nothing of them is patched, and one warning says so of each."""
    folders = ("ray", "ray/_private", "ray/serve", "mlflow", "mlflow/tracking")
    files = {
        **dict.fromkeys([f"{folder}/__init__.py" for folder in folders], ""),
        "ray/_private/worker.py": "def connect(node): pass",
        "ray/_private/node.py": "class Node:\n    def __init__(self): pass",
        "ray/serve/api.py": "def delete(name): pass",
        "mlflow/artifacts.py": "def download_artifacts(): pass",
        "mlflow/tracking/artifact_utils.py": "def _download_artifact_from_uri(): pass",
    }
    for file, code in files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(code)
    for library, version in (("ray", "2.52.1"), ("mlflow", "2.18.0")):
        (tmp_path / f"{library}-{version}.dist-info").mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {library}\nVersion: {version}\n"
        (tmp_path / f"{library}-{version}.dist-info/METADATA").write_text(metadata)
    program = """
        import mlflow.artifacts, mlflow.tracking.artifact_utils, ray._private.node, ray._private.worker, ray.serve.api

        functions = [ray._private.worker.connect, ray._private.node.Node.__init__, ray.serve.api.delete]
        functions += [mlflow.artifacts.download_artifacts, mlflow.tracking.artifact_utils._download_artifact_from_uri]
        print([hasattr(each, "__lineage_capture__") for each in functions])
    """
    done = python(textwrap.dedent(program), PYTHONPATH=str(tmp_path), OPENLINEAGE_URL="http://127.0.0.1:9")
    assert done.stdout == f"{[False] * 5}\n"
    assert done.stderr.splitlines() == [
        "Lineage of mlflow 2.18.0 is not captured (or not all of it): version 2.19 or newer is needed.",
        "Lineage of ray 2.52.1 is not captured (or not all of it): version 2.53 or newer is needed.",
    ]


def test_a_version_that_has_changed_is_left_alone(old, caplog):
    old("9.9")
    applying.patch(Hook("ray", "ray_data:executor"), ModuleType("ray.data"))
    assert "it has changed" in caplog.text
    assert applying.left_alone == {"ray"}


@pytest.mark.parametrize(("version", "found"), [("2.53.0rc1", (2, 53, 0)), ("2.13.0+cpu", (2, 13, 0)), ("3", (3,))])
def test_numbers_of_a_version(version, found):
    assert applying.numbers(version) == found


@pytest.mark.live
def test_the_wheel_brings_the_hook(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*command, str(ROOT / "plugins")], check=True, timeout=120, capture_output=True, env=os.environ)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert "lineage_capture.pth" in names
    assert "lineage_capture/hooks/ray_data.py" in names
