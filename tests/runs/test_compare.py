import json
from pathlib import Path

import pytest

from tests import story
from tests.events import make_event
from tests.pages import read, region, said

GOLDEN = Path(__file__).parents[1] / "golden"
PAIR = f"a={story.RUNS['train', 1]}&b={story.RUNS['train', 2]}"
NONE = "\N{EN DASH}"


@pytest.fixture
def told(send):
    for event in story.story():
        assert send(event).status_code == 201


def lines(page, name: str) -> dict[str, list[str]]:
    return {said(row.th): [said(cell) for cell in row.select("td")] for row in region(page, name).select("tbody tr")}


def like(name: str, text: str) -> None:
    """Equal to the golden file; where there is none yet, the first run writes it and fails."""
    path = GOLDEN / name
    if not path.exists():
        path.write_text(text)
        raise AssertionError(f"{path} is new: look at it")
    assert text == path.read_text()


def test_two_runs_differ_in_versions_parameters_metrics_environment_and_code(as_alice, told):
    page = read(as_alice.get(f"/runs/compare/?{PAIR}"))
    sides = [said(each) for each in region(page, "Comparison").select("p:has(.side)")]
    assert sides == [f"{side} {story.RUNS['train', at]} run of train_churn_model" for side, at in (("A", 1), ("B", 2))]
    assert lines(page, "Inputs, by version") == {"s3://lake/customer_churn": [story.SNAPSHOTS[1], story.SNAPSHOTS[2]]}
    assert lines(page, "Parameters") == {"max_depth": ["4", "8"]}
    assert lines(page, "Metrics") == {"auc": ["0.81", "0.87"]}
    assert lines(page, "Environment") == {"SEED": ["42", "43"]}
    assert lines(page, "Code") == {"Commit or version": ["9f1c2d7aa01b", "c0ffee123456"]}
    everything = read(as_alice.get(f"/runs/compare/?{PAIR}&all=1"))
    assert lines(everything, "Environment")["Python version"] == ["3.11.9", "3.11.9"]


def test_two_snapshots_differ_in_columns(as_alice, told):
    (row,) = as_alice.get("/api/datasets/?q=customer_churn").json()["results"]
    tab = read(as_alice.get(f"/datasets/{row['id']}/versions/"))
    link = tab.find("a", string="with previous")
    page = read(as_alice.get(link["href"]))
    assert lines(page, "Schema") == {"has_internet": [NONE, "long"]}
    assert lines(page, "Summary")["Rows"] == ["500", "1,000"]


def test_two_model_versions_differ_in_what_made_them(as_alice, told):
    (row,) = as_alice.get("/api/models/?q=churn_predictor").json()["results"]
    tab = read(as_alice.get(f"/models/{row['id']}/versions/"))
    page = read(as_alice.get(tab.find("a", string="with previous")["href"]))
    assert lines(page, "Hyperparameters") == {"max_depth": ["4", "8"]}
    assert lines(page, "Inputs, by version") == {"s3://lake/customer_churn": [story.SNAPSHOTS[1], story.SNAPSHOTS[2]]}
    assert lines(page, "Summary")["Stage and aliases"] == [NONE, "Production, champion"]


def test_the_same_twice_differs_in_nothing(as_alice, told):
    run = story.RUNS["train", 1]
    page = read(as_alice.get(f"/runs/compare/?a={run}&b={run}"))
    assert said(page.select_one("[role=status]")) == "0 differences"


@pytest.mark.parametrize("query", ["", "a=1&b=2", f"a={story.RUNS['train', 1]}", PAIR.replace("0198b000", "0198b001")])
def test_what_is_not_there_cannot_be_compared(as_alice, told, query):
    assert as_alice.get(f"/runs/compare/?{query}").status_code == 404


def test_comparison_of_runs_is_as_in_the_golden_file(as_alice, told):
    answer = as_alice.get(f"/runs/compare/?{PAIR}&format=json").json()
    like("compare_runs.json", json.dumps(answer, indent=2) + "\n")


def test_bundle_is_as_in_the_golden_files(as_alice, told):
    path = f"/runs/{story.RUNS['train', 2]}/reproduce"
    bundle = as_alice.get(f"{path}.json")
    assert bundle["Content-Disposition"] == f'attachment; filename="run-{story.RUNS["train", 2]}.json"'
    like("reproduce.json", bundle.content.decode())
    like("reproduce.md", as_alice.get(f"{path}.md").content.decode())


def test_bundle_says_what_is_missing(as_alice, send):
    run = "0196a3f0-0000-7000-8000-000000000009"
    send(make_event(["a"], run=run))
    bundle = as_alice.get(f"/runs/{run}/reproduce.json").json()
    assert len(bundle["missing"]) == 4
    assert "For some inputs no version is known." in bundle["missing"]


def test_nothing_that_an_event_says_becomes_markup_or_a_command(as_alice, send):
    run = "0196a3f0-0000-7000-8000-000000000009"
    code = {"repoUrl": "https://x/$(rm -rf ~)`a`", "version": "a;b"}
    sql = {"query": "select 1\n```\n# not a heading"}
    send(make_event(["a\n# b"], run=run, job_facets={"sourceCodeLocation": code, "sql": sql}))
    text = as_alice.get(f"/runs/{run}/reproduce.md").content.decode()
    assert "git clone -- 'https://x/$(rm -rf ~)`a`' code" in text
    assert "checkout 'a;b' --" in text
    assert "````sql" in text
    assert "\n# b" not in text
