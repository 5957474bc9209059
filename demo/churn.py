"""What the programs of the story share: where things are, what a customer is, and what the two versions differ in."""

import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

STORAGE = Path(os.environ.get("DEMO_STORAGE") or Path(__file__).with_name("storage")).resolve()
TABLE = "ray_iceberg_demo.customer_churn"
MODEL = "churn_predictor"
TRACKING = f"sqlite:///{STORAGE}/mlflow.db"
SERVE_PORT = int(os.environ.get("DEMO_SERVE_PORT") or 8010)
CATALOG = {
    "name": "demo",
    "type": "sql",
    "uri": f"sqlite:///{STORAGE}/iceberg_catalog.db",
    "warehouse": f"file://{STORAGE}/iceberg_warehouse",
}
CONTRACT_MONTHS = {"month-to-month": 1, "one year": 12, "two years": 24}
FEATURES = ["age", "tenure", "contract_months", "monthly_charges", "support_calls"]


@dataclass(frozen=True)
class Version:
    """`noise` is how much chance there is in who leaves, from 0 (none) on; the second version's customers were asked
    how satisfied they are, which is a column more."""

    name: str
    rows: int
    seed: int
    noise: float
    asked: bool
    hyperparameters: dict[str, float]

    @property
    def features(self) -> list[str]:
        return [*FEATURES, "satisfaction"] if self.asked else FEATURES

    @property
    def alias(self) -> str:
        """In MLflow's registry, which has numbers of its own."""
        return f"release-{self.name[1]}"


VERSIONS = {
    "1": Version("v1.0.0", 2000, 42, 1.5, False, {"hidden": 4, "learning_rate": 0.01, "epochs": 2, "batch_size": 64}),
    "2": Version("v2.0.0", 3000, 43, 0.5, True, {"hidden": 16, "learning_rate": 0.03, "epochs": 4, "batch_size": 64}),
}


def customers(ids: np.ndarray, version: Version) -> dict[str, np.ndarray]:
    """Columns of as many customers as there are `ids`: the same for the same ids and version."""
    chance = np.random.default_rng([version.seed, int(ids[0])])
    count = len(ids)
    made = {
        "customer_id": ids.astype(np.int64),
        "age": chance.integers(18, 90, count),
        "tenure": chance.integers(0, 72, count),
        "contract": chance.choice(list(CONTRACT_MONTHS), count, p=[0.5, 0.3, 0.2]),
        "monthly_charges": chance.uniform(20, 120, count).round(2),
        "support_calls": chance.poisson(1.5, count),
    }
    satisfaction = chance.uniform(1, 5, count).round(1)
    if version.asked:
        made["satisfaction"] = satisfaction
    made["churn"] = leaves(made, satisfaction, chance.normal(0, version.noise, count))
    return made


def leaves(of: dict[str, np.ndarray], satisfaction: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """1 for a customer who leaves, else 0."""
    months = contract_months(of["contract"])
    score = 0.02 * of["monthly_charges"] + 0.5 * of["support_calls"] - 0.03 * of["tenure"] - 0.06 * months
    return (score - 1.2 * (satisfaction - 3) + noise > 0).astype(np.int64)


def contract_months(contracts: np.ndarray) -> np.ndarray:
    return np.array([CONTRACT_MONTHS[each] for each in contracts])


def with_features(batch: dict[str, np.ndarray], version: Version) -> dict[str, np.ndarray]:
    """Rows of the table as what a model takes: numbers only."""
    batch = batch | {"contract_months": contract_months(batch["contract"])}
    return {name: batch[name].astype(np.float32) for name in [*version.features, "churn"]}


def catalog():
    """Iceberg's, an SQLite file."""
    from pyiceberg.catalog import load_catalog

    STORAGE.mkdir(parents=True, exist_ok=True)
    return load_catalog(**CATALOG)


def start_ray() -> None:
    """A cluster of this program's own, with two CPUs whatever the machine has."""
    import ray

    logging.getLogger("ray").setLevel(logging.WARNING)
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=200 * 2**20)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False


def step(program: str, *arguments: str) -> None:
    """Runs one of the programs here; where it fails, this one ends with its status."""
    done = subprocess.run([sys.executable, "-m", program, *arguments], cwd=Path(__file__).parent)
    if done.returncode:
        sys.exit(done.returncode)
