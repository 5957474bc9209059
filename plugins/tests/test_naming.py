"""URIs as users write them, to OpenLineage's namespaces and names."""

from pathlib import Path

import pytest
from lineage_capture.naming import Place, place_of

WRITTEN = [
    ("s3://bucket/key/part.parquet", "s3://bucket", "key/part.parquet"),
    ("s3a://bucket/key/", "s3://bucket", "key"),
    ("s3n://bucket//a//b", "s3://bucket", "a/b"),
    ("s3://anonymous@bucket/train", "s3://bucket", "train"),
    ("s3://KEY:SECRET@bucket/train", "s3://bucket", "train"),
    ("s3://bucket/key?region=eu-west-1&access_key=SECRET", "s3://bucket", "key"),
    ("s3://bucket", "s3://bucket", "/"),
    ("gcs://bucket/key", "gs://bucket", "key"),
    ("abfss://container@account.dfs.core.windows.net/a", "abfss://container@account.dfs.core.windows.net", "a"),
    ("abfs://container@account.dfs.core.windows.net/a", "abfss://container@account.dfs.core.windows.net", "a"),
    ("hdfs://user@name:8020/data/x", "hdfs://name:8020", "/data/x"),
    ("https://user:pw@example.com/a.csv?token=x#y", "https://example.com", "a.csv"),
    ("S3://bucket/a", "s3://bucket", "a"),
]


@pytest.mark.parametrize(("uri", "namespace", "name"), WRITTEN)
def test_remote(uri, namespace, name):
    assert place_of(uri) == Place(namespace, name)
    assert "SECRET" not in place_of(uri).uri


def test_the_clusters_storage_is_under_the_workloads_id():
    for path in ("/mnt/cluster_storage/a", "file:///mnt/cluster_storage/a", "local:///mnt/cluster_storage/a/"):
        assert place_of(path, "prodjob_1", "cld_1") == Place("file://prodjob_1", "/mnt/cluster_storage/a")
    assert place_of("/mnt/cluster_storage/a", "prodjob_1").uri == "file://prodjob_1/mnt/cluster_storage/a"


def test_shared_storage_is_under_the_clouds_id():
    assert place_of("/mnt/shared_storage/a", "prodjob_1", "cld_1") == Place("file://cld_1", "/mnt/shared_storage/a")
    assert place_of("/mnt/shared_storage/a") == Place("file", "/mnt/shared_storage/a")


@pytest.mark.parametrize(
    "path", ["/data/a", "relative/a", "file:///data/a", "/mnt/cluster_storage_of_mine/a", "~/a", ""]
)
def test_other_local_paths_are_not_captured(path, monkeypatch):
    monkeypatch.delenv("LINEAGE_CAPTURE_LOCAL_PATHS", raising=False)
    assert place_of(path, "prodjob_1", "cld_1") is None


def test_unless_a_setting_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("LINEAGE_CAPTURE_LOCAL_PATHS", "true")
    monkeypatch.chdir(tmp_path)
    assert place_of("/data/a b") == Place("file", "/data/a b")
    assert place_of("file:///data/a%20b") == Place("file", "/data/a b")
    assert place_of("data/../b") == Place("file", f"{tmp_path}/b")
    assert place_of(Path("/data/a")).uri == "file:///data/a"


def test_a_way_out_of_the_storage_is_seen():
    assert place_of("/mnt/cluster_storage/../../etc/passwd", "prodjob_1") is None
