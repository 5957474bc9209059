"""MLflow, with the real library: models, artifacts and runs, as the console then shows them. For MLflow 2 and 3."""

import os
import signal
import subprocess
import sys
import textwrap
import time
import urllib.request

import pytest
from conftest import free_port, plain_environment
from lineage_capture.hooks.mlflow_store import Store

mlflow = pytest.importorskip("mlflow")
pytestmark = pytest.mark.live

THREE = int(mlflow.__version__.split(".")[0]) >= 3
# Serialized so that both versions can, and without looking for requirements, which takes seconds.
START = """
import mlflow, mlflow.sklearn, numpy, pandas
from sklearn.linear_model import LogisticRegression

mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("EXPERIMENT")
data = pandas.DataFrame({"tenure": numpy.linspace(0, 1, 20), "spend": numpy.arange(20.0)})
churned = (data.tenure > 0.5).astype(int)
model = LogisticRegression(C=0.5).fit(data, churned)
signature = mlflow.models.infer_signature(data, model.predict(data))


def log(name, **more):
    more = {"signature": signature, "pip_requirements": ["scikit-learn"], "serialization_format": "pickle", **more}
    return mlflow.sklearn.log_model(model, artifact_path=name, **more)


"""


@pytest.fixture
def mlflow_run(run, tmp_path, console):
    """`mlflow_run(code, …)`: runs it after START, gives the runs that were captured, oldest first, by operation."""

    def go(code: str, experiment: str, name: str, **more):
        run(START.replace("EXPERIMENT", experiment) + textwrap.dedent(code), name=name, **more)
        return captured(console, name)

    return go


def captured(console, workload: str) -> dict[str, list[dict]]:
    known = console.every("/api/workloads/", q=workload)
    found: dict[str, list[dict]] = {}
    for each in reversed(console.runs(workload=known[0]["id"]) if known else []):
        found.setdefault(each["operation"], []).append(each)
    return found


def models(console, word: str) -> list[dict]:
    return [each for each in console.every("/api/models/", q=word) if each["kind"] == "model"]


@pytest.mark.parametrize("pause", [0, 4], ids=["registered at once", "registered later"])
def test_a_model_is_one_node_however_it_is_addressed(console, mlflow_run, tmp_path, pause):
    """Sending lags two seconds behind: what is registered at once has its name from the start."""
    experiment = f"addressed-{pause}"
    runs = mlflow_run(
        f"""
        import time

        with mlflow.start_run(run_name="first") as run:
            mlflow.log_params({{"C": 0.5, "api_key": "hidden"}})
            mlflow.log_metric("auc", 0.87)
            info = log("churn_model")
        time.sleep({pause})
        mlflow.register_model(f"runs:/{{run.info.run_id}}/churn_model", "churn_predictor")
        mlflow.MlflowClient().set_registered_model_alias("churn_predictor", "champion", "1")
        mlflow.sklearn.load_model(info.model_uri)
        mlflow.sklearn.load_model(f"runs:/{{run.info.run_id}}/churn_model")
        mlflow.sklearn.load_model("models:/churn_predictor/1")
        mlflow.sklearn.load_model("models:/churn_predictor/latest")
        mlflow.pyfunc.load_model("models:/churn_predictor@champion")
        """,
        experiment,
        f"{experiment}.py",
    )
    store = f"mlflow://{tmp_path}/mlflow.db"
    node = console.node(store, "models:/churn_predictor")
    assert [each["id"] for each in models(console, str(tmp_path.name))] == [node["id"]]
    assert node["name"] == (f"{experiment}/churn_model" if pause else "models:/churn_predictor")
    assert console.node(store, f"{experiment}/churn_model")["id"] == node["id"]
    made, loads = runs["mlflow/log_model"][0]["outputs"][0], runs["mlflow/load_model"]
    assert console.node(store, address(made["version"]))["id"] == made["id"] == node["id"]
    assert [[each["version"] for each in load["inputs"]] for load in loads] == [[made["version"]]] * 5
    assert {load["inputs"][0]["id"] for load in loads} == {node["id"]}
    assert runs["mlflow/register_model"][0]["outputs"][0]["version"] == made["version"]
    said = node["facets"]["lc_model"]
    assert (said["registeredName"], said["version"], said["aliases"]) == ("churn_predictor", "1", ["champion"])
    assert (said["metrics"], said["hyperparameters"]) == ({"auc": 0.87}, {"C": "0.5"})
    assert (said["flavor"], said["experiment"]) == ("sklearn", experiment)
    assert [
        (part["name"], [each["name"] for each in part["fields"]]) for part in node["facets"]["schema"]["fields"]
    ] == [
        ("inputs", ["tenure", "spend"]),
        ("outputs", ["0"]),
    ]
    assert "hidden" not in str(runs)


