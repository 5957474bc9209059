"""MLflow inside of Ray: drivers, tasks and actors."""

from pathlib import Path

import pytest

pytest.importorskip("ray")
pytest.importorskip("mlflow")
pytestmark = pytest.mark.live

QUICKSTART = Path(__file__).resolve().parents[1] / "examples/mlflow_quickstart.py"
DETAILS = {
    "LINEAGE_WORKLOAD_TYPE": "workspace",
    "LINEAGE_WORKLOAD_ID": "expwrk_doggos",
    "LINEAGE_WORKLOAD_NAME": "doggos",
    "LINEAGE_ORGANIZATION_ID": "org_1",
    "LINEAGE_PROJECT_ID": "prj_1",
    "LINEAGE_OWNER_EMAIL": "ana@example.com",
}
TASK = """
import mlflow, ray

ray.init(num_cpus=2, include_dashboard=False)
mlflow.set_tracking_uri("sqlite:///STORE")
mlflow.set_experiment("in-ray")


class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[str]) -> list[str]:
        return model_input


@ray.remote
def train():
    mlflow.set_tracking_uri("sqlite:///STORE")
    mlflow.set_experiment("in-ray")
    with mlflow.start_run():
        mlflow.pyfunc.log_model("echo", python_model=Echo(), registered_model_name="echo", pip_requirements=["mlflow"])


@ray.remote
class Reader:
    def read(self):
        mlflow.set_tracking_uri("sqlite:///STORE")
        return type(mlflow.pyfunc.load_model("models:/echo/1")).__name__


ray.get(train.remote())
print(ray.get(Reader.remote().read.remote()))
mlflow.pyfunc.load_model("models:/echo/1")
"""


def test_a_driver_a_task_and_an_actor_are_one_workload(console, run, tmp_path):
    done = run(TASK.replace("STORE", f"{tmp_path}/mlflow.db"), name="in_ray.py")
    assert "PyFuncModel" in done.stdout
    workload = console.every("/api/workloads/", q="in_ray.py")
    assert len(workload) == 1
    runs = console.runs(workload=workload[0]["id"])
    (made,) = [each["outputs"][0] for each in runs if each["operation"] == "mlflow/log_model"]
    loads = [each["inputs"][0] for each in runs if each["operation"] == "mlflow/load_model"]
    assert [(each["id"], each["version"]) for each in loads] == [(made["id"], made["version"])] * 2
    session = next(each["id"] for each in runs if each["operation"].startswith("workload/"))
    parents = {each["facets"]["parent"]["run"]["runId"] for each in runs if "mlflow/" in each["operation"]}
    assert parents == {session}


def test_the_quickstart(console, run, tmp_path):
    code = QUICKSTART.read_text().replace("/mnt/cluster_storage", f"{tmp_path}/storage")
    run(
        code,
        name="quickstart.py",
        MLFLOW_ALLOW_FILE_STORE="true",
        ANYSCALE_ARTIFACT_STORAGE=f"{tmp_path}/artifacts",
        **DETAILS,
    )
    model = console.node(f"mlflow://{tmp_path}/storage/mlflow/doggos", "doggos/simple_pytorch_model")
    assert (model["kind"], model["created_by"], model["facets"]["lc_model"]["flavor"]) == (
        "model",
        "ana@example.com",
        "pytorch",
    )
    assert model["uri"].startswith("mlflow://")
    assert model["facets"]["storage"]["fileFormat"] == "pytorch"
    assert [each["name"] for each in model["facets"]["schema"]["fields"]] == ["inputs", "outputs"]
    (workload,) = console.every("/api/workloads/", q="doggos", type="workspace")
    assert (workload["workload_id"], workload["created_by"]) == ("expwrk_doggos", "ana@example.com")
    runs = console.runs(workload=workload["id"])
    made = next(each for each in runs if each["operation"] == "mlflow/log_model")
    assert made["outputs"][0]["id"] == model["id"]
    said = made["facets"]["lc_workload"]
    told = {"type", "id", "name", "organizationId", "projectId", "ownerEmail", "clusterId"}
    assert told | {"rayVersion", "pythonVersion", "osVersion"} <= set(said)
