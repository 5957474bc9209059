"""Weights & Biases, offline."""

from types import SimpleNamespace

import pytest
from lineage_capture import session
from lineage_capture.hooks.wandb import runs

pytest.importorskip("wandb")
pytestmark = pytest.mark.live


def test_artifacts_that_are_logged(console, run):
    done = run(
        """
        import pathlib
        import wandb

        pathlib.Path("model.pt").write_text("weights")
        pathlib.Path("report.html").write_text("<p>")
        with wandb.init(mode="offline", project="churn", config={"C": 0.5, "db": {"password": "very secret"}}) as run:
            run.log({"auc": 0.9})
            data = wandb.Artifact("customers", type="dataset")
            data.add_reference("https://ana:very-secret@shop.example.com/customers.csv", checksum=False)
            run.log_artifact(data)
            model = wandb.Artifact("churn-model", type="model")
            model.add_file("model.pt")
            run.log_artifact(model)
            run.log_artifact("report.html", name="report", type="report")
            try:
                run.use_artifact("customers:latest")
            except TypeError as error:
                print("refused:", error)
            print("digest", model.digest)
        """,
        name="weights.py",
        WANDB_BASE_URL="https://api.wandb.ai",
    )
    assert "refused: Cannot use artifact when in offline mode." in done.stdout
    told = console.runs(workload=console.every("/api/workloads/", q="weights.py")[0]["id"])
    logged = {
        each["outputs"][0]["name"]: each["outputs"][0] for each in told if each["operation"] == "wandb/log_artifact"
    }
    kinds = {name: each["kind"] for name, each in logged.items()}
    assert kinds == {"churn/customers": "dataset", "churn/churn-model": "model", "churn/report": "artifact"}
    assert {each["namespace"] for each in logged.values()} == {"wandb://wandb.ai"}
    assert f"digest {logged['churn/churn-model']['version']}" in done.stdout
    assert [each["state"] for each in told if each["operation"] == "wandb/use_artifact"] == ["FAIL"]
    model = console.node("wandb://wandb.ai", "churn/churn-model")["facets"]["lc_model"]
    assert (model["metrics"], model["hyperparameters"]) == ({"auc": 0.9}, {"C": "0.5"})
    source = console.node("wandb://wandb.ai", "churn/customers")["facets"]["dataSource"]
    assert source["uri"] == "https://shop.example.com/customers.csv"


class Used:
    """An artifact whose files W&B asks its server for."""

    name, type, digest, source_version, entity, project = "customers:v3", "dataset", "d1", "v3", "acme", "churn"
    asked = 0

    @property
    def manifest(self):
        self.asked += 1
        return SimpleNamespace(entries={})


def test_whoever_uses_an_artifact_does_not_wait_until_its_files_are_known(monkeypatch):
    class Run:
        _settings = SimpleNamespace(base_url="https://api.wandb.ai", entity="", project="")

        def _log_artifact(self):
            pass

        def use_artifact(self, artifact):
            return artifact

    events = []
    monkeypatch.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(session, "tell", events.append)
    runs(SimpleNamespace(Run=Run))
    used = Run().use_artifact(Used())
    assert used.asked == 0
    events[-1].late(events[-1])
    (told,) = events[-1].inputs
    assert (told.namespace, told.name, used.asked) == ("wandb://wandb.ai/acme", "churn/customers", 1)