def address(version: str) -> str:
    """The name that a logged model has by its own id."""
    return f"models:/{version}" if THREE else f"runs:/{version}"


def test_what_is_registered_when_it_is_logged_is_told_once(console, mlflow_run, tmp_path):
    runs = mlflow_run(
        """
        for C in (1, 2):
            with mlflow.start_run():
                log("model", registered_model_name="fraud")
        with mlflow.start_run():
            log("model", registered_model_name="spam")
        """,
        "default-names",
        "at_log.py",
    )
    store = f"mlflow://{tmp_path}/mlflow.db"
    fraud, spam = console.node(store, "models:/fraud"), console.node(store, "models:/spam")
    assert fraud["id"] != spam["id"]
    assert sorted(each["id"] for each in models(console, tmp_path.name)) == sorted([fraud["id"], spam["id"]])
    assert "mlflow/register_model" not in runs
    made = [each["outputs"][0] for each in runs["mlflow/log_model"]]
    assert [each["id"] for each in made] == [fraud["id"], fraud["id"], spam["id"]]
    assert len({each["version"] for each in made}) == 3
    assert (fraud["facets"]["lc_model"]["version"], spam["facets"]["lc_model"]["version"]) == ("2", "1")


def test_aliases_move(console, mlflow_run, tmp_path):
    runs = mlflow_run(
        """
        client = mlflow.MlflowClient()
        for version in ("1", "2"):
            with mlflow.start_run():
                log("model", registered_model_name="moving")
            client.set_registered_model_alias("moving", "champion", version)
        """,
        "aliases",
        "aliases.py",
    )
    first, second = (each["outputs"][0]["version"] for each in runs["mlflow/log_model"])
    said = [sorted(each["version"] for each in run["outputs"]) for run in runs["mlflow/set_registered_model_alias"]]
    assert said == [[first], sorted([first, second])]
    store = f"mlflow://{tmp_path}/mlflow.db"
    assert console.node(store, "models:/moving")["facets"]["lc_model"]["aliases"] == ["champion"]


def test_a_logged_name_of_two_registered_models_joins_nothing(console, mlflow_run, tmp_path):
    runs = mlflow_run(
        """
        import time

        def registered(name):
            with mlflow.start_run() as run:
                log("model")
            return mlflow.register_model(f"runs:/{run.info.run_id}/model", name)

        first, second = registered("hams"), registered("eggs")
        time.sleep(2)
        mlflow.sklearn.load_model("models:/hams/1")
        mlflow.sklearn.load_model("models:/eggs/1")
        """,
        "ambiguous",
        "ambiguous.py",
    )
    store = f"mlflow://{tmp_path}/mlflow.db"
    hams, eggs = console.node(store, "models:/hams"), console.node(store, "models:/eggs")
    assert hams["id"] != eggs["id"]
    assert [each["inputs"][0]["id"] for each in runs["mlflow/load_model"]] == [hams["id"], eggs["id"]]


def test_a_run_tells_parameters_metrics_data_and_models(console, mlflow_run, tmp_path):
    runs = mlflow_run(
        """
        with mlflow.start_run(run_name="nightly"):
            mlflow.log_params({"C": 0.5})
            mlflow.set_tag("team", "growth")
            source = mlflow.data.from_pandas(data, source="s3://shop/churn/train.csv", name="train")
            mlflow.log_input(source, context="training")
            mlflow.log_input(mlflow.data.from_pandas(data, name="frame"))
            log("churn_model")
            mlflow.log_metrics({"auc": 0.9, "loss": float("nan")})
        """,
        "told",
        "told.py",
    )
    (told,) = runs["mlflow/told"]
    assert told["state"] == "COMPLETE"
    assert told["facets"]["lc_metrics"]["auc"] == 0.9
    assert "loss" not in told["facets"]["lc_metrics"]
    parameters = told["facets"]["executionParameters"]["parameters"]
    assert [(each["key"], each["value"]) for each in parameters] == [("C", "0.5")]
    tags = {each["key"]: each["value"] for each in told["facets"]["tags"]["tags"]}
    assert (tags["mlflow.runName"], tags["team"]) == ("nightly", "growth")
    inputs = {(each["namespace"], each["name"]): each["version"] for each in told["inputs"]}
    assert inputs["s3://shop", "churn/train.csv"] is None
    assert inputs[f"inmemory://{tmp_path}/mlflow.db", "told/frame"]
    table = console.node("s3://shop", "churn/train.csv")
    assert (table["kind"], table["type"]) == ("dataset", "csv")
    assert [each["name"] for each in table["facets"]["schema"]["fields"]] == ["tenure", "spend"]
    (made,) = told["outputs"]
    assert (made["name"], made["version"]) == ("told/churn_model", runs["mlflow/log_model"][0]["outputs"][0]["version"])
    session = runs["workload/told.py"][0]["id"]
    assert told["facets"]["parent"]["run"]["runId"] == session


