import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from clouds.keys import create_key
from clouds.models import Cloud
from tests.events import make_dataset, make_event, make_workload

RUN = "0196a3f0-0000-7000-8000-000000000009"


def get(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, response.content[:1000]
    return response.json()


def test_datasets_are_listed(as_alice, send):
    send(make_event(["a.csv"]))
    (row,) = get(as_alice, "/api/datasets/")["results"]
    assert {
        key: row[key] for key in ("name", "namespace", "uri", "kind", "type", "created_by", "cloud", "project")
    } == {
        "name": "a.csv",
        "namespace": "s3://bucket",
        "uri": "s3://bucket/a.csv",
        "kind": "dataset",
        "type": "csv",
        "created_by": "alice@example.org",
        "cloud": "default",
        "project": "tests",
    }
    assert row["url"] == f"http://testserver/datasets/{row['id']}/"


def test_list_pages_by_cursor(as_alice, send):
    send(make_event([f"d{number}" for number in range(5)]))
    address, seen = "/api/datasets/?limit=2&ordering=name", []
    while address:
        page = get(as_alice, address)
        seen.append([row["name"] for row in page["results"]])
        address = page["next"]
    assert seen == [["d0", "d1"], ["d2", "d3"], ["d4"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("q=a.", ["a.csv"]), ("type=parquet", ["b.parquet"]), ("created_by=x", []), ("project=tests&type=csv", ["a.csv"])],
)
def test_list_has_the_filters_of_the_page(as_alice, send, query, expected):
    send(make_event(["a.csv", "b.parquet"]))
    assert [row["name"] for row in get(as_alice, f"/api/datasets/?{query}")["results"]] == expected


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "ordering=nonsense", "after=nonsense", "before=nonsense"]
)
def test_bad_parameter_is_a_problem(as_alice, cloud, query):
    response = as_alice.get(f"/api/datasets/?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["errors"][0]["path"] == query.partition("=")[0]


DIGITS = "9" * 5000


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/datasets/?project={DIGITS}", 404),
        (f"/datasets/?project={DIGITS}", 404),
        (f"/api/datasets/?cloud={DIGITS}", 404),
        ("/api/runs/?workload=1e50", 400),
        ("/api/runs/?workload=1.5", 400),
        (f"/api/runs/?workload={2**63}", 400),
        (f"/api/nodes/{DIGITS}/closure", 404),
        (f"/api/nodes/{2**63}/closure", 404),
        (f"/api/nodes/{2**63}/", 404),
        (f"/datasets/{2**63}/", 404),
        ("/api/datasets/?q=%00", 400),
        ("/search/?q=%00", 200),
        ("/datasets/?q=%ED%A0%80", 200),
    ],
)
def test_numbers_and_texts_that_no_database_takes_are_no_server_error(as_alice, cloud, path, status):
    assert as_alice.get(path).status_code == status


def test_models_and_workloads_are_listed(as_alice, send):
    send(make_event(["a"], [make_dataset("model://m", "mlflow")], run=RUN, facets=make_workload("train", id="job_3")))
    (model,) = get(as_alice, "/api/models/")["results"]
    assert (model["name"], model["kind"]) == ("model://m", "model")
    (workload,) = get(as_alice, "/api/workloads/")["results"]
    assert (workload["name"], workload["type"], workload["workload_id"]) == ("train", "job", "job_3")
    assert workload["last_run"]["id"] == RUN
    assert workload["last_run"]["state"] == "COMPLETE"


def test_runs_are_listed_and_told(as_alice, send):
    send(make_event(["a"], ["b"], run=RUN, job="fit", facets=make_workload("train")))
    (row,) = get(as_alice, "/api/runs/?state=complete")["results"]
    assert (row["id"], row["operation"], row["workload"]["name"]) == (RUN, "tests/fit", "train")
    assert get(as_alice, f"/api/runs/?workload={row['workload']['id'] + 1000}")["results"] == []
    run = get(as_alice, f"/api/runs/{RUN}/")
    assert [each["name"] for each in run["inputs"]] == ["a"]
    assert [each["name"] for each in run["outputs"]] == ["b"]
    assert run["facets"]["lc_workload"]["name"] == "train"


