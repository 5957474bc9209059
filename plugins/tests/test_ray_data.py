"""Ray Data: each format of programs/formats.py once, in one program, read back from the console over REST."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import record, run_program

pytestmark = pytest.mark.live
PROGRAM = Path(__file__).parent / "programs/formats.py"
TABLE = {"id": "int64", "score": "double"}
TENSOR = "ArrowTensorTypeV2(shape={}, dtype={})".format
IMAGE = {"image": TENSOR("(4, 4, 3)", "uint8"), "path": "string"}


@pytest.fixture(scope="module")
def formats(console, tmp_path_factory):
    """(folder, what the program printed, its runs by operation and what they read and wrote)."""
    folder = tmp_path_factory.mktemp("formats")
    shutil.copy(PROGRAM.with_name("frames.mp4"), folder)
    done = run_program(folder, PROGRAM.read_text(), console.url, str(folder), name="formats.py")
    record(folder, "ray_data")
    workload = console.every("/api/workloads/", q="formats.py")[0]
    return folder, done.stdout, console.runs(workload=workload["id"])


def the_run(runs, operation: str, name: str):
    """A run of this operation that reads or writes a thing whose name ends so, and how it does."""
    found = [
        (run, io)
        for run in runs
        if run["operation"] == f"ray-data/{operation}"
        for io in run["inputs" if operation.startswith("read") else "outputs"]
        if io["name"].endswith(name)
    ]
    assert found, [(run["operation"], run["inputs"], run["outputs"]) for run in runs]
    return found[0]


def rows_of(folder: Path, run: dict, name: str) -> int | None:
    """What the run's last event counts in that input or output; REST has no statistics."""
    events = [json.loads(line) for line in (folder / "sent.json").read_text().splitlines()]
    last = [each for each in events if each["run"]["runId"] == run["id"]][-1]
    for io in last["inputs"] + last["outputs"]:
        if io["name"].endswith(name):
            facets = io.get("inputFacets") or io.get("outputFacets") or {}
            return next((facet["rowCount"] for facet in facets.values()), None)
    raise AssertionError(f"{name} is not in {last}")


def columns(facets) -> dict[str, str]:
    """pandas before its third version calls texts objects."""
    fields = facets["schema"]["fields"]
    return {field["name"]: {"str": "object"}.get(field["type"], field["type"]) for field in fields}


READS = [
    ("read_parquet", "/parquet", "parquet", TABLE, None),
    ("read_csv", "/csv", "csv", TABLE, 100),
    ("read_json", "/json", "json", TABLE, 100),
    ("read_text", "/text", "text", {"text": "string"}, 3),
    ("read_binary_files", "/binary", "binary", {"bytes": "binary", "path": "string"}, 1),
    ("read_numpy", "/numpy", "numpy", {"data": TENSOR("(3,)", "int64")}, 4),
    ("read_images", "/images", "image", IMAGE, 1),
    ("read_audio", "/audio", "audio", {"amplitude": TENSOR("(1, 800)", "float"), "sample_rate": "int64"}, 1),
    ("read_avro", "/avro", "avro", {"id": "int64"}, 5),
    ("read_webdataset", "/webdataset", "webdataset", dict.fromkeys(("__key__", "txt", "__url__"), "object"), 1),
    ("read_videos", "/video", "video", {"frame": TENSOR("(32, 32, 3)", "uint8"), "frame_index": "int64"}, 5),
]


@pytest.mark.parametrize(("operation", "name", "type", "schema", "rows"), READS, ids=lambda value: str(value)[:20])
def test_read(console, formats, operation, name, type, schema, rows):
    folder, _, runs = formats
    node = console.node("file", f"{folder}{name}")
    assert (node["type"], node["uri"]) == (type, f"file://{folder}{name}")
    assert columns(node["facets"]) == schema
    run, _ = the_run([each for each in runs if not each["outputs"]], operation, name)
    assert run["state"] == "COMPLETE"
    assert rows_of(folder, run, name) == rows


WRITES = [
    ("write_parquet", "/out/parquet", "parquet", TABLE, 100, ["/parquet"]),
    ("write_csv", "/out/csv", "csv", {"double": "double"}, 100, ["/parquet"]),
    ("write_json", "/out/json", "json", TABLE, 100, ["/parquet"]),
    ("write_numpy", "/out/numpy", "numpy", TABLE, 100, ["/parquet"]),
    ("write_images", "/out/images", "image", IMAGE, 1, ["/images"]),
    ("write_webdataset", "/out/webdataset", "webdataset", {"__key__": "string", "txt": "string"}, 100, ["/parquet"]),
    ("write_parquet", "/out/union", "parquet", TABLE, 200, ["/parquet", "/csv"]),
    ("write_parquet", "/out/join", "parquet", TABLE | {"score_r": "double"}, 100, ["/parquet", "/json"]),
    ("write_json", "/out/huggingface", "json", TABLE, 10, ["/csv/part.csv"]),
    ("write_parquet", "/out/split", "parquet", TABLE, 50, ["/csv"]),
]