def test_a_run_that_fails_fails_with_the_users_own_error(console, run):
    code = (
        START.replace("EXPERIMENT", "failing")
        + """
with mlflow.start_run():
    try:
        mlflow.sklearn.load_model("models:/nothing/1")
    except mlflow.MlflowException as error:
        print("refused:", error.error_code)
    raise ValueError("the data is bad")
"""
    )
    done = run(code, name="failing.py", check=False)
    assert done.returncode == 1
    assert "refused: RESOURCE_DOES_NOT_EXIST" in done.stdout
    assert done.stderr.rstrip().endswith("ValueError: the data is bad")
    assert "lineage_capture" not in done.stderr
    runs = captured(console, "failing.py")
    assert [each["state"] for each in runs["mlflow/failing"]] == ["FAIL"]
    assert runs["mlflow/failing"][0]["facets"]["errorMessage"]["message"] == "ValueError"
    assert [each["state"] for each in runs["mlflow/load_model"]] == ["FAIL"]
    assert runs["workload/failing.py"][0]["state"] == "FAIL"


def test_a_run_that_only_the_end_of_the_program_ends_is_told(console, mlflow_run):
    runs = mlflow_run('mlflow.start_run()\nmlflow.log_metric("auc", 0.5)', "left-open", "open.py")
    (told,) = runs["mlflow/left-open"]
    assert (told["state"], told["facets"]["lc_metrics"]["auc"]) == ("COMPLETE", 0.5)


def test_artifacts_are_artifacts(console, mlflow_run, tmp_path):
    runs = mlflow_run(
        """
        import pathlib

        pathlib.Path("report.html").write_text("<p>")
        folder = pathlib.Path("plots")
        folder.mkdir()
        for name in ("roc.png", "loss.png"):
            (folder / name).write_text("")
        with mlflow.start_run() as run:
            mlflow.log_artifact("report.html")
            mlflow.log_artifact("report.html")
            mlflow.log_artifacts("plots", "figures")
            mlflow.log_text("notes", "notes/day.txt")
        mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/figures/roc.png")
        mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="figures")
        mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes/day.txt")
        mlflow.MlflowClient().download_artifacts(run.info.run_id, "report.html")
        """,
        "files",
        "files.py",
    )
    store = f"mlflow://{tmp_path}/mlflow.db"
    logged = {
        each["name"]: each
        for run in runs["mlflow/log_artifact"] + runs["mlflow/log_artifacts"]
        for each in run["outputs"]
    }
    assert sorted(logged) == [
        "files/figures/loss.png",
        "files/figures/roc.png",
        "files/notes/day.txt",
        "files/report.html",
    ]
    assert {each["kind"] for each in logged.values()} == {"artifact"}
    assert console.node(store, "files/figures/roc.png")["type"] == "image"
    read = [
        sorted((each["name"], each["version"]) for each in run["inputs"]) for run in runs["mlflow/download_artifacts"]
    ]
    assert read == [
        [(name, logged[name]["version"]) for name in names]
        for names in (
            ["files/figures/roc.png"],
            ["files/figures/loss.png", "files/figures/roc.png"],
            ["files/notes/day.txt"],
            ["files/report.html"],
        )
    ]
    assert len(runs["mlflow/log_artifact"]) == 2


def test_what_is_downloaded_of_a_model_is_the_model(console, mlflow_run, tmp_path):
    runs = mlflow_run(
        """
        with mlflow.start_run() as run:
            log("model", registered_model_name="fetched")
        mlflow.artifacts.download_artifacts("models:/fetched/1")
        mlflow.artifacts.download_artifacts("models:/fetched/1/MLmodel")
        mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/model")
        path = mlflow.artifacts.download_artifacts("models:/fetched/latest", dst_path="here")
        mlflow.sklearn.load_model(path)
        mlflow.sklearn.save_model(model, "saved", pip_requirements=["scikit-learn"])
        mlflow.sklearn.load_model("saved")
        mlflow.models.get_model_info("models:/fetched/1")
        """,
        "fetching",
        "fetched.py",
    )
    made = runs["mlflow/log_model"][0]["outputs"][0]
    read = [[(each["name"], each["version"]) for each in run["inputs"]] for run in runs["mlflow/download_artifacts"]]
    assert read == [[("models:/fetched", made["version"])]] * 4
    loads = [[(each["name"], each["version"]) for each in run["inputs"]] for run in runs["mlflow/load_model"]]
    assert loads == [[("models:/fetched", made["version"])], [(f"{tmp_path}/saved", None)]]
    assert console.node("file", f"{tmp_path}/saved")["kind"] == "model"


