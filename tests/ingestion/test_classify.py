import pytest

from ingestion.classify import classify
from lineage.kinds import Kind
from tests.events import facet

DATASET, ARTIFACT, MODEL, ENDPOINT = Kind.DATASET, Kind.ARTIFACT, Kind.MODEL, Kind.ENDPOINT


@pytest.mark.parametrize(
    ("namespace", "name", "kind", "type"),
    [
        ("ray_iceberg_demo", "model://churn", MODEL, "model"),
        ("mlflow", "models:/churn/3", MODEL, "model"),
        ("mlflow", "models:/churn@champion", MODEL, "model"),
        ("mlflow", "runs:/5b1f/model", MODEL, "model"),
        ("mlflow://host:5000", "churn", MODEL, "model"),
        ("any", "MLFLOW://host/churn", MODEL, "model"),
        ("any", "mlflow-artifacts:/1/plot.png", ARTIFACT, "artifact"),
        ("ray_iceberg_demo", "deployment://churn", ENDPOINT, "endpoint"),
        ("ray_iceberg_demo", "iceberg://customers", DATASET, "iceberg"),
        ("postgres://db:5432", "shop.public.orders", DATASET, "table"),
        ("postgres://db:5432", "shop.public.csv", DATASET, "table"),
        ("duckdb://churn.duckdb", "churn.main.t", DATASET, "table"),
        ("snowflake://org-account", "db.s.t", DATASET, "table"),
        ("bigquery", "project.dataset.table", DATASET, "table"),
        ("kafka://broker:9092", "events", DATASET, "topic"),
        ("pubsub", "topic:project:id", DATASET, "topic"),
        ("s3://bucket", "a/b.csv", DATASET, "csv"),
        ("s3://bucket", "a/b.CSV.gz", DATASET, "csv"),
        ("s3://bucket", "part-0.snappy.parquet", DATASET, "parquet"),
        ("file", "/data/logs.jsonl", DATASET, "json"),
        ("file", "/data/cat.jpg", DATASET, "image"),
        ("file", "/data/a.npy", DATASET, "numpy"),
        ("file", "/data/a.tfrecords", DATASET, "tfrecord"),
        ("file", "/model.pkl", DATASET, "pickle"),
        ("s3://bucket", "train/images/", DATASET, "image"),
        ("s3://bucket", "train/*.png", DATASET, "image"),
        ("s3://doggos-dataset", "train", DATASET, ""),
        ("s3://bucket", "v1.2/data", DATASET, ""),
        ("s3://bucket", "model", DATASET, ""),
        ("s3://models", "churn", DATASET, ""),
        ("file", "/", DATASET, ""),
    ],
)
def test_names_suggest_kind_and_type(namespace, name, kind, type):
    assert classify(namespace, name, {}) == (kind, type, False)


@pytest.mark.parametrize(
    ("facets", "kind", "type"),
    [
        ({"datasetType": facet(datasetType="MODEL")}, MODEL, "model"),
        ({"datasetType": facet(datasetType="Model Checkpoint")}, MODEL, "model checkpoint"),
        ({"datasetType": facet(datasetType="VIEW")}, DATASET, "view"),
        ({"datasetType": facet(datasetType="TOPIC"), "catalog": facet(type="kafka")}, DATASET, "topic"),
        ({"storage": facet(storageLayer="s3", fileFormat="PARQUET")}, DATASET, "parquet"),
        ({"storage": facet(storageLayer="s3", fileFormat="jsonl")}, DATASET, "json"),
        ({"storage": facet(storageLayer="Iceberg")}, DATASET, "iceberg"),
        ({"storage": facet(storageLayer="delta lake")}, DATASET, "delta"),
        ({"catalog": facet(framework="iceberg", type="hive")}, DATASET, "iceberg"),
        ({"catalog": facet(framework="hive", type="glue")}, DATASET, "table"),
        ({"symlinks": facet(identifiers=[{"namespace": "h", "name": "t", "type": "TABLE"}])}, DATASET, "table"),
        ({"lc_model": facet(flavor="sklearn")}, MODEL, "model"),
        ({"lc_model": facet(artifact=True)}, ARTIFACT, "artifact"),
        ({"lc_model": facet(artifact=True), "storage": facet(fileFormat="png")}, ARTIFACT, "image"),
        ({"model": "random_forest"}, MODEL, "model"),
        ({"mlflow_run": facet()}, MODEL, "model"),
        ({"feast_featureService": facet()}, MODEL, "feature service"),
        ({"feast_featureView": facet()}, DATASET, "feature view"),
    ],
)
def test_facets_declare_kind_and_type(facets, kind, type):
    assert classify("any", "thing", facets) == (kind, type, True)


def test_mlflow_datasets_are_no_models():
    assert classify("any", "thing", {"mlflow_dataset": facet()})[0] == DATASET


def test_artifact_in_a_model_registry_is_no_model():
    assert classify("mlflow://host", "run/plot.png", {"lc_model": facet(artifact=True)})[0] == ARTIFACT


def test_dataset_type_model_outranks_all():
    facets = {"datasetType": facet(datasetType="MODEL"), "lc_model": facet(artifact=True)}
    assert classify("any", "thing", facets)[0] == MODEL


def test_storage_outranks_the_extension():
    assert classify("s3://b", "a.csv", {"storage": facet(fileFormat="parquet")}) == (DATASET, "parquet", True)


@pytest.mark.parametrize(
    ("uri", "type"),
    [("postgres://db/shop", "table"), ("/data/train.parquet", "parquet"), ("s3://b/x.csv", "csv"), ("model://m", "")],
)
def test_data_source_is_the_last_resort(uri, type):
    assert classify("ns", "thing", {"dataSource": facet(uri=uri)}) == (DATASET, type, False)


@pytest.mark.parametrize("value", [None, 5, "x", [], [None], {}, {"datasetType": 5}, {"identifiers": [3]}])
def test_facets_of_a_wrong_shape_say_nothing(value):
    keys = ("datasetType", "storage", "catalog", "symlinks", "dataSource", "lc_other")
    kind, _, _ = classify("ns", "thing", dict.fromkeys(keys, value))
    assert kind == DATASET


def test_tombstones_declare_nothing():
    assert classify("ns", "a.csv", {"datasetType": {"_deleted": True}}) == (DATASET, "csv", False)
