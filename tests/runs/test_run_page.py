import pytest
from django.db import connection

from clouds.access import Viewer
from clouds.models import Cloud
from lineage import touched
from lineage.models import Node
from lineage.texts import middle
from tests import story
from tests.events import facet, make_dataset, make_event, make_workload
from tests.pages import column, read, region, said

RUN = "0196a3f0-0000-7000-8000-000000000009"
TRAINED = story.RUNS["train", 2]


@pytest.fixture
def told(send):
    for event in story.story():
        assert send(event).status_code == 201


def test_all_that_is_known_is_shown(as_alice, send):
    facets = make_workload("train", logsUrl="https://logs.example.com/1") | {
        "executionParameters": facet(parameters=[{"key": "depth", "value": 8}]),
        "lc_metrics": facet(auc=0.91),
        "errorMessage": facet(message="It broke", programmingLanguage="PYTHON", stackTrace="Traceback: <b>"),
    }
    version = {"version": {"datasetVersion": "v7"}}
    send(make_event(["a.csv"], run=RUN, type="START", facets=facets, at="2026-05-01T11:57:00Z"))
    send(make_event(["a.csv"], [make_dataset("b", **version)], run=RUN, type="FAIL", facets=facets, job="fit"))
    page = read(as_alice.get(f"/runs/{RUN}/"))
    assert "Failed" in said(page.h1)
    details = said(region(page, "Details"))
    assert "train" in details
    assert "Duration 3 min 0 s" in details
    assert said(region(page, "Parameters").select_one("dl")) == "depth 8"
    assert said(region(page, "Metrics").select_one("dl")) == "auc 0.91"
    assert "It broke" in said(region(page, "Error"))
    assert region(page, "Error").pre.text == "Traceback: <b>"
    assert "Version v7" in said(region(page, "Inputs and outputs"))
    assert page.find("a", href="https://logs.example.com/1")["rel"] == ["noopener", "noreferrer"]


def test_an_input_is_shown_once_by_the_name_that_has_a_version(as_alice, send):
    other = {"identifiers": [{"namespace": "s3://bucket", "name": "b", "type": "TABLE"}]}
    named = make_dataset("a", symlinks=other, version={"datasetVersion": "v7"})
    send(make_event([named, "b"], run=RUN))
    page = read(as_alice.get(f"/runs/{RUN}/"))
    assert said(region(page, "Inputs and outputs")).count("Version v7") == 1
    assert [each["name"] for each in as_alice.get(f"/api/runs/{RUN}/").json()["inputs"]] == ["a"]


