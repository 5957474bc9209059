"""One of each thing that is captured of MLflow, in the folder that it is started in. Recorded by tests/record.py."""

import mlflow
import mlflow.sklearn
import numpy
import pandas
from sklearn.linear_model import LogisticRegression

mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("churn")
data = pandas.DataFrame({"tenure": numpy.linspace(0, 1, 20), "spend": numpy.arange(20.0)})
churned = (data.tenure > 0.5).astype(int)


def train(C: float) -> str:
    with mlflow.start_run(run_name=f"C={C}") as run:
        mlflow.log_input(mlflow.data.from_pandas(data, source="s3://shop/churn/train.parquet"), context="training")
        model = LogisticRegression(C=C).fit(data, churned)
        mlflow.log_params({"C": C})
        mlflow.log_metric("accuracy", model.score(data, churned))
        mlflow.log_text("tried C", "notes.txt")
        mlflow.sklearn.log_model(
            model,
            artifact_path="churn_model",
            signature=mlflow.models.infer_signature(data, model.predict(data)),
            pip_requirements=["scikit-learn"],
            serialization_format="pickle",
        )
    return run.info.run_id


for C in (0.5, 1.0):
    mlflow.register_model(f"runs:/{train(C)}/churn_model", "churn_predictor")
mlflow.MlflowClient().set_registered_model_alias("churn_predictor", "champion", "2")
mlflow.sklearn.load_model("models:/churn_predictor/1")
mlflow.pyfunc.load_model("models:/churn_predictor@champion")
try:
    with mlflow.start_run(run_name="bad"):
        raise ValueError("the data is bad")
except ValueError:
    mlflow.artifacts.load_text(f"runs:/{mlflow.search_runs(output_format='list')[-1].info.run_id}/notes.txt")