def test_autolog(console, mlflow_run):
    runs = mlflow_run(
        """
        mlflow.sklearn.autolog(log_models=True)
        LogisticRegression(C=0.25).fit(data, churned)
        """,
        "automatic",
        "autolog.py",
    )
    (told,) = runs["mlflow/automatic"]
    assert told["state"] == "COMPLETE"
    assert {each["key"]: each["value"] for each in told["facets"]["executionParameters"]["parameters"]}["C"] == "0.25"
    assert told["facets"]["lc_metrics"]["training_accuracy_score"] > 0.8
    assert [(each["kind"], each["name"]) for each in told["outputs"]] == [("model", "automatic/model")]
    assert [each["name"] for each in told["inputs"]] == ["automatic/dataset"]
    assert [each["outputs"][0]["name"] for each in runs["mlflow/log_model"]] == ["automatic/model"]


def test_threads_and_child_processes_belong_to_the_same_workload(console, mlflow_run):
    runs = mlflow_run(
        """
        import os, subprocess, sys, threading

        def work(name):
            client = mlflow.MlflowClient()
            run = client.create_run(mlflow.get_experiment_by_name("many").experiment_id)
            client.log_metric(run.info.run_id, "auc", 0.5)
            client.set_terminated(run.info.run_id)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
        [each.start() for each in threads]
        [each.join() for each in threads]
        with mlflow.start_run() as run:
            info = log("model", registered_model_name="shared")
        child = "import mlflow.sklearn, os; mlflow.sklearn.load_model('models:/shared/1');"
        child += "mlflow.register_model('runs:/' + os.environ['RUN'] + '/model', 'shared')"
        env = os.environ | {"MLFLOW_TRACKING_URI": "sqlite:///mlflow.db", "RUN": run.info.run_id}
        subprocess.run([sys.executable, "-c", child], check=True, env=env)
        """,
        "many",
        "many.py",
        LINEAGE_WORKLOAD_ID="job_many",
        LINEAGE_WORKLOAD_NAME="many.py",
    )
    assert [each["state"] for each in runs["mlflow/many"]] == ["COMPLETE"] * 4
    assert {each["facets"]["lc_metrics"]["auc"] for each in runs["mlflow/many"] if "lc_metrics" in each["facets"]} == {
        0.5
    }
    loaded, made = runs["mlflow/load_model"][0]["inputs"], runs["mlflow/log_model"][0]["outputs"]
    assert [each["version"] for each in loaded] == [each["version"] for each in made]
    registered = runs["mlflow/register_model"][0]["outputs"]
    assert [(each["id"], each["version"]) for each in registered] == [(each["id"], each["version"]) for each in made]
    facets = console.get(f"/api/models/{made[0]['id']}/")["facets"]
    assert (facets["lc_model"]["flavor"], facets["lc_model"]["version"]) == ("sklearn", "2")
    assert [each["name"] for each in facets["schema"]["fields"]] == ["inputs", "outputs"]


def test_whoever_calls_does_not_wait_until_spark_was_looked_for(monkeypatch):
    """MLflow tries to import it each time that it is asked for its registry."""
    monkeypatch.setattr(mlflow, "get_registry_uri", None)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://runs.example.com")
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    assert Store.of() == Store("http://runs.example.com", "http://runs.example.com")
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "http://models.example.com")
    assert Store.of() == Store("http://runs.example.com", "http://models.example.com")


@pytest.fixture
def server(tmp_path):
    """The address of a tracking server that keeps artifacts, too."""
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{tmp_path}/server.db", "--artifacts-destination", f"{tmp_path}/kept"]
    with (tmp_path / "server.log").open("w") as log:
        env = plain_environment()
        started = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=log, stderr=log, start_new_session=True)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
            break
        except OSError:
            assert started.poll() is None, (tmp_path / "server.log").read_text()[-2000:]
            time.sleep(0.1)
    yield f"127.0.0.1:{port}"
    # MLflow 2's server leaves its children behind.
    os.killpg(started.pid, signal.SIGTERM)
    started.wait(15)


def test_a_tracking_server_is_known_by_its_host(console, run, server):
    code = START.replace("EXPERIMENT", "served").replace("sqlite:///mlflow.db", f"http://me:secret@{server}")
    code += """
with mlflow.start_run():
    log("model", registered_model_name="served")
    mlflow.log_text("notes", "notes.txt")
mlflow.pyfunc.load_model("models:/served/1")
"""
    run(code, name="served.py")
    runs = captured(console, "served.py")
    store = f"mlflow://{server}"
    model = console.node(store, "models:/served")
    assert [each["id"] for each in runs["mlflow/load_model"][0]["inputs"]] == [model["id"]]
    assert console.node(store, "served/notes.txt")["kind"] == "artifact"
    assert model["facets"]["dataSource"]["uri"].startswith("mlflow-artifacts:/")
    assert "secret" not in str(runs) + str(model)
