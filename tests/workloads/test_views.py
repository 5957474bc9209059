from datetime import UTC, datetime, timedelta

import pytest

from tests.events import facet, make_dataset, make_event, make_workload
from tests.pages import column, names, read, region, said, under
from workloads import endpoints

AT = "2026-05-01T12:00:0{}Z"
TRACKED = {
    "organizationId": "org_1",
    "cloudId": "default",
    "projectId": "prj_9",
    "projectName": "churn",
    "ownerEmail": "ana@example.org",
    "rayVersion": "2.53.0",
    "pythonVersion": "3.11.9",
    "osVersion": "Ubuntu 22.04",
}


def nightly(**fields):
    return make_workload("nightly", "job", "prodjob_7", **(TRACKED | fields))


def page_of(client, name: str) -> str:
    rows = read(client.get("/workloads/?hidden=true")).select("tbody a.name")
    return next(row["href"] for row in rows if said(row) == name)


def test_list_shows_the_promised_columns(as_alice, send):
    send(make_event(["a.csv"], ["b.csv"], facets=nightly()))
    page = read(as_alice.get("/workloads/"))
    headers = [said(each) for each in page.select("thead th")]
    assert headers == ["Name", "Type", "ID", "Project", "Last run", "Created by"]
    assert names(page) == ["nightly"]
    assert column(page, "Type") == ["Job"]
    assert column(page, "ID") == ["prodjob_7"]
    assert column(page, "Created by") == ["ana@example.org"]
    assert column(page, "Last run")[0].startswith("Completed")


def test_endpoint_is_listed_with_the_services(as_alice, send):
    endpoint = make_dataset("deployment://churn-api", "ray-serve")
    send(make_event(["m"], [endpoint], facets=make_workload("server", "service", "s1")))
    page = read(as_alice.get("/workloads/?type=service&ordering=name"))
    assert names(page) == ["churn-api", "server"]
    assert column(page, "Name") == ["churn-api Endpoint", "server"]
    assert column(page, "Type") == ["Service", "Service"]


def test_endpoint_has_an_overview(as_alice, send):
    endpoint = make_dataset("deployment://churn-api", "ray-serve", lc_deployment={"route": "/churn"})
    model = make_dataset("model://churn", "mlflow")
    send(make_event([model], [endpoint], facets=make_workload("server", "service", "s1")))
    send(make_event([make_dataset("model://other", "mlflow")], [endpoint], job="deploy"))
    page = read(as_alice.get(page_of(as_alice, "churn-api")))
    upstream = under(region(page, "Related workloads"), "Upstream")
    assert [said(each).split()[0] for each in upstream.select("a.name")] == ["server", "deploy"]
    assert [said(each) for each in region(page, "Models served").select("a.name")] == ["churn"]
    runs = column(region(page, "Last runs"), "Did")
    assert runs == ["wrote", "wrote"]
    assert column(read(as_alice.get(page_of(as_alice, "churn-api") + "runs/")), "Did") == runs
    assert not page.find("h2", string="Data sources")
    assert '"route": "/churn"' in region(page, "Facets").text


def test_deployment_is_told_wherever_it_is_looked_for(as_alice, send):
    endpoint = make_dataset("deployment://churn-api", "ray-serve")
    address = "https://serve.example.org/predict"
    deployed = facet(application="churn", route="/predict", replicas=2, endpoint=address)
    service = make_workload("server", "service", "s1") | {"lc_deployment": deployed}
    run = "01a1fde0-ba2b-7672-a83c-c2a420415678"
    send(make_event([], [endpoint], run=run, facets=service, type="RUNNING", at=AT.format(0)))
    send(make_event([], [endpoint], run=run, facets=make_workload("server", "service", "s1"), at=AT.format(1)))
    send(make_event([], [endpoint], facets=make_workload("deployer", "job", "j1"), at=AT.format(2)))
    facts = {"Application": "churn", "Route": "/predict", "Replicas": "2", "Address": address}
    for name in ("churn-api", "server", "deployer"):
        told = region(read(as_alice.get(page_of(as_alice, name))), "Deployment").select("dl > div")
        told = {each.dt.text: said(each.dd) for each in told}
        assert told.pop("Endpoint") == "churn-api"
        assert told.pop("Said by run") == "01a1fd…0415678 2026-05-01 12:00:00"
        assert told == facts
    page = read(as_alice.get(f"/runs/{run}/"))
    assert {each.dt.text: said(each.dd) for each in region(page, "Deployment").select("dl > div")} == facts
    assert "Environment" not in [said(heading) for heading in page.select("h2")]


def test_deployment_of_a_service_that_names_no_endpoint(as_alice, send):
    deployed = {"lc_deployment": facet(application="churn", route=["odd"])}
    send(make_event(facets=make_workload("server", "service", "s1") | deployed))
    told = region(read(as_alice.get(page_of(as_alice, "server"))), "Deployment").select("dt")
    assert [said(each) for each in told] == ["Application", "Said by run"]


