import pytest

from lineage import naming


@pytest.mark.parametrize(
    ("namespace", "name", "uri"),
    [
        ("s3://bucket", "a/b.csv", "s3://bucket/a/b.csv"),
        ("s3://bucket", "/", "s3://bucket"),
        ("hdfs://host:8020", "/user/a", "hdfs://host:8020/user/a"),
        ("file", "/data/a.csv", "file:///data/a.csv"),
        ("file", "models/a.pkl", "file:models/a.pkl"),
        ("file", "C:/data/a.csv", "file:C:/data/a.csv"),
        ("file://job_1", "/mnt/cluster_storage/a", "file://job_1/mnt/cluster_storage/a"),
        ("postgres://db:5432", "shop.public.orders", "postgres://db:5432/shop.public.orders"),
        ("bigquery", "p.d.t", "bigquery:p.d.t"),
        ("ray_iceberg_demo", "model://churn", "model://churn"),
        ("mlflow://host", "models:/churn", "models:/churn"),
    ],
)
def test_uri_of_a_dataset(namespace, name, uri):
    assert naming.uri(namespace, name) == uri


@pytest.mark.parametrize(
    ("namespace", "folded"),
    [
        ("s3a://bucket", "s3://bucket"),
        ("s3n://bucket", "s3://bucket"),
        ("s3://anonymous@bucket", "s3://bucket"),
        ("abfs://container@account", "abfss://container@account"),
        ("wasb://c@a", "wasbs://c@a"),
        ("file://", "file"),
        ("file:///", "file"),
        ("file://host", "file://host"),
        ("s3a", "s3a"),
        ("default", "default"),
    ],
)
def test_one_spelling_for_one_store(namespace, folded):
    assert naming.fold(namespace) == folded


@pytest.mark.parametrize(
    ("uri", "pair"),
    [
        ("s3a://bucket/a/b/", ("s3://bucket", "a/b")),
        ("s3://bucket", ("s3://bucket", "/")),
        ("gs://bucket/a?x=1#y", ("gs://bucket", "a")),
        ("hdfs://host:8020/user/a/", ("hdfs://host:8020", "/user/a")),
        ("file:///data/a/", ("file", "/data/a")),
        ("file:/data/a", ("file", "/data/a")),
        ("/data/a", ("file", "/data/a")),
        ("file://host/data", ("file://host", "/data")),
        ("dbfs://workspace", ("dbfs://workspace", "/")),
    ],
)
def test_uri_splits_by_openlineages_rules(uri, pair):
    assert naming.split(uri) == pair


@pytest.mark.parametrize("uri", ["s3://bucket/a/b", "file:///data/a", "hdfs://host:1/a/b", "abfss://c@a/x"])
def test_split_is_the_reverse_of_uri(uri):
    assert naming.uri(*naming.split(uri)) == uri


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("model://churn", "churn"),
        ("models:/churn", "churn"),
        ("deployment://churn/v1", "churn/v1"),
        ("a/b.csv", "a/b.csv"),
        ("C:/data", "C:/data"),
        ("model://", "model://"),
        ("/home/ana/lake/db/orders", "db/orders"),
        ("/orders/", "orders"),
        ("/", "/"),
        ("model://\u200b", "U+200B"),
        ("/\u200b", "U+200B"),
    ],
)
def test_label_is_the_telling_part(name, label):
    assert naming.label(name) == label
