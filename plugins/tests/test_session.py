"""A program's session, told to a real console. Needs no library."""

import pytest

pytestmark = pytest.mark.live

PROGRAM = """
from lineage_capture.events import Operation, dataset

operation = Operation("tests", "copy")
operation.read(dataset("s3a://user:secret@shop/raw/orders.csv", storage={"storageLayer": "s3", "fileFormat": "csv"}))
operation.start()
operation.wrote(dataset("s3://shop/clean/orders", schema={"fields": [{"name": "id", "type": "int64"}]}))
operation.complete()
"""
IDENTITY = {
    "LINEAGE_WORKLOAD_TYPE": "workspace",
    "LINEAGE_WORKLOAD_ID": "expwrk_1",
    "LINEAGE_WORKLOAD_NAME": "notebook of ana",
    "LINEAGE_OWNER_EMAIL": "ana@example.com",
    "LINEAGE_PROJECT_NAME": "churn",
}


def test_an_operation_is_a_child_of_the_session(console, run):
    # Other tests run the same program, and who was the first to read a thing is its creator.
    run(PROGRAM.replace("shop", "anas-shop"), **IDENTITY)
    read, written = console.node("s3://anas-shop", "raw/orders.csv"), console.node("s3://anas-shop", "clean/orders")
    assert (read["type"], read["created_by"]) == ("csv", "ana@example.com")
    assert "secret" not in str(read)
    assert written["facets"]["schema"]["fields"] == [{"name": "id", "type": "int64", "fields": []}]
    workload = console.every("/api/workloads/", q="notebook of ana")[0]
    assert (workload["type"], workload["workload_id"], workload["project"]) == ("workspace", "expwrk_1", "churn")
    runs = {each["operation"]: each for each in console.runs(workload=workload["id"])}
    assert {name: each["state"] for name, each in runs.items()} == {
        "tests/copy": "COMPLETE",
        "workload/notebook of ana": "COMPLETE",
    }
    parent = runs["tests/copy"]["facets"]["parent"]
    assert parent["run"]["runId"] == runs["workload/notebook of ana"]["id"]


def test_a_program_that_fails_is_a_session_that_failed(console, run):
    done = run(PROGRAM + "raise SystemError('boom')", name="fails.py", check=False)
    assert done.returncode == 1
    assert "SystemError: boom" in done.stderr
    workload = console.every("/api/workloads/", q="fails.py")[0]
    session = next(each for each in console.runs(workload=workload["id"]) if "workload/" in each["operation"])
    assert session["state"] == "FAIL"
    assert session["facets"]["errorMessage"]["message"] == "SystemError"