def test_each_facet_is_copied_from_its_own_text(as_alice, send):
    event = make_event(["a.csv"], run=RUN, facets=make_workload("train") | {"lc_metrics": facet(auc=0.91)})
    event["job"]["facets"] = {"documentation": facet(description="Fits."), "ownership": facet(owners=[])}
    send(event)
    page = read(as_alice.get(f"/runs/{RUN}/"))
    ids = [each["id"] for each in page.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    copied = {each["aria-label"]: page.find(id=each["data-copy-from"]) for each in page.select("[data-copy-from]")}
    assert len(copied) >= 4
    assert "0.91" in copied["Copy lc_metrics as JSON"].text
    assert "Fits." in copied["Copy documentation as JSON"].text


def test_a_log_address_that_is_no_web_address_is_no_link(as_alice, send):
    send(make_event(["a"], run=RUN, facets=make_workload("t", logsUrl="javascript:alert(1)", url="file:///etc")))
    page = read(as_alice.get(f"/runs/{RUN}/"))
    assert not [a for a in page.select(".console-actions a") if "Log" in said(a)]


def test_history_has_every_state_in_the_order_of_time(as_alice, send):
    for type, at in (("COMPLETE", "12:09"), ("START", "12:00"), ("RUNNING", "12:05")):
        send(make_event(["a"], run=RUN, type=type, at=f"2026-05-01T{at}:00Z"))
    history = region(read(as_alice.get(f"/runs/{RUN}/")), "History")
    assert column(history, "State") == ["Started", "Running", "Completed"]
    assert column(history, "Event") == ["Raw event 1", "Raw event 2", "Raw event 3"]
    assert as_alice.get(history.select_one("td a")["href"]).status_code == 200


def test_links_lead_to_parent_and_children(as_alice, send):
    send(make_event(["a"], job="dag", run=RUN))
    parent = facet(run={"runId": RUN}, job={"namespace": "tests", "name": "dag"})
    send(make_event(["a"], ["b"], job="dag.task", facets={"parent": parent}))
    page = read(as_alice.get(f"/runs/{RUN}/"))
    child = region(page, "Runs inside this one").select_one("a")
    assert said(child) == "dag.task"
    assert said(read(as_alice.get(child["href"])).find("a", href=f"/runs/{RUN}/")) == "dag"


def test_run_of_a_private_cloud_is_absent(as_alice, as_bob, told):
    paths = [f"/runs/{TRAINED}/", f"/runs/{TRAINED}/reproduce.json", f"/runs/{TRAINED}/reproduce.md"]
    paths.append(f"/runs/compare/?a={TRAINED}&b={TRAINED}")
    assert [as_bob.get(path).status_code for path in paths] == [200] * 4
    Cloud.objects.update(private=True)
    assert [as_bob.get(path).status_code for path in paths] == [404] * 4
    assert [as_alice.get(path).status_code for path in paths] == [200] * 4


def test_a_read_without_a_version_is_bound_to_the_newest_of_its_time(as_alice, told):
    for version in (1, 2):
        page = read(as_alice.get(f"/runs/{story.RUNS['train', version]}/"))
        inputs = said(region(page, "Inputs and outputs").h3.parent)
        assert f"Version {story.SNAPSHOTS[version]} newest at that time" in inputs


def test_environment_and_code_are_told(as_alice, told):
    page = read(as_alice.get(f"/runs/{TRAINED}/"))
    assert "SEED 43" in said(region(page, "Environment"))
    assert "c0ffee123456" in said(region(page, "Code"))


@pytest.mark.parametrize("number", [1, 30])
def test_statements_do_not_grow(as_alice, send, number, django_assert_num_queries):
    outputs = [make_dataset(f"out-{each}") for each in range(number)]
    send(make_event([f"in-{each}" for each in range(number)], outputs, run=RUN))
    as_alice.get(f"/runs/{RUN}/")
    with django_assert_num_queries(15):
        read(as_alice.get(f"/runs/{RUN}/"))


@pytest.mark.parametrize("number", [1, 30])
def test_statements_do_not_grow_with_the_runs_of_a_resource(as_alice, send, number, django_assert_num_queries):
    for minute in range(number):
        send(make_event(["a"], job=f"job{minute}", at=f"2026-05-01T12:{minute:02}:00Z"))
    address = f"/datasets/{Node.objects.get(name='a').pk}/runs/"
    as_alice.get(address)
    with django_assert_num_queries(14):
        read(as_alice.get(address))


@pytest.mark.parametrize("most", [0, 100])
def test_the_pages_of_the_runs_of_a_resource_lead_on(as_alice, send, monkeypatch, most):
    monkeypatch.setattr(touched, "MOST_SORTED", most)
    for minute in range(30):
        send(make_event(["a"], job=f"job{minute:02}", at=f"2026-05-01T12:{minute:02}:00Z"))
        send(make_event(["b"], job="other", at=f"2026-05-01T12:{minute:02}:30Z"))
    address = f"/datasets/{Node.objects.get(name='a').pk}/runs/"
    page = read(as_alice.get(address))
    following = read(as_alice.get(address + page.select_one("a[rel=next]")["href"]))
    assert column(page, "Workload") + column(following, "Workload") == [f"job{at:02}" for at in reversed(range(30))]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by what it knows of the rows")
@pytest.mark.parametrize(("most", "walks"), [(0, True), (100, False)])
def test_few_runs_of_a_resource_are_found_without_a_walk_over_all(alice, send, monkeypatch, most, walks):
    monkeypatch.setattr(touched, "MOST_SORTED", most)
    send(make_event(["a"]))
    told = touched.touching(Viewer(alice, {}), Node.objects.get(name="a"))[:25].explain()
    assert ("run_by_time" in told) is walks


def test_runs_of_a_workload_have_a_timeline(as_alice, told):
    (row,) = as_alice.get("/api/workloads/?q=train_churn").json()["results"]
    page = read(as_alice.get(f"/workloads/{row['id']}/runs/"))
    assert [bar["class"] for bar in page.select("figure.chart rect")] == [["bar-complete"]] * 2
    assert column(page, "State") == ["Completed", "Completed"]
    chosen = {each["name"]: each["value"] for each in page.select("input[type=radio][checked]")}
    assert chosen == {"a": story.RUNS["train", 1], "b": TRAINED}


def test_runs_of_a_resource_say_what_they_did(as_alice, told):
    (row,) = as_alice.get("/api/datasets/?q=customer_churn").json()["results"]
    page = read(as_alice.get(f"/datasets/{row['id']}/runs/"))
    assert column(page, "Workload") == ["train_churn_model", "generate_customer_dataset"] * 2
    wrote = [f"wrote {middle(story.SNAPSHOTS[version], 16)}" for version in (2, 1)]
    assert column(page, "Did") == ["read", wrote[0], "read", wrote[1]]
