"""TFRecords, which need TensorFlow."""

from pathlib import Path

import pytest
from conftest import run_program

pytestmark = [pytest.mark.live, pytest.mark.tfrecords]
PROGRAM = Path(__file__).parent / "programs/tfrecords.py"


def test_write_and_read(console, tmp_path):
    run_program(tmp_path, PROGRAM.read_text(), console.url, str(tmp_path), name="tfrecords.py")
    node = console.node("file", f"{tmp_path}/records")
    assert node["type"] == "tfrecord"
    assert [each["name"] for each in node["facets"]["schema"]["fields"]] == ["id"]
    workload = console.every("/api/workloads/", q="tfrecords.py")[0]
    states = {run["operation"]: run["state"] for run in console.runs(workload=workload["id"])}
    assert states["ray-data/write_tfrecords"] == states["ray-data/read_tfrecords"] == "COMPLETE"
