import pytest

from lineage.models import Node, Parentage
from tests import story
from tests.events import facet, make_dataset, make_event
from tests.many import MANY, copy, few_parameters  # noqa: F401
from tests.pages import column, names, read, region, said

RUN = "0196a3f0-0000-7000-8000-000000000009"
FIRST_DAY = "as_of=2026-05-01T12:00:00Z"


@pytest.fixture
def told(send):
    for event in story.story():
        assert send(event).status_code == 201


def first(client, kind: str, name: str) -> str:
    (row,) = client.get(f"/api/{kind}/?q={name}").json()["results"]
    return f"/{kind}/{row['id']}/"


def test_a_list_of_the_past_leaves_out_what_came_later(as_alice, told):
    assert len(names(read(as_alice.get("/workloads/")))) == 5
    page = read(as_alice.get("/workloads/?as_of=2026-05-01T02:10:00Z"))
    assert names(page) == ["train_churn_model", "generate_customer_dataset"]
    assert column(page, "Last run")[0].startswith("Started")
    banner = page.select_one(".past")
    assert "2026-05-01 02:10:00" in said(banner)
    assert banner.a["href"] == "/workloads/"
    assert [row["name"] for row in as_alice.get("/api/datasets/?as_of=2026-04-30").json()["results"]] == []


@pytest.mark.parametrize("number", [2, 30])
def test_statements_do_not_grow_with_the_rows_of_a_list_of_the_past(as_alice, send, number, django_assert_num_queries):
    for at in range(number):
        for day in (1, 3):
            send(make_event(["a"], job=f"job{at}", at=f"2026-05-0{day}T12:00:00Z"))
    with django_assert_num_queries(23):
        shown = column(read(as_alice.get("/workloads/?as_of=2026-05-02")), "Last run")
    assert len(shown) == min(number, 25)
    assert all("2026-05-01" in each for each in shown), shown[0]


@pytest.mark.usefixtures("few_parameters")
def test_a_list_of_the_past_takes_any_number_of_parts(as_alice, send):
    whole = {"job": {"namespace": "tests", "name": "whole"}, "run": {"runId": RUN}}
    send(make_event(["a"], job="part", facets={"parent": facet(**whole)}))
    [parentage] = Parentage.objects.all()
    copy(Node.objects.get(name="part"), MANY, id="1000000 + i", key="uuid")
    copy(parentage, MANY, child_id="1000000 + i")
    assert sorted(names(read(as_alice.get("/workloads/?as_of=2026-05-02")))) == ["part", "whole"]
    assert names(read(as_alice.get("/datasets/?as_of=2026-05-02"))) == ["a"]


def test_links_of_the_past_stay_in_the_past(as_alice, told):
    page = read(as_alice.get(f"/datasets/?{FIRST_DAY}"))
    link = page.select_one("td a.name, th a.name")["href"]
    assert "as_of=" in link
    detail = read(as_alice.get(link))
    assert all("as_of=" in tab["href"] for tab in detail.select(".tabs a"))
    assert "has_internet" not in said(detail)
    assert "has_internet" in said(read(as_alice.get(link.partition("?")[0])))


def test_the_graph_of_the_past_leaves_out_what_came_later(as_alice, told):
    path = first(as_alice, "models", "churn_predictor")
    node = path.split("/")[2]
    now = as_alice.get(f"/api/nodes/{node}/closure?direction=downstream").json()
    then = as_alice.get(f"/api/nodes/{node}/closure?direction=downstream&{FIRST_DAY}").json()
    assert len(now["results"]) == len(then["results"]) + 1
    answer = as_alice.get(f"/api/nodes/{node}/neighbours?as_of=2026-05-01T02:59:00Z").json()
    assert answer["more"]["downstream"]["count"] == 0
    assert answer["more"]["upstream"]["count"] == 1
    page = read(as_alice.get(f"{path}lineage/?{FIRST_DAY}"))
    form = {each["name"]: each["value"] for each in page.select("#lineage-form input")}
    assert form["as_of"] == "2026-05-01T12:00:00Z"


@pytest.mark.parametrize("version", [1, 2])
def test_the_graph_of_a_version_holds_its_own_runs_alone(as_alice, told, version):
    path = first(as_alice, "models", "churn_predictor")
    page = read(as_alice.get(f"{path}lineage/?version={version}&depth=all", follow=True))
    shown = said(page.select_one("#lineage-table"))
    assert "customer_churn" in shown
    assert f"churn/predict/v{version}" in shown
    assert f"churn/predict/v{3 - version}" not in shown
    assert f"version {version} of churn_predictor" in said(page.select_one(".past"))


