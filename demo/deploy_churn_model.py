"""`deploy_churn_model`: Ray Serve serves both versions at once, each under a route of its own, and asks both about the
same customers.

python -m deploy_churn_model           (--stay serves until Ctrl-C)
"""

import contextlib
import json
import signal
import sys
import urllib.request

import mlflow
import numpy
import pandas
from ray import serve

import churn

ASKED = 200


@serve.deployment(ray_actor_options={"num_cpus": 0.5})
class Predictor:
    """Takes a JSON array of customers, and answers how likely each is to leave, from 0 to 1."""

    def __init__(self, number: str):
        self.version = churn.VERSIONS[number]
        self.model = load(self.version)

    async def __call__(self, request) -> dict:
        customers = pandas.DataFrame(await request.json())
        return {"version": self.version.name, "churn": predicted(self.model, customers, self.version)}


def load(version: churn.Version):
    mlflow.set_tracking_uri(churn.TRACKING)
    return mlflow.pyfunc.load_model(f"models:/{churn.MODEL}@{version.alias}")


def predicted(model, customers: pandas.DataFrame, version: churn.Version) -> list[float]:
    customers["contract_months"] = churn.contract_months(customers["contract"])
    return model.predict(customers[version.features].astype("float32")).iloc[:, 0].tolist()


def try_models() -> None:
    """Here, before anything is served: a model that cannot be loaded or answers nonsense must not be deployed."""
    for version in churn.VERSIONS.values():
        sample = pandas.DataFrame(churn.customers(numpy.arange(10), version))
        if not all(0 <= chance <= 1 for chance in predicted(load(version), sample, version)):
            sys.exit(f"{churn.MODEL} {version.name} answers something else than chances: it is not deployed.")


def deploy() -> None:
    serve.start(http_options={"host": "127.0.0.1", "port": churn.SERVE_PORT})
    for number in churn.VERSIONS:
        serve.run(Predictor.bind(number), name=f"{churn.MODEL}_v{number}", route_prefix=f"/predict/v{number}")


def undeploy() -> None:
    for number in churn.VERSIONS:
        serve.delete(f"{churn.MODEL}_v{number}")
    serve.shutdown()


def ask(number: str, customers: list[dict]) -> numpy.ndarray:
    url = f"http://127.0.0.1:{churn.SERVE_PORT}/predict/v{number}"
    request = urllib.request.Request(url, json.dumps(customers).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return numpy.array(json.load(answer)["churn"])


def compare() -> None:
    """Customers whom neither model has seen: what each version says of them, and how often it is right."""
    made = churn.customers(numpy.arange(1_000_000, 1_000_000 + ASKED), churn.VERSIONS["2"])
    rows = pandas.DataFrame(made).to_dict("records")
    said = {number: ask(number, rows) for number in churn.VERSIONS}
    print(f"{'customer':>9} {'v1':>6} {'v2':>6}  leaves")
    for i in range(5):
        leaves = "yes" if made["churn"][i] else "no"
        print(f"{made['customer_id'][i]:>9} {said['1'][i]:>6.2f} {said['2'][i]:>6.2f}  {leaves}")
    for number, chances in said.items():
        right = ((chances > 0.5) == made["churn"]).mean()
        print(f"/predict/v{number} is right about {right:.1%} of {ASKED} customers")
    agree = ((said["1"] > 0.5) == (said["2"] > 0.5)).mean()
    print(f"both say the same of {agree:.1%}")


def stay() -> None:
    print(f"http://127.0.0.1:{churn.SERVE_PORT}/predict/v1 and /predict/v2 answer until Ctrl-C", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


def main(*arguments: str) -> None:
    churn.start_ray()
    try_models()
    deploy()
    compare()
    if "--stay" in arguments:
        stay()
    undeploy()


if __name__ == "__main__":
    main(*sys.argv[1:])
