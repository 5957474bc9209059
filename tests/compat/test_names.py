"""Names that hold words of the grammar, slashes and colons; which reading of a path or a node id is meant."""

import pytest
from django.test import Client

from compat.marquez import paths
from compat.marquez.endpoints import ENDPOINTS
from tests.compat.test_reads import encoded
from tests.events import make_dataset, make_dataset_event, post

# (namespace, name) of datasets that stand side by side.
ODD = [
    ("s3://bucket", "datasets/churn.parquet"),
    ("s3://bucket/datasets", "churn.parquet"),
    ("file", "/home/jobs/x"),
    ("file:///home/datasets", "x/versions"),
    ("jdbc:h2:mem:x", "a:b"),
    ("a", "b:c"),
    ("a:b", "c"),
    ("postgres://db:5432", "public.orders"),
    ("tags", "a/fields/b/tags/c"),
    ("namespaces", "."),
    ("per%2Fcent", "100%/é😀 "),
    ("s3://b", "trailing/"),
]


@pytest.fixture
def estate(api):
    for namespace, name in ODD:
        assert post(api.client, make_dataset_event(make_dataset(name, namespace))).status_code == 201
    return api


@pytest.mark.parametrize(("namespace", "name"), ODD)
def test_every_name_is_found(estate, key, namespace, name):
    path = f"namespaces/{encoded(namespace)}/datasets/{encoded(name)}"
    sent = Client(headers={"Authorization": f"Bearer {key}"}, RAW_URI=f"/api/v1/{path}?x=1")
    assert sent.get("/api/v1/whatever").json()["id"] == {"namespace": namespace, "name": name}
    assert estate.get(path + "/versions")["totalCount"] == 0
    assert name in [each["name"] for each in estate.get(f"namespaces/{encoded(namespace)}/datasets")["datasets"]]
    if (namespace, name) != ODD[1]:
        assert estate.get(path)["id"] == {"namespace": namespace, "name": name}
        assert estate.get(f"namespaces/{encoded(namespace)}")["name"] == namespace
    else:  # Decoded, its path is that of ODD[0], which is there as well.
        assert estate.get(path)["id"] == {"namespace": ODD[0][0], "name": ODD[0][1]}


@pytest.mark.parametrize(("namespace", "name"), [pair for pair in ODD if pair != ("a:b", "c")])
def test_every_node_id_is_found(estate, namespace, name):
    node_id = f"dataset:{encoded(namespace)}:{encoded(name)}"
    (node,) = estate.get("lineage", nodeId=node_id)["graph"]
    assert node["data"]["id"] == {"namespace": namespace, "name": name}


def test_the_decoded_path_has_several_readings():
    found = paths.readings(ENDPOINTS, "namespaces/s3://b/datasets/datasets/x", exact=False)
    names = [reading.names for reading in found if reading.endpoint.method == "GET"]
    assert names == [
        {"namespace": "s3://b", "dataset": "datasets/x"},
        {"namespace": "s3://b/datasets", "dataset": "x"},
        {"namespace": "s3://b/datasets/datasets/x"},
    ]


def test_a_path_as_it_was_sent_has_one():
    found = paths.readings(ENDPOINTS, "namespaces/s3%3A%2F%2Fb/datasets/datasets%2Fx", exact=True)
    assert [each.names for each in found if each.endpoint.method == "GET"] == [
        {"namespace": "s3://b", "dataset": "datasets/x"}
    ]


@pytest.mark.parametrize(
    "environ",
    [
        {"RAW_URI": "/api/v1/a%2Fb?x=/"},
        {"REQUEST_URI": "/api/v1/a%2Fb"},
        {"REQUEST_URI": "http://host/api/v1/a%2Fb?x"},
    ],
)
def test_servers_that_keep_the_path(environ):
    assert paths.as_sent(environ) == "/api/v1/a%2Fb"


@pytest.mark.parametrize("path", ["namespaces/" + "datasets/" * 20_000, "a/" * 20_000, "", "/", "namespaces//datasets"])
def test_no_path_costs_more_than_its_length(estate, path):
    assert estate("GET", path).status_code == 404