def test_the_graph_of_a_run_leads_to_what_was_made_of_it(as_alice, told):
    page = read(as_alice.get(f"/runs/{story.RUNS['generate', 1]}/"))
    link = next(each["href"] for each in page.select(".console-actions a") if "Lineage" in said(each))
    shown = said(read(as_alice.get(link + "&depth=all", follow=True)).select_one("#lineage-table"))
    assert "churn/predict/v1" in shown
    assert "churn/predict/v2" not in shown


def test_a_run_of_the_past_was_still_running(as_alice, told):
    run = story.RUNS["train", 1]
    page = read(as_alice.get(f"/runs/{run}/?as_of=2026-05-01T02:10:00Z"))
    assert "Started" in said(page.h1)
    assert "Completed" in said(read(as_alice.get(f"/runs/{run}/")).h1)
    assert as_alice.get(f"/runs/{run}/?as_of=2026-05-01T01:59:00Z").status_code == 404


def test_a_version_of_the_past_is_the_newest_of_then(as_alice, told):
    path = first(as_alice, "datasets", "customer_churn")
    page = read(as_alice.get(f"{path}versions/?{FIRST_DAY}"))
    assert [cell.split(" ")[0] for cell in column(region(page, "Versions"), "Version")] == [story.SNAPSHOTS[1]]


def test_names_that_were_joined_later_are_apart(as_alice, send):
    links = facet(identifiers=[{"namespace": "hive://h", "name": "t", "type": "TABLE"}])
    send(make_event([make_dataset("t", "hive://h")], at="2026-05-01T01:00:00Z"))
    send(make_event(["a"], at="2026-05-01T02:00:00Z"))
    send(make_event([make_dataset("a", symlinks=links)], at="2026-05-01T03:00:00Z"))
    assert len(names(read(as_alice.get("/datasets/")))) == 1
    assert sorted(names(read(as_alice.get("/datasets/?as_of=2026-05-01T02:30:00Z")))) == ["a", "t"]


NO_MOMENTS = ["yesterday", "2026-13-01", "9" * 40, "2026-05-01T12:00:00+99:00", "%00"]
WHAT_TO_DO = "This is no moment: write as_of=2026-05-01, or as_of=2026-05-01T12:00:00Z."


@pytest.mark.parametrize("path", ["/datasets/", "/workloads/", "/models/"])
@pytest.mark.parametrize("value", NO_MOMENTS)
def test_a_page_of_no_moment_is_not_found(as_alice, told, path, value):
    answer = as_alice.get(f"{path}?as_of={value}")
    assert answer.status_code == 404
    assert WHAT_TO_DO in answer.content.decode()


@pytest.mark.parametrize("value", NO_MOMENTS)
def test_no_moment_is_a_problem_that_names_it(as_alice, told, value):
    node = as_alice.get("/api/datasets/").json()["results"][0]["id"]
    for path in ("datasets/", "runs/", f"nodes/{node}/", f"nodes/{node}/neighbours", f"nodes/{node}/closure"):
        answer = as_alice.get(f"/api/{path}?as_of={value}")
        assert answer.status_code == 400
        assert answer.json()["errors"] == [{"path": "as_of", "message": WHAT_TO_DO}]
    assert as_alice.get(f"/api/v1/jobs?as_of={value}").status_code == 400


@pytest.mark.parametrize("query", ["run=1", f"run={RUN}", "version=9", f"version={RUN}"])
def test_what_is_not_there_cannot_be_pinned(as_alice, told, query):
    path = first(as_alice, "models", "churn_predictor")
    assert as_alice.get(f"{path}lineage/?{query}").status_code == 404
    assert as_alice.get(f"{path}?{query}").status_code == 404


def test_a_cloud_that_was_empty_then_says_so_and_leads_to_now(as_alice, send):
    send(make_event(["a"], at="2026-05-01T02:00:00Z"))
    for place in ("cloud=default", "cloud=default&project=tests"):
        page = read(as_alice.get(f"/datasets/?q=&{place}&as_of=2026-05-01T01:00:00Z"))
        assert said(page.select_one(".empty h2")) == "Nothing was known then"
        assert names(read(as_alice.get(page.select_one(".empty a")["href"]))) == ["a"]
        assert place in page.select_one(".empty a")["href"]
    page = read(as_alice.get("/datasets/?cloud=default&q=zzz&as_of=2026-05-01T03:00:00Z"))
    assert said(page.select_one(".empty h2")) == "Nothing matches"