def test_endpoint_serves_what_its_deploying_job_read(as_alice, send):
    endpoint = make_dataset("deployment://churn-api", "ray-serve")
    send(make_event([make_dataset("model://churn", "mlflow"), "t.csv"], [endpoint], job="deploy"))
    page = read(as_alice.get(page_of(as_alice, "churn-api")))
    assert [said(each) for each in region(page, "Models served").select("a.name")] == ["churn"]
    assert "The rest" not in said(region(page, "Models served"))


def test_models_that_an_endpoint_leaves_out_are_told_of(as_alice, send, monkeypatch):
    monkeypatch.setattr(endpoints, "MODELS", 2)
    read_models = [make_dataset(f"model://m{number}", "mlflow") for number in range(3)]
    send(make_event(read_models, [make_dataset("deployment://churn-api", "ray-serve")], job="deploy"))
    served = region(read(as_alice.get(page_of(as_alice, "churn-api"))), "Models served")
    assert len(served.select("a.name")) == 2
    assert served.find("a", string="The rest is in the lineage")["href"].endswith("/lineage/")


@pytest.mark.parametrize("items", [1, 30])
def test_queries_of_an_endpoint_are_constant(as_alice, send, django_assert_num_queries, items):
    endpoint = make_dataset("deployment://churn-api", "ray-serve")
    for number in range(items):
        send(make_event([make_dataset(f"model://m{number}", "mlflow")], [endpoint], job=f"deploy{number}"))
    address = read(as_alice.get("/workloads/?type=service")).select_one("tbody a.name")["href"]
    with django_assert_num_queries(25 if items == 1 else 26):
        as_alice.get(address)


def test_technical_jobs_show_on_demand(as_alice, send):
    send(make_event(job="etl.sql.3"))
    send(make_event(["a"], job="etl"))
    assert names(read(as_alice.get("/workloads/"))) == ["etl"]
    assert sorted(names(read(as_alice.get("/workloads/?hidden=true")))) == ["etl", "etl.sql.3"]


def test_search_finds_an_id(as_alice, send):
    send(make_event(["a"], facets=nightly()))
    send(make_event(["a"], job="other"))
    assert names(read(as_alice.get("/workloads/?q=prodjob_7"))) == ["nightly"]


@pytest.mark.parametrize("ordering", ["name", "type", "last_run", "created_by", "project"])
def test_list_sorts_by_each_column(as_alice, send, ordering):
    for index, (name, type) in enumerate([("b", "job"), ("a", "service")]):
        send(
            make_event(["d"], at=AT.format(index), facets=make_workload(name, type, name, ownerEmail=f"{index}@x.org"))
        )
    up, down = (names(read(as_alice.get(f"/workloads/?ordering={sign}{ordering}"))) for sign in ("", "-"))
    assert len(up) == 2
    assert down == up[::-1]


def test_overview_lists_everything_tracked(as_alice, send):
    send(make_event(["a.csv"], ["b.csv"], facets=nightly()))
    page = read(as_alice.get(page_of(as_alice, "nightly")))
    told = {said(each.dt): said(each.dd) for each in region(page, "Details").select("dl > div")}
    assert {key: told[key] for key in told if key not in ("Created at", "Owners")} == {
        "Workload type": "Job",
        "Workload name": "nightly",
        "Workload ID": "prodjob_7",
        "Organization ID": "org_1",
        "Cloud ID": "default",
        "Project ID": "prj_9 churn",
        "Owner email": "ana@example.org",
        "Ray version": "2.53.0",
        "Python version": "3.11.9",
        "Operating system version": "Ubuntu 22.04",
    }


def test_data_sources_say_how_many_they_leave_out(as_alice, send):
    send(make_event([f"in{number}" for number in range(12)], ["out"], facets=nightly()))
    address = page_of(as_alice, "nightly")
    sources = region(read(as_alice.get(address)), "Data sources")
    assert len(sources.select("tbody tr")) == 11
    assert [said(each) for each in sources.select(".pages")] == ["Inputs: 10 of 12 Show all inputs"]
    link = sources.select_one(".pages a")["href"].partition("#")[0]
    sources = region(read(as_alice.get(address + link)), "Data sources")
    assert len(sources.select("tbody tr")) == 13
    assert not sources.select(".pages")


