import pytest

from tests.events import make_dataset, make_event, make_workload
from tests.pages import column, names, read, region, said, under


def make_model(name="model://churn", **facets):
    return make_dataset(name, "mlflow", **facets)


ARTIFACT = make_dataset("runs:/1/roc.png", "mlflow", lc_model={"artifact": True})


def test_list_tells_models_from_artifacts(as_alice, send):
    send(make_event(["a.csv"], [make_model(lc_model={"flavor": "sklearn"}), ARTIFACT]))
    page = read(as_alice.get("/models/?ordering=name"))
    types = dict(zip(names(page), column(page, "Type"), strict=True))
    assert types["churn"].split(" ")[0] == "Model"
    assert {each.split(" ")[0] for each in types.values()} == {"Model", "Artifact"}


def test_empty_list_links_what_a_test_event_brings(as_alice, cloud):
    page = read(as_alice.get("/models/?cloud=default"))
    form = page.select_one(".empty form")
    sent = {each["name"]: each["value"] for each in form.select("input[name=cloud], input[name=next]")}
    empty = read(as_alice.post(form["action"], sent, follow=True)).select_one(".empty")
    links = [each["href"] for each in empty.select("p a") if said(each) in ("Datasets", "Workloads")]
    assert [len(names(read(as_alice.get(link)))) for link in links] == [2, 1]


@pytest.mark.parametrize(("type", "expected"), [("model", ["churn"]), ("artifact", ["1/roc.png"])])
def test_type_filter(as_alice, send, type, expected):
    send(make_event(outputs=[make_model(), ARTIFACT]))
    assert names(read(as_alice.get(f"/models/?type={type}"))) == expected


def test_overview_shows_metrics_hyperparameters_and_workloads(as_alice, send):
    told = {"flavor": "sklearn", "metrics": {"auc": 0.91}, "hyperparameters": {"max_depth": 8}, "stage": "Production"}
    send(make_event(["churn.csv"], [make_model(lc_model=told)], facets=make_workload("train")))
    address = read(as_alice.get("/models/")).select_one("tbody a.name")["href"]
    page = read(as_alice.get(address))
    assert said(region(page, "Metrics").select_one("dl")) == "auc 0.91"
    assert said(region(page, "Hyperparameters").select_one("dl")) == "max_depth 8"
    assert "Production" in said(region(page, "Details"))
    assert "train" in said(under(region(page, "Related workloads"), "Upstream"))


def test_overview_shows_metrics_that_other_facets_say(as_alice, send):
    told = {"metrics": {"auc": 0.91, "model_info": {"hyperparameters": {"max_depth": 8}}}}
    send(make_event([], [make_model(lc_model={"metrics": {"f1": 0.8}}, lc_metrics={"loss": 0.1}, **told)]))
    page = read(as_alice.get(read(as_alice.get("/models/")).select_one("tbody a.name")["href"]))
    assert said(region(page, "Metrics").select_one("dl")) == "f1 0.8 loss 0.1 auc 0.91"
    assert said(region(page, "Hyperparameters").select_one("dl")) == "max_depth 8"


@pytest.mark.parametrize("items", [1, 30])
def test_list_queries_are_constant(as_alice, send, django_assert_num_queries, items):
    send(make_event(outputs=[make_model(f"model://m{number}") for number in range(items)]))
    with django_assert_num_queries(9):
        as_alice.get("/models/")
