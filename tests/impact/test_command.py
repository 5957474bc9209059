"""`manage.py impact`: a gate for CI, by its exit codes."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from clouds.models import Cloud, Organization
from lineage import closure
from lineage.models import Node
from tests.events import assert_golden, make_dataset, make_event, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(send):
    linked = {"identifiers": [{"namespace": "hive://meta", "name": "lake.clean", "type": "TABLE"}]}
    send(make_event(["raw/day.csv"], [make_dataset("clean", symlinks=linked)], "tidy"))
    send(make_event(["clean"], ["deployment://front"], "serve"))


def run(*args, **options) -> tuple[int, str, str]:
    """(exit code, standard output, standard error)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("impact", *args, stdout=out, stderr=err, **options)
        code = 0
    except SystemExit as error:
        code = error.code
    except CommandError as error:
        code, err = error.returncode, io.StringIO(str(error))
    return code, out.getvalue(), err.getvalue()


def names(output: str) -> list[str]:
    return [row["name"] for row in json.loads(output)["results"]]


def test_a_gate_fails_where_a_service_is_reached(story):
    code, out, err = run("dataset/s3://bucket/raw/day.csv", "--fail-on", "service")
    assert code == 1
    assert "1 dataset, 1 endpoint, 2 workload" in out
    assert "Reached, of service: 1 (deployment://front)" in err


def test_a_gate_opens_where_none_is(story):
    assert run("dataset/s3://bucket/raw/day.csv", "--fail-on", "model")[0] == 0
    assert run("dataset/s3://bucket/raw/day.csv", "--fail-on", "service", "--depth", "2")[0] == 0
    assert run("job/tests/serve", "--direction", "upstream", "--fail-on", "service")[0] == 0


def test_a_node_is_named_by_id_identity_or_alias(story):
    found = run(str(Node.objects.get(name="clean").pk), "--format", "json")[1]
    assert names(found) == ["serve", "deployment://front"]
    assert run("dataset/s3://bucket/clean", "--format", "json")[1] == found
    assert run("dataset/hive://meta/lake.clean", "--format", "json")[1] == found


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["dataset/s3://bucket/none"], "There is no dataset s3://bucket/none"),
        (["987654"], "There is no node 987654"),
        (["99999999999999999999"], "There is no node"),
        (["clean"], "neither an id nor"),
        (["dataset/s3://bucket/clean", "--fail-on", "sevrice"], "Nothing is of the kind or type sevrice"),
        (["dataset/s3://bucket/clean", "--cloud", "none"], 'There is no cloud "none"'),
        (["dataset/s3://bucket/clean", "--depth", "0"], "no number of steps"),
    ],
)
def test_a_question_that_makes_no_sense_is_2(story, args, said):
    code, _out, err = run(*args)
    assert code in (1, 2) if "--depth" in args else code == 2
    assert said in err


def test_an_ambiguous_name_is_2(send):
    send(make_event([make_dataset("b/c", "a"), make_dataset("c", "a/b")], [], "reads"))
    code, _out, err = run("dataset/a/b/c")
    assert code == 2
    assert "give the id" in err


def test_a_gate_does_not_open_on_half_an_answer(story, monkeypatch):
    monkeypatch.setattr(closure, "MOST", 1)
    code, _out, err = run("dataset/s3://bucket/raw/day.csv", "--fail-on", "service")
    assert code == 2
    assert "not all was looked at" in err


def test_a_cloud_sees_its_own(story, cloud):
    Cloud.objects.create(organization=cloud.organization, name="other")
    assert run("dataset/s3://bucket/clean", "--cloud", "default")[0] == 0
    assert run("dataset/s3://bucket/clean", "--cloud", "other")[0] == 2


def test_several_organizations_are_asked_about(story):
    Organization.objects.create(name="second")
    code, _out, err = run("dataset/s3://bucket/clean")
    assert code == 2
    assert "--organization" in err
    assert run("dataset/s3://bucket/clean", "--organization", "default")[0] == 0
    assert run("dataset/s3://bucket/clean", "--organization", "second")[0] == 2


def test_csv(story):
    rows = list(csv.DictReader(io.StringIO(run("dataset/s3://bucket/clean", "--format", "csv")[1])))
    assert [(row["hops"], row["name"], row["path"]) for row in rows] == [
        ("1", "serve", "clean > serve"),
        ("2", "deployment://front", "clean > serve > deployment://front"),
    ]


def test_the_shape_is_the_golden_one(send):
    for event in recorded("ray_iceberg_demo"):
        send(event)
    start = "dataset/ray_iceberg_demo/iceberg://customer_churn"
    told = json.loads(run(start, "--format", "json", "--base-url", "https://lineage.example.com")[1])
    kinds = {row["id"]: row["kind"] for row in told["results"]}
    told["failed"] = [kinds[id] for id in told["failed"]]
    for row in told["results"]:
        row["url"] = row["url"].replace(f"/{row.pop('id')}/", "/ID/")
    assert_golden("impact.json", told)