@pytest.mark.parametrize(("operation", "name", "type", "schema", "rows", "inputs"), WRITES, ids=lambda v: str(v)[:20])
def test_write(console, formats, operation, name, type, schema, rows, inputs):
    folder, _, runs = formats
    node = console.node("file", f"{folder}{name}")
    assert (node["type"], columns(node["facets"])) == (type, schema)
    run, _ = the_run(runs, operation, name)
    assert run["state"] == "COMPLETE"
    assert sorted(each["name"] for each in run["inputs"]) == sorted(f"{folder}{each}" for each in inputs)
    assert rows_of(folder, run, name) == rows


def test_sql(console, formats):
    folder, _, runs = formats
    namespace = f"sqlite://{folder}/sql/shop.db"
    read, written = console.node(namespace, "orders"), console.node(namespace, "copies")
    assert read["type"] == written["type"] == "table"
    assert columns(read["facets"]) == TABLE
    run, _ = the_run(runs, "write_sql", "copies")
    assert rows_of(folder, run, "copies") == 3
    assert run["job_facets"]["sql"]["query"] == "insert into copies values (?, ?)"


def test_iceberg(console, formats):
    """The snapshot is known only when the write is committed, and is the version that is read."""
    folder, printed, runs = formats
    snapshot = printed.split("iceberg ")[1].split()[0]
    node = console.node("iceberg://lake", "shop.orders")
    assert node["type"] == "iceberg"
    assert any(each["name"].startswith(f"{folder}/warehouse/shop") for each in [node, *node["aliases"]])
    writing, output = the_run(runs, "write_iceberg", "/orders")
    reading, read = the_run(runs, "read_iceberg", "/orders")
    assert output["version"] == read["version"] == snapshot
    assert [rows_of(folder, run, "/orders") for run in (writing, reading)] == [100, 100]


def test_delta(console, formats):
    folder, _, runs = formats
    node = console.node("file", f"{folder}/delta")
    assert (node["type"], columns(node["facets"])) == ("delta", TABLE)
    run, read = the_run(runs, "read_delta", "/delta")
    assert (read["version"], rows_of(folder, run, "/delta")) == ("1", 200)
    import ray

    if hasattr(ray.data.Dataset, "write_delta"):
        writes = [each["outputs"] for each in runs if each["operation"] == "ray-data/write_delta"]
        assert [output["version"] for (output,) in writes] == ["1", "0"]


def test_every_run_is_a_child_of_the_session(formats):
    _, _, runs = formats
    session = next(each for each in runs if each["operation"] == "workload/formats.py")
    others = [each for each in runs if each is not session]
    assert {each["facets"]["parent"]["run"]["runId"] for each in others} == {session["id"]}
    assert {each["state"] for each in runs} == {"COMPLETE"}


def test_what_fails_is_told_and_the_users_error_is_the_users(console, tmp_path):
    """A read, a write, and a write that is done but cannot be committed."""
    program = PROGRAM.with_name("failing.py").read_text()
    done = run_program(tmp_path, program, console.url, str(tmp_path), name="failing_data.py")
    assert done.stdout.splitlines() == [*["RayTaskError(UserCodeException): True"] * 2, "ZeroDivisionError: True"]
    workload = console.every("/api/workloads/", q="failing_data.py")[0]
    runs = {each["operation"]: each for each in console.runs(workload=workload["id"])}
    causes = {"read_csv": "UserCodeException", "write_json": "UserCodeException", "write_iceberg": "ZeroDivisionError"}
    for operation, cause in causes.items():
        run = runs[f"ray-data/{operation}"]
        assert (run["state"], [each["name"] for each in run["inputs"]]) == ("FAIL", [f"{tmp_path}/in.csv"])
        assert cause in run["facets"]["errorMessage"]["message"]
        assert "the user's own" not in str(run)


def test_nothing_of_the_data_is_sent(formats):
    """No value of a cell: each score ends so, lines.txt has "three"."""
    folder, _, _ = formats
    events = [json.loads(line) for line in (folder / "sent.json").read_text().splitlines()]
    assert len(events) > 50
    text = json.dumps(events)
    assert ".0009765625" not in text
    assert "three" not in text
