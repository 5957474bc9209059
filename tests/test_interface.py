"""The HTTP interface line by line, as a client meets it on a real server."""

import gzip
import html
import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from clouds.capture import switch
from clouds.keys import create_key
from tests.conftest import signed_in
from tests.events import facet, make_dataset, make_event, make_workload
from tests.server import running

LISTS = ("datasets", "models", "workloads", "runs")
NODE = {"id", "node_id", "label", "uri", "namespace", "kind", "kind_label", "type", "type_label", "url", "lineage_url"}
EDGE = {"id", "source", "target", "type", "url", "last_run", "last_run_at"}


@dataclass
class Answer:
    status: int
    headers: dict
    text: str

    @property
    def json(self):
        return json.loads(self.text)


class Api:
    """A client with a key and nothing else; it follows no redirect."""

    def __init__(self, url: str, key: str):
        self.url, self.key = url, key
        self.opener = urllib.request.build_opener(NoRedirect)

    def __call__(self, path: str, body=None, method: str | None = None, **headers) -> Answer:
        given = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        path = path.removeprefix(self.url)
        request = urllib.request.Request(self.url + path, data, {k: v for k, v in given.items() if v}, method=method)
        try:
            with self.opener.open(request, timeout=30) as response:
                return Answer(response.status, dict(response.headers), response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read().decode())


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


@pytest.fixture
def api(transactional_db, key):
    with running() as server:
        yield Api(server.url, key)


def test_front_door_answers_as_written(api, cloud, alice):
    event = make_event(["a"], ["b"])
    assert api("/api/v1/lineage", event).status == 201
    assert api("/api/v1/lineage/", event).status == 201
    packed = gzip.compress(json.dumps(make_event(["c"])).encode())
    assert api("/api/v1/lineage", packed, Content_Encoding="gzip").status == 201
    assert api("/api/v1/lineage", b"{").status == 400
    wrong = api("/api/v1/lineage", make_event() | {"eventTime": "yesterday"})
    assert wrong.status == 422
    assert [(set(each), each["path"]) for each in wrong.json["errors"]] == [({"path", "message"}, "$.eventTime")]
    assert api("/api/v1/lineage", event, Authorization=None).status == 401
    assert api("/api/v1/lineage", event, Authorization="Bearer nobody").status == 401
    reader = create_key(cloud, alice, scopes="read")[1]
    assert api("/api/v1/lineage", event, Authorization=f"Bearer {reader}").status == 403
    assert api("/api/v1/lineage", gzip.compress(b" " * 2**26), Content_Encoding="gzip").status == 413
    switch(cloud, False, alice)
    refused = api("/api/v1/lineage", make_event(["d"]))
    assert refused.status == 202
    assert "off" in refused.json["reason"]


def test_batch_reports_partial_failure(api):
    answer = api("/api/v1/lineage/batch", [make_event(["a"]), {"nonsense": 1}, make_event(["b"])])
    assert answer.status == 200
    assert answer.json["status"] == "partial_success"
    assert answer.json["summary"] == {
        "received": 3,
        "successful": 2,
        "failed": 1,
        "retriable": 0,
        "non_retriable": 1,
    }
    assert answer.json["failed_events"][0]["index"] == 1


def test_cluster_is_told_whether_it_is_captured(api, cloud, alice):
    start = {"cloud": "default", "project": "p", "owner_email": "ana@example.com", "started_at": "2026-05-01T12:00:00Z"}
    start |= {"workload": {"type": "job", "id": "job_1", "name": "nightly"}, "cluster_id": "ses/1"}
    assert api("/api/v1/clusters", start).json["lineage_enabled"] is True
    assert api("/api/v1/clusters/ses%2F1/terminate", {}).status == 200
    switch(cloud, False, alice)
    late = start | {"cluster_id": "ses/2", "started_at": "2036-05-01T12:00:00Z"}
    assert api("/api/v1/clusters", late).json["lineage_enabled"] is False


