import pytest

from clouds.models import Cloud
from tests import story
from tests.events import facet, make_dataset, make_dataset_event, make_event
from tests.pages import column, read, region, said

NONE = "\N{EN DASH}"


@pytest.fixture
def told(send):
    for event in story.story():
        assert send(event).status_code == 201


def first(client, kind: str, name: str) -> str:
    (row,) = client.get(f"/api/{kind}/?q={name}").json()["results"]
    return f"/{kind}/{row['id']}/"


def version_page(client, kind: str, name: str, label: str):
    page = read(client.get(first(client, kind, name) + "versions/"))
    return read(client.get(page.find("a", string=label)["href"]))


def test_versions_have_rows_size_columns_and_makers(as_alice, told):
    page = read(as_alice.get(first(as_alice, "datasets", "customer_churn") + "versions/"))
    assert [cell.split(" ")[0] for cell in column(region(page, "Versions"), "Version")] == [
        story.SNAPSHOTS[2],
        story.SNAPSHOTS[1],
    ]
    assert column(region(page, "Versions"), "Rows") == ["1,000", "500"]
    assert column(region(page, "Versions"), "Size") == ["40.0 KB", "20.0 KB"]
    assert [cell.split(" ")[:2] for cell in column(region(page, "Versions"), "Columns")] == [["4", "+1"], ["3"]]
    assert column(region(page, "Versions"), "Made by")[0].startswith("generate_customer_dataset")
    assert [each["aria-label"] for each in region(page, "Over versions").select("svg")] == ["Rows", "Size"]


def test_each_successful_write_without_a_name_is_a_version(as_alice, send):
    for hour, type in ((1, "COMPLETE"), (2, "FAIL"), (3, "COMPLETE")):
        send(make_event((), ["out"], type=type, at=f"2026-05-01T0{hour}:00:00Z"))
    page = read(as_alice.get(first(as_alice, "datasets", "out") + "versions/"))
    assert [cell[:19] for cell in column(region(page, "Versions"), "Version")] == [
        "2026-05-01 03:00:00",
        "2026-05-01 01:00:00",
    ]


def test_a_version_of_a_dataset_event_is_listed(as_alice, send):
    send(make_dataset_event(make_dataset("d", version={"datasetVersion": "1"})))
    page = read(as_alice.get(first(as_alice, "datasets", "d") + "versions/"))
    assert column(region(page, "Versions"), "Version")[0].startswith("1")
    assert column(region(page, "Versions"), "Made by") == [NONE]


def test_a_dataset_without_versions_says_when_there_will_be_one(as_alice, send):
    send(make_event(["never-written"]))
    page = read(as_alice.get(first(as_alice, "datasets", "never-written") + "versions/"))
    assert "No versions yet" in said(page)


def test_metrics_and_hyperparameters_stand_side_by_side(as_alice, told):
    page = read(as_alice.get(first(as_alice, "models", "churn_predictor") + "versions/"))
    assert column(region(page, "Versions"), "Stage and aliases") == ["Production, champion", NONE]
    rows = {
        said(row.th): [said(cell) for cell in row.select("td")] for row in region(page, "Side by side").select("tr")
    }
    assert rows["auc"] == ["0.87", "0.81"]
    assert rows["max_depth"] == ["8", "4"]


@pytest.mark.parametrize("version", [1, 2])
def test_a_model_version_leads_to_its_data_and_its_service(as_alice, told, version):
    page = version_page(as_alice, "models", "churn_predictor", str(version))
    assert "train_churn_model" in said(region(page, "Version"))
    assert column(region(page, "Made from"), "Name") == ["customer_churn"]
    assert column(region(page, "Made from"), "Version") == [story.SNAPSHOTS[version]]
    services = [said(each) for each in region(page, "Services").select("a.name")]
    assert f"churn/predict/v{version}" in services
    assert f"churn/predict/v{3 - version}" not in services


def test_a_snapshot_leads_to_what_was_made_of_it(as_alice, told):
    page = version_page(as_alice, "datasets", "customer_churn", story.SNAPSHOTS[1])
    used = region(page, "Used by")
    assert next(zip(column(used, "Version"), column(used, "Runs away"), strict=True)) == ("1", "1")
    assert "2" not in column(used, "Version")


def test_seed_events_without_a_version_facet_name_their_version_in_custom(as_alice, send):
    custom = facet(metadata={"name": "customer_churn", "version": "1.0.0", "rows": 500})
    send(make_event((), [make_dataset("iceberg://customer_churn", "demo", custom=custom)]))
    page = read(as_alice.get(first(as_alice, "datasets", "customer_churn") + "versions/"))
    assert column(region(page, "Versions"), "Version")[0].startswith("1.0.0")
    assert column(region(page, "Versions"), "Rows") == ["500"]


def test_a_version_of_another_node_is_not_there(as_alice, told):
    dataset, model = first(as_alice, "datasets", "customer_churn"), first(as_alice, "models", "churn_predictor")
    href = read(as_alice.get(dataset + "versions/")).find("a", string=story.SNAPSHOTS[1])["href"]
    assert as_alice.get(model + "versions/" + href.rsplit("versions/")[1]).status_code == 404


def test_versions_of_a_private_cloud_are_absent(as_bob, told):
    path = read(as_bob.get(first(as_bob, "datasets", "customer_churn") + "versions/")).find(
        "a", string=story.SNAPSHOTS[1]
    )
    assert as_bob.get(path["href"]).status_code == 200
    Cloud.objects.update(private=True)
    assert as_bob.get(path["href"]).status_code == 404


def test_a_workload_has_a_version_for_each_commit(as_alice, told):
    page = read(as_alice.get(first(as_alice, "workloads", "train_churn") + "versions/"))
    assert [cell.split(" ")[0] for cell in column(page, "Code version")] == ["c0ffee123456", "9f1c2d7aa01b"]
    assert column(page, "Runs") == ["1", "1"]
    link = page.select_one("td a[href*=compare]")
    assert read(as_alice.get(link["href"])).h1.text == "Compare runs"


@pytest.mark.parametrize("number", [2, 30])
def test_statements_do_not_grow_with_the_versions(as_alice, send, number, django_assert_num_queries):
    for each in range(number):
        table = make_dataset("table", version={"datasetVersion": str(each)}, schema=facet(fields=[{"name": "a"}]))
        send(make_event(["raw"], [table], at=f"2026-05-01T12:{each:02}:00Z"))
    path = first(as_alice, "datasets", "table") + "versions/"
    as_alice.get(path)
    with django_assert_num_queries(16):
        read(as_alice.get(path))
