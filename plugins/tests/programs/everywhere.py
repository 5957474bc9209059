"""Reads a file of its own in each kind of process of Ray: driver, task, Train worker and, with a second argument that
names an application, its Serve replica. The first argument is the folder; a third says that a cluster is there."""

import sys
import tempfile
from pathlib import Path

import pandas
import ray
import torch
from ray import serve, train
from ray.train.torch import TorchTrainer

folder, application = Path(sys.argv[1]), sys.argv[2]
folder.mkdir(parents=True, exist_ok=True)


def read(who: str) -> None:
    path = folder / f"{who}.txt"
    path.write_text("one line\n")
    ray.data.read_text(str(path)).take(1)


def loop(config: dict) -> None:
    shard = train.get_dataset_shard("train")
    for epoch in range(config["epochs"]):
        assert sum(len(batch["x"]) for batch in shard.iter_torch_batches(batch_size=32)) == 64
        with tempfile.TemporaryDirectory() as kept:
            torch.save({"weight": epoch}, f"{kept}/model.pt")
            train.report({"loss": 1 / (epoch + 1)}, checkpoint=train.Checkpoint.from_directory(kept))
    read("train_worker")


def fit() -> str:
    pandas.DataFrame({"x": [float(number) for number in range(64)]}).to_parquet(f"{folder}/train.parquet")
    trainer = TorchTrainer(
        loop,
        train_loop_config={"epochs": 2, "lr": 0.1, "wandb_api_key": "very secret"},
        scaling_config=train.ScalingConfig(num_workers=1),
        run_config=train.RunConfig(name="churn", storage_path=f"{folder}/results"),
        datasets={"train": ray.data.read_parquet(f"{folder}/train.parquet")},
    )
    return trainer.fit().checkpoint.path


@serve.deployment(num_replicas=1, ray_actor_options={"num_cpus": 0.5})
class Predictor:
    def __init__(self, checkpoint: str):
        from ray.train import Checkpoint

        with Checkpoint(checkpoint).as_directory() as kept:
            self.weight = torch.load(f"{kept}/model.pt")["weight"]
        read("replica")

    def __call__(self) -> int:
        return self.weight


ray.init(**({} if len(sys.argv) > 3 else {"address": "local", "num_cpus": 6, "include_dashboard": False}))
read("driver")
ray.get(ray.remote(read).remote("task"))
checkpoint = fit()
if application != "none":
    handle = serve.run(Predictor.bind(checkpoint), name=application, route_prefix="/predict")
    assert handle.remote().result() == 1
    serve.delete(application)
    serve.shutdown()
