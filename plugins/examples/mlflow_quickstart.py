"""The MLflow quickstart: lineage of a model, with nothing in the code that speaks of lineage.

    MLFLOW_ALLOW_FILE_STORE=true ANYSCALE_ARTIFACT_STORAGE=/mnt/cluster_storage/artifacts python mlflow_quickstart.py

Today's MLflow opens a folder as a tracking store only where that variable allows it, and writes PyTorch models only
with an example of their input. Any folder or bucket will do for the artifacts.
"""

import os
import shutil

import mlflow
import ray
import torch
from torch import nn

# Ray initialization should happen before creating MLflow experiments and runs
ray.init(ignore_reinit_error=True)

EXPERIMENT_NAME = "doggos"
MODEL_REGISTRY = "/mnt/cluster_storage/mlflow/doggos"
ARTIFACT_LOCATION = f"{os.getenv('ANYSCALE_ARTIFACT_STORAGE')}/mlflow/doggos"

if os.path.isdir(MODEL_REGISTRY):
    shutil.rmtree(MODEL_REGISTRY)
os.makedirs(MODEL_REGISTRY, exist_ok=True)
mlflow.set_tracking_uri(f"file:{MODEL_REGISTRY}")
mlflow.create_experiment(EXPERIMENT_NAME, artifact_location=ARTIFACT_LOCATION)


class SimpleNet(nn.Module):
    def __init__(self, input_dim=10, hidden_dim=16, output_dim=1):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(input_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, output_dim))

    def forward(self, x):
        return self.net(x)


mlflow.set_experiment(experiment_name=EXPERIMENT_NAME)
with mlflow.start_run() as run:
    model = SimpleNet()
    artifact_path = "simple_pytorch_model"
    mlflow.pytorch.log_model(
        pytorch_model=model,
        artifact_path=artifact_path,
        input_example=torch.zeros(1, 10).numpy(),
    )
