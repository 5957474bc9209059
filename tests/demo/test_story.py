"""`make demo` shows the whole story: what was recorded of a run of demo/ gives the full graph."""

import ast
import json
import re
import socket
import sys
from pathlib import Path

import pytest
from django.test import Client

from demo import check_story, verify_setup

FOLDER = Path(__file__).resolve().parents[2] / "demo"
RECORDING = FOLDER / "events/churn_story.ndjson"
PROGRAMS = sorted(FOLDER.glob("*.py"))


def asker(key: str):
    """As check_story.asker, of Django's test client."""

    def get(path: str, **query) -> dict:
        answer = Client().get(path, query, headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 200, answer.content
        return answer.json()

    return get


def missing(key: str) -> list[str]:
    return [what for what, right in check_story.checks(asker(key)) if not right]


def test_the_recording_is_the_whole_story(send, key):
    for line in RECORDING.read_bytes().splitlines():
        assert send(line).status_code == 201
    assert missing(key) == []


def test_a_version_of_the_model_leads_to_the_snapshot_that_it_was_trained_with(send, key, as_alice):
    """churn_predictor's version, its checkpoint, the training, the table's snapshot: another one for each."""
    for line in RECORDING.read_bytes().splitlines():
        send(line)
    told = check_story.Told(asker(key))
    snapshots = check_story.versions(told.runs("train_churn_model", "TorchTrainer"), "inputs", told.dataset)
    tab = as_alice.get(f"/models/{told.model['id']}/versions/").content.decode()
    pages = sorted(set(re.findall(r"/models/\d+/versions/[0-9a-f-]{36}/", tab)))
    shown = [as_alice.get(page).content.decode() for page in pages]
    found = [{each for each in snapshots if each in page} for page in shown]
    assert len(snapshots) == len(pages) == 2
    assert sorted(found, key=min) == sorted(({each} for each in snapshots), key=min)


def test_an_empty_console_misses_all_of_it(key, cloud):
    told = list(check_story.checks(asker(key)))
    assert len(told) > 20
    assert [what for what, right in told if right] == []


def test_what_is_missing_is_told(send, key):
    """Without the second version's service, which alone loaded the second version."""
    for line in RECORDING.read_bytes().splitlines():
        if json.loads(line)["run"]["facets"]["lc_workload"]["name"] != "churn_predictor_v2":
            send(line)
    told = missing(key)
    assert "service churn_predictor_v2" in told
    assert "each service loaded a version of its own" in told


def test_the_recording_tells_nothing_of_who_recorded_it():
    places = re.findall(r"(?<![\w/])/(?:tmp|root|home|work)/[\w./-]+", RECORDING.read_text())
    assert {each for each in places if not each.startswith("/home/ana/churn/")} == set()


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_programs_know_nothing_of_lineage(path):
    """They are captured as they are. What verifies the set-up looks at versions only."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            names |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    assert not names & {"lineage_capture", "openlineage", "lineage"}


def answers(port: int = 1, storage: Path = Path()) -> dict[str, bool]:
    return {what: good for what, good, _ in verify_setup.machine(port, storage)}


def test_verify_says_that_a_port_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert answers(port, tmp_path)[f"port {port}, for Ray Serve"] is False
    assert answers(port, tmp_path)[f"port {port}, for Ray Serve"] is True


def test_verify_says_that_the_folder_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    assert answers(storage=tmp_path / "file/storage")[f"the folder {tmp_path / 'file/storage'}"] is False


def test_verify_says_that_no_console_is_there():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    ((what, good, remedy),) = verify_setup.console(f"http://127.0.0.1:{port}")
    assert (what, good) == (f"the console at http://127.0.0.1:{port}", False)
    assert "make run" in remedy


def test_verify_finds_the_console(live_server):
    assert [good for _, good, _ in verify_setup.console(live_server.url)] == [True]


def test_verify_names_what_is_not_installed_or_too_old(monkeypatch):
    installed = {"ray": "2.9.3", "mlflow": "3.17.2"}

    def version(name):
        if name not in installed:
            raise verify_setup.importlib.metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(verify_setup.importlib.metadata, "version", version)
    told = {what: (good, remedy) for what, good, remedy in verify_setup.versions()}
    assert told["mlflow 3.17.2"][0] is True
    assert told["ray 2.9.3"] == (False, "2.53 or newer is needed")
    assert told["torch"][0] is False
    assert "make demo-live" in told["torch"][1]


def test_verify_says_whether_capture_is_on(monkeypatch):
    for name in list(verify_setup.os.environ):
        if name.startswith(("OPENLINEAGE_", "LINEAGE_CAPTURE_")):
            monkeypatch.delenv(name)
    assert [good for _, good, _ in verify_setup.capture()] == [False, False, False]
    monkeypatch.setenv("OPENLINEAGE_URL", "http://127.0.0.1:8000")
    monkeypatch.setenv("LINEAGE_CAPTURE_LOCAL_PATHS", "true")
    monkeypatch.setitem(sys.modules, "lineage_capture.bootstrap", verify_setup)
    assert [good for _, good, _ in verify_setup.capture()] == [True, True, True]