def test_lists_have_their_filters_and_pages(api):
    facets = make_workload("load", ownerEmail="ana@example.com", projectName="sales")
    api("/api/v1/lineage", make_event([], [f"t{number}.csv" for number in range(5)], facets=facets))
    api("/api/v1/lineage", make_event(["raw.parquet"], [make_dataset("model://m", "mlflow")], job="fit"))
    api("/api/v1/lineage", make_event([], [], job="fit.query.1"))
    for kind in LISTS:
        page = api(f"/api/{kind}/?limit=100").json
        assert page["results"]
        assert page["next"] is None
        assert api(f"/api/{kind}/?limit=101").status == 400
        assert api(f"/api/{kind}/", Authorization=None).status == 401
    for query, count in [
        ("cloud=default", 6),
        ("project=sales", 5),
        ("created_by=ana@example.com", 5),
        ("type=parquet", 1),
        ("q=t3", 1),
    ]:
        assert len(api(f"/api/datasets/?{query}").json["results"]) == count, query
    assert api("/api/datasets/?cloud=other").status == 404
    assert {"fit.query.1"} == shown(api, "workloads/?hidden=true") - shown(api, "workloads/")
    seen, address = [], "/api/datasets/?project=sales&ordering=-name&limit=2"
    while address:
        page = api(address).json
        seen += [(row["name"], row["namespace"], row["id"]) for row in page["results"]]
        address = page["next"]
    assert [name for name, _, _ in seen] == [f"t{number}.csv" for number in (4, 3, 2, 1, 0)]


def shown(api, path: str) -> set[str]:
    return {row["name"] for row in api(f"/api/{path}").json["results"]}


def test_neighbours_are_cytoscape_elements(api):
    for number in range(3):
        api("/api/v1/lineage", make_event(["raw"], [f"out-{number}"], job=f"job-{number}"))
    node = api("/api/nodes/?entity=dataset&namespace=s3%3A%2F%2Fbucket&name=raw").json
    answer = api(f"/api/nodes/{node['id']}/neighbours?direction=both&limit=2").json
    assert set(answer) == {"elements", "more"}
    assert answer["more"]["upstream"] == {"count": 0, "capped": False, "cursor": None}
    down = answer["more"]["downstream"]
    assert (down["count"], down["capped"]) == (3, False)
    nodes, edges = ([each["data"] for each in answer["elements"][group]] for group in ("nodes", "edges"))
    assert (len(nodes), len(edges)) == (3, 2)
    assert all(set(each) >= NODE for each in nodes)
    assert nodes[0]["id"] == f"n{node['id']}"
    assert all(set(each) >= EDGE for each in edges)
    assert {edge["source"] for edge in edges} == {nodes[0]["id"]}
    assert {edge["type"] for edge in edges} == {"ContributedTo"}
    rest = api(f"/api/nodes/{node['id']}/neighbours?direction=downstream&limit=2&after={down['cursor']}").json
    assert len(rest["elements"]["edges"]) == 1
    assert rest["more"] == {"downstream": {"count": 3, "capped": False, "cursor": None}}


def test_a_node_is_found_by_any_of_its_names(api):
    links = facet(identifiers=[{"namespace": "hive://w", "name": "db.t", "type": "TABLE"}])
    api("/api/v1/lineage", make_event([make_dataset("path/t", symlinks=links)]))
    ids = {
        api(f"/api/nodes/?entity=dataset&namespace={namespace}&name={name}").json["id"]
        for namespace, name in [("s3://bucket", "path/t"), ("hive://w", "db.t")]
    }
    assert len(ids) == 1
    assert api("/api/nodes/?entity=dataset&namespace=hive://w&name=none").status == 404


