"""The user guide's quickstart of Ray Data, word for word, with images in a bucket of that name on this machine."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import free_port, plain_environment, record, run_program

pytestmark = pytest.mark.live
QUICKSTART = """\
import ray

ds = ray.data.read_images(
    "s3://doggos-dataset/train",
    include_paths=True,
    shuffle="files",
)

# lineage events are emitted only when a dataset is materialized
ds.schema()
"""
UPLOAD = """\
import pyarrow.fs
from PIL import Image

bucket, _ = pyarrow.fs.FileSystem.from_uri("s3://doggos-dataset?allow_bucket_creation=true")
bucket.create_dir("doggos-dataset/train")
for name in ("rex", "fido"):
    with bucket.open_output_stream(f"doggos-dataset/train/{name}.png") as file:
        Image.new("RGB", (8, 8)).save(file, "png")
"""
TRACKED = {
    "LINEAGE_WORKLOAD_TYPE": "workspace",
    "LINEAGE_WORKLOAD_ID": "expwrk_5",
    "LINEAGE_WORKLOAD_NAME": "doggos-workspace",
    "LINEAGE_ORGANIZATION_ID": "org_1",
    "LINEAGE_CLOUD_ID": "default",
    "LINEAGE_PROJECT_ID": "prj_1",
    "LINEAGE_OWNER_EMAIL": "ana@example.com",
}


@pytest.fixture(scope="module")
def s3():
    """Variables that lead to a server that speaks S3."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, env=plain_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            break
        except OSError:
            time.sleep(0.2)
    yield {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "very secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    server.terminate()
    server.wait(10)


def test_everything_under_whats_tracked(console, s3, tmp_path):
    subprocess.run([sys.executable, "-c", UPLOAD], env=os.environ | s3, check=True, timeout=60)
    run_program(tmp_path, QUICKSTART, console.url, **TRACKED, **s3)
    record(tmp_path, "ray_quickstart")
    node = console.node("s3://doggos-dataset", "train")
    assert (node["uri"], node["name"], node["type"]) == ("s3://doggos-dataset/train", "train", "image")
    assert node["created_by"] == "ana@example.com"
    assert [each["name"] for each in node["facets"]["schema"]["fields"]] == ["image", "path"]
    found = console.get(f"/api/nodes/{node['id']}/neighbours", direction="downstream")["elements"]["nodes"]
    workload = next(each["data"] for each in found if each["data"]["kind"] == "workload")
    facet = console.get(f"/api/nodes/{workload['node_id']}/")["facets"]["lc_workload"]
    assert (facet["type"], facet["name"], facet["id"]) == ("workspace", "doggos-workspace", "expwrk_5")
    assert (facet["organizationId"], facet["cloudId"], facet["projectId"]) == ("org_1", "default", "prj_1")
    assert facet["ownerEmail"] == "ana@example.com"
    assert all(facet[key] for key in ("rayVersion", "pythonVersion", "osVersion"))
    assert "very secret" not in (tmp_path / "sent.json").read_text()
