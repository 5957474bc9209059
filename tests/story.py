"""The story of a churn model: two snapshots of a table, two versions of a model, two routes of a service."""

from tests.events import facet, make_dataset, make_event, make_workload

RUNS = {
    (step, version): f"0198b000-0000-7000-8000-0000000000{number}{version}"
    for number, step in enumerate(("generate", "train", "deploy"), 1)
    for version in (1, 2)
}
SNAPSHOTS = {1: "5402876217734961731", 2: "7018523369045120448"}
COLUMNS = {1: ["customer_id", "tenure", "churned"], 2: ["customer_id", "tenure", "has_internet", "churned"]}
DEPTH, AUC = {1: 4, 2: 8}, {1: 0.81, 2: 0.87}
COMMIT = {1: "9f1c2d7aa01b", 2: "c0ffee123456"}
LAKE, REGISTRY = "s3://lake", "mlflow://registry"


def table(version: int, **beside) -> dict:
    return make_dataset(
        "customer_churn",
        LAKE,
        version=facet(datasetVersion=SNAPSHOTS[version]),
        schema=facet(fields=[{"name": name, "type": "long"} for name in COLUMNS[version]]),
        **beside,
    )


def model(version: int) -> dict:
    said = {"flavor": "sklearn", "metrics": {"auc": AUC[version]}, "hyperparameters": {"max_depth": DEPTH[version]}}
    if version == 2:
        said |= {"stage": "Production", "aliases": ["champion"]}
    kind = facet(datasetType="MODEL")
    return make_dataset(f"models:/churn_predictor/{version}", REGISTRY, datasetType=kind, lc_model=facet(**said))


def endpoint(version: int) -> dict:
    return make_dataset(f"deployment://churn/predict/v{version}", "ray-serve")


def workload(name: str, type: str = "job") -> dict:
    return make_workload(name, type, f"{name}_1", projectName="churn", pythonVersion="3.11.9", rayVersion="2.53.0")


def generate(version: int) -> list[dict]:
    counted = {"outputStatistics": facet(rowCount=500 * version, size=20480 * version)}
    facets, run = workload("generate_customer_dataset"), RUNS["generate", version]
    wrote = [table(version, outputFacets=counted)]
    return [
        make_event(run=run, facets=facets, type="START", at=f"2026-05-0{version}T01:00:00Z", job="generate"),
        make_event((), wrote, run=run, facets=facets, at=f"2026-05-0{version}T01:05:00Z", job="generate"),
    ]


def train(version: int) -> list[dict]:
    """The run names no snapshot: it read the newest."""
    facets = workload("train_churn_model") | {
        "executionParameters": facet(parameters=[{"key": "max_depth", "name": "max_depth", "value": DEPTH[version]}]),
        "lc_metrics": facet(auc=AUC[version]),
        "environmentVariables": facet(environmentVariables=[{"name": "SEED", "value": str(41 + version)}]),
    }
    code = {
        "sourceCodeLocation": facet(
            type="git", repoUrl="https://git.example.com/churn.git", path="train.py", version=COMMIT[version]
        )
    }
    read, run = [make_dataset("customer_churn", LAKE)], RUNS["train", version]
    said = {"run": run, "facets": facets, "job": "train", "job_facets": code}
    return [
        make_event(read, type="START", at=f"2026-05-0{version}T02:00:00Z", **said),
        make_event(read, [model(version)], at=f"2026-05-0{version}T02:30:00Z", **said),
    ]


def deploy(version: int) -> list[dict]:
    facets = workload("deploy_churn_model", "service")
    read = [make_dataset(f"models:/churn_predictor/{version}", REGISTRY)]
    said = {"run": RUNS["deploy", version], "facets": facets, "job": "deploy"}
    return [make_event(read, [endpoint(version)], type="RUNNING", at=f"2026-05-0{version}T03:00:00Z", **said)]


def story() -> list[dict]:
    """All events, in the order of their times."""
    return [event for version in (1, 2) for step in (generate, train, deploy) for event in step(version)]