def test_closure_counts_hops_in_json_and_csv(api):
    api("/api/v1/lineage", make_event(["a"], ["b"], job="one"))
    api("/api/v1/lineage", make_event(["b"], ["=c"], job="two"))
    node = api("/api/nodes/?entity=dataset&namespace=s3://bucket&name=a").json["id"]
    whole = api(f"/api/nodes/{node}/closure?direction=downstream").json
    assert whole["cut"] is False
    assert [(row["hops"], row["name"]) for row in whole["results"]] == [(1, "one"), (2, "b"), (3, "two"), (4, "=c")]
    assert len(api(f"/api/nodes/{node}/closure?direction=downstream&depth=2").json["results"]) == 2
    table = api(f"/api/nodes/{node}/closure?direction=downstream&format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.splitlines()[0].startswith("hops,id,name")
    assert "'=c" in table.text


def test_description_names_every_status_of_the_front_door():
    for path, good in [("/api/v1/lineage", {"201", "202"}), ("/api/v1/lineage/batch", {"200"})]:
        (told,) = SchemaGenerator().get_schema(public=True)["paths"][path].values()
        assert set(told["responses"]) == good | {"400", "401", "403", "413", "415", "422", "503"}


def test_switch_is_for_owners(as_alice, as_bob, cloud):
    path, body = f"/api/clouds/{cloud.pk}/", {"lineage_enabled": False}
    assert as_bob.patch(path, body, content_type="application/json").status_code == 403
    assert as_alice.patch(path, body, content_type="application/json").json()["lineage_enabled"] is False


def test_addresses_for_machines(api):
    for name in ("lc_workload", "lc_model", "lc_metrics", "lc_deployment"):
        assert api(f"/schemas/{name}/1-0-0.json", Authorization=None).json["$schema"]
    assert api("/api/schema/", Authorization=None).text.startswith("openapi: 3")
    assert api("/healthz", Authorization=None).json == {"status": "ok"}
    assert api("/readyz", Authorization=None).json == {"status": "ok"}
    assert "lineage_ingestion_answers_total" in api("/metrics", Authorization=None).text


def test_examples_of_the_documentation_are_true(send, as_alice):
    text = (settings.BASE_DIR / "docs/api.md").read_text()
    sent = json.loads(re.search(r"-d '(\{\s*\"eventType.*?\})'", text, re.DOTALL)[1])
    assert send(sent).json() == {"status": "stored"}
    row = json.loads(re.search(r"(\{\"results\": .*?\"previous\": null\})", text, re.DOTALL)[1])["results"][0]
    (found,) = as_alice.get("/api/datasets/?type=parquet&project=shop&limit=1").json()["results"]
    assert set(found) == set(row)
    same = ("name", "namespace", "uri", "kind", "type", "created_at", "cloud", "project")
    assert {key: found[key] for key in same} == {key: row[key] for key in same}
    (edge,) = as_alice.get(f"/api/nodes/{found['id']}/neighbours?direction=upstream").json()["elements"]["edges"]
    assert edge["data"]["type"] == "Produced"
    assert f'"last_run": "{edge["data"]["last_run"]}", "last_run_at": "{edge["data"]["last_run_at"]}"' in text


def test_the_first_event_of_the_readme_is_stored_without_a_warning(send):
    sent = re.search(r"-d '(\{\s*\"eventType.*?\})'", (settings.BASE_DIR / "README.md").read_text(), re.DOTALL)[1]
    assert send(json.loads(sent)).json() == {"status": "stored"}


def test_the_first_event_of_an_empty_page_is_stored_without_a_warning(send, as_alice):
    page = html.unescape(as_alice.get("/datasets/").content.decode())
    event = json.loads(re.search(r"-d '(.*?)'</pre>", page, re.DOTALL)[1])
    assert send(event).json() == {"status": "stored"}
    assert "clean/events.parquet" in as_alice.get("/datasets/").content.decode()


HUGE, NUL = "9" * 30, "a%00b"
PARAMETERS = ("q", "cloud", "project", "created_by", "type", "ordering", "hidden", "limit", "after", "before", "state")
PARAMETERS += ("workload", "x", "sel", "dir", "direction", "depth", "entity", "name", "namespace", "format", "kind")


@pytest.mark.parametrize("value", [HUGE, NUL, "%ED%A0%80[]'<", f"up:{HUGE}:8"])
def test_no_query_makes_a_server_error(alice, cloud, send, value):
    send(make_event(["a"], [make_dataset("model://m", "mlflow")], job="fit"))
    client = signed_in(alice)
    client.raise_request_exception = False
    ids = {kind: client.get(f"/api/{kind}/").json()["results"][0]["id"] for kind in LISTS}
    dataset, workload = ids["datasets"], ids["workloads"]
    paths = ["/datasets/", "/workloads/", "/search/", "/api/nodes/", "/events/", "/events/rejected/"]
    paths += [f"/api/{kind}/" for kind in LISTS] + [
        f"/api/nodes/{dataset}/{part}" for part in ("neighbours", "closure")
    ]
    paths += [f"/datasets/{dataset}/lineage/", f"/workloads/{workload}/runs/", f"/workloads/{workload}/"]
    failed = []
    for path in paths:
        for name in PARAMETERS:
            status = client.get(f"{path}?{name}={value}").status_code
            if status >= 500:
                failed.append((path, name, status))
    assert failed == []


@pytest.mark.parametrize(
    "path", ["/datasets/{}/", "/workloads/{}/", "/clouds/{}/", "/api/nodes/{}/", "/api/datasets/{}/"]
)
def test_no_number_makes_a_server_error(as_alice, path):
    for number in ("0", "9" * 18, HUGE):
        assert as_alice.get(path.format(number)).status_code == 404


def test_a_stranger_is_sent_to_sign_in(cloud):
    for path in ("/datasets/", "/models/", "/workloads/", "/clouds/", "/organization/", "/search/", "/events/"):
        response = Client().get(path)
        assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={path}")
