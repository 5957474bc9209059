"""`train_churn_model`: Ray Train fits a model to one snapshot of the table, and MLflow registers it.

python -m train_churn_model 1
"""

import sys
import tempfile
from pathlib import Path

import mlflow
import mlflow.pytorch
import numpy
import pandas
import ray
import torch
from ray.train import Checkpoint, RunConfig, ScalingConfig, get_dataset_shard, report
from ray.train.torch import TorchTrainer

import churn


def network(features: int, hidden: int) -> torch.nn.Module:
    """The first layer brings columns as different as ages and prices to one scale."""
    layers = torch.nn.BatchNorm1d(features), torch.nn.Linear(features, hidden), torch.nn.ReLU()
    return torch.nn.Sequential(*layers, torch.nn.Linear(hidden, 1), torch.nn.Sigmoid())


def columns(batch: dict, features: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.stack([batch[name] for name in features], dim=1), batch["churn"]


def train(config: dict) -> None:
    """On each of Ray Train's workers (here one)."""
    torch.manual_seed(config["seed"])
    features, model = config["features"], network(len(config["features"]), config["hidden"])
    optimizer = torch.optim.Adam(model.parameters(), lr=config["learning_rate"])
    for epoch in range(1, config["epochs"] + 1):
        model.train()
        for batch in get_dataset_shard("train").iter_torch_batches(batch_size=config["batch_size"]):
            given, expected = columns(batch, features)
            loss = torch.nn.functional.binary_cross_entropy(model(given).squeeze(1), expected)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        save = epoch == config["epochs"]
        tell(model, {"epoch": epoch, "loss": loss.item(), **measured(model, features)}, save)


def measured(model: torch.nn.Module, features: list[str]) -> dict[str, float]:
    """Accuracy, and how many of those who leave were found, on customers that it was not trained with."""
    model.eval()
    right = leaving = found = rows = 0
    with torch.no_grad():
        for batch in get_dataset_shard("test").iter_torch_batches(batch_size=256):
            given, expected = columns(batch, features)
            said = (model(given).squeeze(1) > 0.5).float()
            rows, right = rows + len(said), right + int((said == expected).sum())
            leaving, found = leaving + int(expected.sum()), found + int((said * expected).sum())
    return {"accuracy": right / rows, "recall": found / max(leaving, 1)}


def tell(model: torch.nn.Module, metrics: dict[str, float], save: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        torch.save(model.state_dict(), Path(folder, "model.pt"))
        report(metrics, checkpoint=Checkpoint.from_directory(folder) if save else None)


def data_of(version: churn.Version):
    """(train, test) of the snapshot that the version's tag names, whatever was written since."""
    snapshot = churn.catalog().load_table(churn.TABLE).snapshot_by_name(version.name)
    if snapshot is None:
        sys.exit(f"{churn.TABLE} has no version {version.name}: run `python -m generate_customer_dataset` first.")
    rows = ray.data.read_iceberg(
        table_identifier=churn.TABLE,
        snapshot_id=snapshot.snapshot_id,
        catalog_kwargs=churn.CATALOG,
        override_num_blocks=2,
    )
    features = rows.map_batches(churn.with_features, fn_args=[version], batch_format="numpy")
    return features.train_test_split(0.25, shuffle=True, seed=version.seed)


def fit(version: churn.Version):
    """Ray Train's result."""
    train_rows, test_rows = data_of(version)
    trainer = TorchTrainer(
        train,
        train_loop_config={**version.hyperparameters, "features": version.features, "seed": version.seed},
        datasets={"train": train_rows, "test": test_rows},
        scaling_config=ScalingConfig(num_workers=1, resources_per_worker={"CPU": 0.5}),
        run_config=RunConfig(name=f"{churn.MODEL}-{version.name}", storage_path=str(churn.STORAGE / "models")),
    )
    return trainer.fit()


def register(version: churn.Version, result) -> str:
    """The model in MLflow, with what it was trained with and how well it does; gives its number in the registry."""
    model = network(len(version.features), version.hyperparameters["hidden"])
    with result.checkpoint.as_directory() as folder:
        model.load_state_dict(torch.load(Path(folder, "model.pt")))
    with mlflow.start_run(run_name=f"train {version.name}", tags={"release": version.name}):
        mlflow.log_params(version.hyperparameters)
        mlflow.log_metrics({name: result.metrics[name] for name in ("accuracy", "recall", "loss")})
        logged = log(model.eval(), version)
    number = str(logged.registered_model_version)
    mlflow.MlflowClient().set_registered_model_alias(churn.MODEL, version.alias, number)
    return number


def log(model: torch.nn.Module, version: churn.Version):
    """Registers it too. Its signature has the columns that it takes, each by its name."""
    sample = churn.with_features(churn.customers(numpy.arange(4), version), version)
    return mlflow.pytorch.log_model(
        model,
        name=churn.MODEL,
        registered_model_name=churn.MODEL,
        input_example=pandas.DataFrame({name: sample[name] for name in version.features}),
        serialization_format="pickle",
        pip_requirements=["mlflow", "torch", "pandas"],
    )


def experiment() -> None:
    """Where MLflow keeps runs and, in files, models."""
    mlflow.set_tracking_uri(churn.TRACKING)
    if mlflow.get_experiment_by_name("churn") is None:
        mlflow.create_experiment("churn", artifact_location=f"file://{churn.STORAGE}/mlflow")
    mlflow.set_experiment("churn")


def main(number: str) -> None:
    version = churn.VERSIONS[number]
    churn.start_ray()
    experiment()
    result = fit(version)
    registered = register(version, result)
    print(f"{churn.MODEL} {version.name}: registered as {registered}, accuracy {result.metrics['accuracy']:.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
