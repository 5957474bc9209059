"""The schemas of our facets, and the examples of docs/events.md."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ingestion.normalise import Context, normalise
from ingestion.parse import parse
from ingestion.schema_views import FOLDER, SCHEMAS
from lineage.kinds import Kind
from tests.events import facet, post

DOCUMENT = (Path(__file__).parent.parent.parent / "docs" / "events.md").read_text()
EXAMPLES = re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?```json\n(.+?)```", DOCUMENT, re.DOTALL | re.MULTILINE)
NAMES = ["lc_deployment", "lc_metrics", "lc_model", "lc_workload"]


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMAS[name, "1-0-0"]))


def ours(event: dict) -> list[dict]:
    holders = [event["run"], *event["inputs"], *event["outputs"]]
    facets = [item for holder in holders for item in holder.get("facets", {}).items()]
    return [{key: value} for key, value in facets if key.startswith("lc_")]


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_served(client, name):
    response = client.get(f"/schemas/{name}/1-0-0.json")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/schema+json"
    assert json.loads(response.content)["$id"] == f"/schemas/{name}/1-0-0.json"


@pytest.mark.parametrize("path", ["lc_other/1-0-0", "lc_model/9-0-0", "lc_model/latest"])
def test_unknown_schema_is_not_found(client, path):
    assert client.get(f"/schemas/{path}.json").status_code == 404


def test_every_schema_is_valid_and_documented():
    assert sorted({name for name, _ in SCHEMAS}) == NAMES == sorted(path.name for path in FOLDER.iterdir())
    for (name, version), text in SCHEMAS.items():
        Draft202012Validator.check_schema(json.loads(text))
        assert f"/schemas/{name}/{version}.json" in DOCUMENT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lc_workload", {"name": "nightly"}),
        ("lc_workload", {"type": "job"}),
        ("lc_workload", {"type": "notebook", "id": "n"}),
        ("lc_model", {"artifact": "yes"}),
        ("lc_model", {"metrics": {"auc": "high"}}),
        ("lc_metrics", {"auc": "high"}),
        ("lc_deployment", {"route": "/"}),
        ("lc_deployment", {"application": "a", "replicas": -1}),
    ],
)
def test_schemas_refuse_what_they_should(name, value):
    assert not validator(name).is_valid({name: facet(**value)})


def test_there_is_an_example_for_each_deed():
    deeds = ["A session", "A read", "A write", "A model log", "A registration", "A model load", "An artifact"]
    deeds += ["A run of an experiment", "A training", "A deployment", "A failure"]
    assert [title for title, _ in EXAMPLES] == deeds


@pytest.mark.parametrize(("title", "text"), EXAMPLES, ids=[title for title, _ in EXAMPLES])
def test_examples_are_valid_and_read_without_a_warning(title, text):
    event = parse(text.encode())
    seen = normalise(event, Context(1, "acme", "default", lambda name: 7))
    assert event.warnings == []
    assert bool(seen.outline.io) == (title not in ("A session", "A failure"))
    assert seen.outline.workload.namespace.startswith("lineage://default/churn/")
    for value in ours(json.loads(text)):
        validator(next(iter(value))).validate(value)


def test_examples_tell_one_story():
    context = Context(1, "acme", "default", lambda name: 7)
    said = {title: normalise(parse(text.encode()), context).outline for title, text in EXAMPLES}
    assert said["A read"].io[0].ref == said["A write"].io[0].ref
    assert said["A write"].io[1].ref == said["A training"].io[0].ref
    assert said["A training"].nodes[-1].kind == Kind.MODEL
    assert said["A model log"].io[0].ref == said["A registration"].symlinks[1][1]
    model = said["A registration"].io[0]
    assert (model.ref.name, model.version) == ("models:/churn_predictor", said["A model log"].io[0].version)
    assert (said["A model load"].io[0].ref, said["A model load"].io[0].version) == (
        model.ref,
        model.version,
    )
    assert said["A deployment"].nodes[-1].kind == Kind.ENDPOINT


def test_examples_are_stored(client, key):
    for _, text in EXAMPLES:
        assert post(client, text.encode(), key).status_code == 201
