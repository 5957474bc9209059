"""What the capture plugins sent of Ray Data, Train and Serve, recorded in live runs, is the graph it should be."""

from django.test import Client

from clouds.keys import create_key
from lineage.models import Run, RunIO
from tests.ingestion.test_captured import io, replayed, resources


def names(operation: str) -> list[tuple[str, str]]:
    """(role, name) of the inputs and outputs of an operation's runs, in their order."""
    rows = RunIO.objects.filter(run__operation=operation).select_related("node").order_by("run__first_at", "id")
    return [(row.get_role_display(), row.node.name) for row in rows]


def test_formats_of_ray_data(send):
    replayed(send, "ray_data")
    types = {name: type for name, (_, type) in resources().items()}
    formats = ("parquet", "csv", "json", "text", "binary", "numpy", "audio", "avro", "webdataset", "video", "delta")
    assert {name: types[f"/data/{name}"] for name in formats} == {name: name for name in formats}
    assert (types["/data/images"], types["orders"], types["/data/warehouse/shop/orders"]) == (
        "image",
        "table",
        "iceberg",
    )
    written = [name for role, name in names("ray-data/write_parquet") if role == "Output"]
    assert written == ["/data/out/parquet", "/data/out/union", "/data/out/join", "/data/out/split"]
    assert ("Input", "/data/csv/part.csv") in names("ray-data/write_json")
    _, *made = max(io("ray-data/write_iceberg"), key=lambda each: each[0])  # Output, after Input
    _, *read = io("ray-data/read_iceberg")[0]
    assert made == read
    assert made[1].isdecimal()
    assert set(Run.objects.values_list("state", flat=True)) == {"COMPLETE"}
    session = Run.objects.get(operation="workload/formats.py")
    assert set(Run.objects.exclude(pk=session.pk).values_list("parent", flat=True)) == {session.pk}


def test_training_and_serving(send, cloud, alice):
    """train.parquet -> nightly.py -> checkpoints of churn -> churn-api -> its endpoint."""
    replayed(send, "ray_train_serve")
    key = create_key(cloud, alice)[1]
    client = Client(headers={"Authorization": f"Bearer {key}"})
    data = client.get("/api/nodes/", {"entity": "dataset", "namespace": "file", "name": "/data/train.parquet"}).json()
    found = client.get(f"/api/nodes/{data['id']}/closure", {"direction": "downstream"}).json()["results"]
    kinds = {each["name"]: each["kind"] for each in found}
    assert kinds == {
        "nightly.py": "workload",
        "/data/results/churn": "model",
        "churn-api": "workload",
        "deployment://churn-api": "endpoint",
    }
    [made] = {version for role, _, version in io("ray-train/TorchTrainer.fit churn") if role == "Output"}
    assert made.startswith("checkpoint_")
    assert {version for _, _, version in io("ray-train/load_checkpoint")} == {made}


def test_quickstart_of_ray_data(send):
    replayed(send, "ray_quickstart")
    assert resources() == {"train": ("dataset", "image")}
    assert Run.objects.filter(operation="ray-data/read_images", state="COMPLETE").exists()