def test_overview_lists_data_sources_and_runs(as_alice, send):
    columns = {"schema": facet(fields=[{"name": "id"}])}
    alias = {"symlinks": facet(identifiers=[{"namespace": "hive", "name": "db.c", "type": "TABLE"}])}
    written = [make_dataset("b.parquet", **columns), make_dataset("c", **columns, **alias)]
    send(make_event(["a.csv"], written, facets=nightly(), job="operation"))
    page = read(as_alice.get(page_of(as_alice, "nightly")))
    rows = [said(row) for row in region(page, "Data sources").select("tbody tr")]
    assert rows == [
        "a.csv Input s3://bucket/a.csv CSV not captured",
        "b.parquet Output s3://bucket/b.parquet Parquet Output schema b.parquet",
        "c Output s3://bucket/c Table Output schema c",
    ]
    (run,) = region(page, "Last runs").select("tbody tr")
    assert "Completed" in said(run)
    assert "operation" in said(run)
    assert as_alice.get(run.a["href"]).status_code == 200


def test_related_resources_open_by_address(as_alice, send):
    send(make_event(["a.csv"], ["b.csv"], facets=nightly()))
    address = page_of(as_alice, "nightly")
    closed = read(as_alice.get(address))
    assert said(closed.select_one("button[name=related]")) == "Related resources"
    assert not region(closed, "Related resources").has_attr("open")
    dialog = region(read(as_alice.get(f"{address}?related=1")), "Related resources")
    assert dialog.name == "dialog"
    assert dialog.has_attr("open")
    upstream, downstream = under(dialog, "Upstream"), under(dialog, "Downstream")
    assert said(upstream.select_one("h3")) == "Upstream 1"
    assert said(upstream.select_one("a.name")) == "a.csv (opens in new tab)"
    assert said(downstream.select_one("a.name")) == "b.csv (opens in new tab)"
    assert downstream.select_one("a.name")["target"] == "_blank"


def test_runs_tab_lists_newest_first(as_alice, send):
    for index in range(3):
        send(make_event(["a"], facets=nightly(), at=AT.format(index), job=f"op{index}"))
    page = read(as_alice.get(page_of(as_alice, "nightly") + "runs/"))
    assert column(page, "Operation") == ["tests/op2", "tests/op1", "tests/op0"]


def test_runs_of_a_day_are_told_apart(as_alice, send):
    runs = [f"01a1fde0-ba2b-7672-a83c-c2a4204{number}5678" for number in range(3)]
    now = datetime.now(UTC).replace(microsecond=0)
    for index, run in enumerate(runs):
        at = (now - timedelta(days=8, seconds=index)).isoformat()
        send(make_event(["a"], facets=nightly(), run=run, type="START", at=at))
    page = read(as_alice.get(page_of(as_alice, "nightly") + "runs/"))
    assert column(page, "Run") == ["01a1fd…0405678", "01a1fd…0415678", "01a1fd…0425678"]
    assert [each["title"] for each in page.select("tbody th a")] == runs
    assert [each["data-copy"] for each in page.select("tbody th button")] == runs
    assert column(page, "Started")[1] == f"{now - timedelta(days=8, seconds=1):%Y-%m-%d %H:%M:%S} 1 week ago"
    assert len({said(each) for each in page.select("label:has(input[type=radio])")}) == 6


def test_the_end_of_a_run_names_its_day_where_that_is_another(as_alice, send):
    for number, ends in enumerate([("01T12:00:00Z", "01T12:30:00Z"), ("01T23:00:00Z", "02T01:00:00Z")]):
        run = f"01a1fde0-ba2b-7672-a83c-c2a4204{number}5678"
        for type, at in zip(("START", "COMPLETE"), ends, strict=True):
            send(make_event(["a"], facets=nightly(), run=run, type=type, at=f"2026-05-{at}"))
    page = read(as_alice.get(page_of(as_alice, "nightly") + "runs/"))
    assert column(page, "Ended") == ["2026-05-02 01:00:00", "12:30:00"]


def test_workload_without_runs_has_a_page(as_alice, send):
    parent = facet(run={"runId": "0196a3f0-0000-7000-8000-000000000001"}, job={"namespace": "tests", "name": "dag"})
    send(make_event(["a"], job="dag.task", facets={"parent": parent}))
    address = page_of(as_alice, "dag")
    assert "No event of a run has come in yet" in said(read(as_alice.get(address)))
    assert "No runs yet" in said(read(as_alice.get(address + "runs/")))


@pytest.mark.parametrize("items", [1, 30])
def test_list_queries_are_constant(as_alice, send, django_assert_num_queries, items):
    for number in range(items):
        send(make_event(["a"], job=f"job{number}"))
    with django_assert_num_queries(10):
        as_alice.get("/workloads/")


@pytest.mark.parametrize("items", [1, 30])
def test_overview_queries_are_constant(as_alice, send, django_assert_num_queries, items):
    for number in range(items):
        send(make_event([f"in{number}"], [f"out{number}"], facets=nightly()))
    address = page_of(as_alice, "nightly")
    # Edges are counted where there are more than shown.
    with django_assert_num_queries(20 if items == 1 else 21):
        as_alice.get(address)