def test_node_is_found_by_identity_and_by_alias(as_alice, send):
    symlinks = {"symlinks": {"identifiers": [{"namespace": "hive", "name": "db.t", "type": "TABLE"}]}}
    send(make_event(outputs=[make_dataset("w/t", custom={"x": 1}, **symlinks)]))
    one = get(as_alice, "/api/nodes/?entity=dataset&namespace=s3://bucket&name=w/t")
    other = get(as_alice, "/api/nodes/?entity=dataset&namespace=hive&name=db.t")
    assert one["id"] == other["id"]
    assert one["facets"]["custom"]["x"] == 1
    assert get(as_alice, f"/api/nodes/{one['id']}/")["aliases"] == one["aliases"]
    assert len(one["aliases"]) == 1
    assert get(as_alice, "/api/nodes/?entity=dataset&namespace=hive&name=zz", 404)["status"] == 404
    assert get(as_alice, "/api/nodes/?namespace=hive", 400)["errors"]


def test_detail_belongs_to_its_section(as_alice, send):
    send(make_event(["a"]))
    (row,) = get(as_alice, "/api/datasets/")["results"]
    assert get(as_alice, f"/api/datasets/{row['id']}/")["name"] == "a"
    get(as_alice, f"/api/models/{row['id']}/", 404)


def test_key_reads_its_own_cloud_only(organization, alice, cloud, send):
    send(make_event(["a"]))
    other = Cloud.objects.create(organization=organization, name="other", lineage_enabled=True)
    own, foreign = (
        Client(headers={"Authorization": f"Bearer {create_key(each, alice)[1]}"}) for each in (cloud, other)
    )
    (row,) = get(own, "/api/datasets/")["results"]
    assert get(foreign, "/api/datasets/")["results"] == []
    get(foreign, f"/api/nodes/{row['id']}/", 404)


def test_unknown_sender_is_refused(client, db):
    assert get(client, "/api/datasets/", 401)["title"] == "Unauthorized"
    assert get(Client(headers={"Authorization": "Bearer nonsense"}), "/api/datasets/", 401)["detail"]


def test_member_sees_nothing_of_a_private_cloud(as_alice, as_bob, send):
    send(make_event(["a"], run=RUN))
    (row,) = get(as_alice, "/api/datasets/")["results"]
    Cloud.objects.update(private=True)
    assert get(as_bob, "/api/datasets/")["results"] == []
    assert get(as_bob, "/api/runs/")["results"] == []
    for path in [f"/api/nodes/{row['id']}/", f"/api/runs/{RUN}/", "/api/datasets/?cloud=default"]:
        get(as_bob, path, 404)
    get(as_bob, "/api/nodes/?entity=dataset&namespace=s3://bucket&name=a", 404)


def test_schema_is_valid_and_its_page_is_there(as_alice, cloud, tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    schema = SchemaGenerator().get_schema(request=None, public=True)
    parameters = {each["name"] for each in schema["paths"]["/api/datasets/"]["get"]["parameters"]}
    assert parameters >= {"cloud", "project", "created_by", "type", "q", "ordering", "hidden", "limit", "after"}
    assert as_alice.get("/api/schema/").status_code == 200
    assert b"api-docs" in as_alice.get("/api/docs/").content


@pytest.mark.parametrize("items", [1, 30])
@pytest.mark.parametrize(("path", "queries"), [("/api/datasets/", 4), ("/api/workloads/", 5), ("/api/runs/", 4)])
def test_list_queries_are_constant(as_alice, send, django_assert_num_queries, path, queries, items):
    for number in range(items):
        send(make_event([f"d{number}"], job=f"job{number}"))
    with django_assert_num_queries(queries):
        get(as_alice, f"{path}?limit=50")