def test_a_list_of_the_past_is_narrowed_and_ordered_by_what_was_said_then(as_alice, send):
    """`t` is declared a table, then a view, then a stream; `u` is a table all the time."""
    for hour, type in ((1, "TABLE"), (3, "VIEW"), (5, "STREAM")):
        send(make_event((), [make_dataset("t", datasetType={"datasetType": type})], at=f"2026-05-01T0{hour}:00:00Z"))
    send(make_event((), [make_dataset("u", datasetType={"datasetType": "TABLE"})], at="2026-05-01T01:30:00Z"))

    def listed(query: str, hour: int) -> list[str]:
        rows = as_alice.get(f"/api/datasets/?as_of=2026-05-01T{hour:02}:00:00Z&{query}").json()["results"]
        return [row["name"] for row in rows]

    assert [listed(f"type={type}", 4) for type in ("table", "view", "stream")] == [["u"], ["t"], []]
    assert listed("type=table&ordering=name", 2) == ["t", "u"]
    assert listed("ordering=type", 4) == ["u", "t"]
    assert listed("ordering=type", 6) == ["t", "u"]
    page = read(as_alice.get("/datasets/?as_of=2026-05-01T02:00:00Z"))
    assert [said(each) for each in page.select("select[name=type] option")] == ["All types", "Table"]


def test_a_creator_who_was_named_later_narrows_no_list_of_the_past(as_alice, send):
    owner = facet(owners=[{"name": "ana@example.org"}])
    send(make_event((), ["t"], at="2026-05-01T01:00:00Z"))
    send(make_event((), [make_dataset("u", ownership=owner)], at="2026-05-01T03:00:00Z"))
    query = "/api/datasets/?created_by=ana@example.org"
    assert [row["name"] for row in as_alice.get(query).json()["results"]] == ["u"]
    assert as_alice.get(f"{query}&as_of=2026-05-01T02:00:00Z").json()["results"] == []


def test_workloads_of_the_past_stand_in_the_order_of_their_last_runs_of_then(as_alice, send):
    for hour, job in ((1, "a"), (2, "b"), (3, "a")):
        send(make_event(["d"], job=job, at=f"2026-05-01T0{hour}:00:00Z"))
    assert names(read(as_alice.get("/workloads/"))) == ["a", "b"]
    assert names(read(as_alice.get("/workloads/?as_of=2026-05-01T02:30:00Z"))) == ["b", "a"]


def test_runs_are_found_by_the_state_that_they_had(as_alice, told):
    query = "/api/runs/?as_of=2026-05-01T02:10:00Z&state="
    assert [row["id"] for row in as_alice.get(query + "start").json()["results"]] == [story.RUNS["train", 1]]
    assert story.RUNS["train", 1] not in [row["id"] for row in as_alice.get(query + "COMPLETE").json()["results"]]


def test_the_rest_tells_a_run_as_it_stood(as_alice, told):
    run, moment = story.RUNS["train", 1], "as_of=2026-05-01T02:10:00Z"
    (listed,) = as_alice.get(f"/api/runs/?{moment}&state=START").json()["results"]
    for row in (listed, as_alice.get(f"/api/runs/{run}/?{moment}").json()):
        assert (row["id"], row["state"], row["ended_at"]) == (run, "START", None)
    now = as_alice.get(f"/api/runs/{run}/").json()
    assert now["state"] == "COMPLETE"
    assert now["ended_at"]


def test_a_search_of_the_past_knows_no_name_that_was_joined_later(as_alice, send):
    links = facet(identifiers=[{"namespace": "hive://h", "name": "zebra", "type": "TABLE"}])
    send(make_event([make_dataset("zebra", "hive://h")], at="2026-05-01T01:00:00Z"))
    send(make_event(["a"], at="2026-05-01T02:00:00Z"))
    send(make_event([make_dataset("a", symlinks=links)], at="2026-05-01T03:00:00Z"))
    assert len(names(read(as_alice.get("/datasets/?q=zebra")))) == 1
    assert names(read(as_alice.get("/datasets/?q=zebra&as_of=2026-05-01T02:30:00Z"))) == ["zebra"]
