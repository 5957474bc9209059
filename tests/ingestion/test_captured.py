"""What the capture plugins sent, recorded in live runs (plugins/tests/record.py): both ends stay in step."""

import json

import pytest

from ingestion.normalise import Context, normalise
from ingestion.parse import parse
from lineage.kinds import Kind
from lineage.models import Node, Run, RunIO, Sighting
from tests.corpus import DATA
from tests.ingestion.test_schemas import ours, validator
from tests.pages import column, read, region, said

FOLDER = DATA / "capture"
STORE = "mlflow:///home/ana/churn/mlflow.db"


def recorded(name: str) -> list[bytes]:
    return (FOLDER / f"{name}.ndjson").read_bytes().splitlines()


def replayed(send, name: str) -> None:
    for line in recorded(name):
        assert send(line).status_code == 201


def resources() -> dict[str, tuple[str, str]]:
    """(kind, type) of each resource, by the last of its names in their order."""
    rows = Sighting.objects.filter(kind__lt=Kind.WORKLOAD).select_related("node").order_by("node__name")
    named = {row.root_id: row for row in rows}
    return {row.node.name: (Kind(row.kind).slug, row.type) for row in named.values()}


def io(operation: str) -> list[tuple]:
    """(role, the node's id, version) of the inputs and outputs of an operation's runs, in their order."""
    rows = (
        RunIO.objects.filter(run__operation=operation).select_related("node", "version").order_by("run__first_at", "id")
    )
    return [(row.get_role_display(), row.node.root_id, row.version and row.version.label) for row in rows]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ndjson")), ids=lambda path: path.stem)
def test_captured_events_are_read_without_a_warning(path):
    context = Context(1, "acme", "default", lambda name: 7)
    for line in path.read_bytes().splitlines():
        event = parse(line)
        assert normalise(event, context).outline.workload.name
        assert event.warnings == []
        for facet in ours(json.loads(line)):
            validator(next(iter(facet))).validate(facet)


@pytest.mark.parametrize("version", ["mlflow-2", "mlflow-3"])
def test_mlflow(send, version):
    replayed(send, version)
    assert resources() == {
        "churn/train.parquet": ("dataset", "parquet"),
        "churn/notes.txt": ("artifact", "text"),
        "models:/churn_predictor": ("model", "model"),
    }
    names = {node.name: node.root_id for node in Node.objects.filter(namespace=STORE)}
    model = names["models:/churn_predictor"]
    assert names["churn/churn_model"] == model
    logged = [name for name in names if name.startswith(("models:/m-", "runs:/"))]
    assert len(logged) == 2
    assert {names[name] for name in logged} == {model}
    made = io("mlflow/log_model")
    assert [(role, node) for role, node, _ in made] == [("Output", model)] * 2
    assert io("mlflow/register_model") == made
    assert io("mlflow/load_model") == [("Input", node, label) for _, node, label in made]
    assert sorted(Run.objects.filter(operation="mlflow/churn").values_list("state", flat=True)) == [
        "COMPLETE",
        "COMPLETE",
        "FAIL",
    ]


def test_versions_are_known_by_their_numbers_in_the_registry(send, as_alice):
    replayed(send, "mlflow-3")
    (model,) = [each for each in as_alice.get("/api/models/").json()["results"] if each["kind"] == "model"]
    page = read(as_alice.get(f"/models/{model['id']}/versions/"))
    versions = column(region(page, "Versions"), "Version")
    assert [each.split(" ", 1)[1].removeprefix("Copy version ") for each in versions] == [
        "churn_predictor 2",
        "churn_predictor 1",
    ]
    assert column(region(page, "Versions"), "Stage and aliases") == ["champion", "\N{EN DASH}"]
    rows = {
        said(row.th): [said(cell) for cell in row.select("td")] for row in region(page, "Side by side").select("tr")
    }
    assert rows["C"] == ["1.0", "0.5"]
    version = read(as_alice.get(page.find("a", string=versions[0].split(" ")[0])["href"]))
    assert "churn_predictor 2" in said(region(version, "Version"))


def test_hugging_face_and_weights_and_biases(send):
    replayed(send, "others")
    assert resources() == {
        "/home/ana/churn/words.csv": ("dataset", "csv"),
        "/home/ana/churn/words": ("dataset", "arrow"),
        "/home/ana/churn/bert": ("model", "model"),
        "churn/customers": ("dataset", "csv"),
        "churn/churn-model": ("model", "model"),
        "churn/report": ("artifact", "csv"),
    }
