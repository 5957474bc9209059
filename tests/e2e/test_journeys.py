"""The ways a person goes through the console from end to end, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from clouds.keys import create_key
from clouds.models import Cloud
from tests.e2e.graph import Graph
from tests.events import make_event, make_workload, post, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def demo(send):
    for event in recorded("ray_iceberg_demo"):
        assert send(event).status_code == 201


@pytest.fixture
def crowd(send, organization, alice, client):
    """60 tables of Ana and Ben in two projects, a file, and a table in another cloud."""
    for number in range(60):
        facets = make_workload("load", ownerEmail=("ana", "ben")[number % 2] + "@example.com", projectName="sales")
        send(make_event([], [f"table-{number:02}.parquet"], facets=facets))
    send(make_event([], ["notes.csv"], facets=make_workload("notes", ownerEmail="ana@example.com")))
    other = Cloud.objects.create(organization=organization, name="west", lineage_enabled=True)
    assert post(client, make_event([], ["west.parquet"]), create_key(other, alice)[1]).status_code == 201


def names(page) -> list[str]:
    """The first column of the page's table."""
    return [each.strip() for each in page.locator("main tbody th a.name").all_text_contents()]


def where(page):
    return page.get_by_role("navigation", name="Breadcrumb")


def test_browse_datasets_with_filters(page, crowd):
    page.goto("/datasets/")
    expect(page.get_by_role("link", name="west.parquet")).to_be_visible()
    where(page).get_by_label("Cloud").select_option("default")
    page.wait_for_url("**cloud=default*")
    where(page).get_by_label("Project").select_option("sales")
    page.wait_for_url("**project=sales*")
    page.get_by_label("Type").select_option("parquet")
    page.wait_for_url("**type=parquet*")
    page.get_by_label("Created by").select_option("ana@example.com")
    page.wait_for_url("**created_by=ana*")
    page.get_by_role("searchbox", name="Search").fill("table")
    page.wait_for_url("**q=table*")
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    page.wait_for_url("**ordering=name*")
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**after=*")
    rest = [f"table-{number:02}.parquet" for number in range(50, 60, 2)]
    assert names(page) == rest
    for part in ("cloud=default", "project=sales", "type=parquet", "created_by=ana", "q=table", "ordering=name"):
        assert part in page.url
    page.reload()
    assert names(page) == rest
    expect(page.get_by_label("Created by")).to_have_value("ana@example.com")
    expect(where(page).get_by_label("Project")).to_have_value("sales")
    page.get_by_role("link", name="Previous").click()
    page.wait_for_url("**before=*")
    assert names(page)[0] == "table-00.parquet"


def test_back_leads_to_the_list_as_it_was_left(page, crowd):
    page.goto("/datasets/?cloud=default&type=parquet&ordering=name")
    page.get_by_role("link", name="table-07.parquet").click()
    page.get_by_role("navigation", name="Tabs").get_by_role("link", name="Lineage").click()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Datasets").click()
    assert "cloud=default" in page.url
    for _ in range(3):
        page.go_back()
    assert page.url.endswith("/datasets/?cloud=default&type=parquet&ordering=name")
    assert names(page)[0] == "table-00.parquet"


def test_inspect_a_model_and_expand_twice(page, demo):
    page.goto("/models/")
    page.get_by_role("link", name="churn_predictor").click()
    page.get_by_role("navigation", name="Tabs").get_by_role("link", name="Lineage").click()
    graph = Graph(page).wait(1)
    assert graph.names == {"train_churn_model", "churn_predictor", "deploy_churn_model"}
    graph.press("Expand upstream of train_churn_model")
    assert graph.names == {"customer_churn", "train_churn_model", "churn_predictor", "deploy_churn_model"}
    graph.press("Expand upstream of customer_churn")
    assert "generate_customer_dataset" in graph.names
    order = ["generate_customer_dataset", "customer_churn", "train_churn_model", "churn_predictor"]
    places = [graph.named(name)["position"]["x"] for name in order]
    assert places == sorted(set(places))
    graph.check_twin()


def test_a_related_workload_opens_in_a_new_tab_and_from_there_a_resource(page, demo):
    page.goto("/datasets/")
    page.get_by_role("link", name="customer_churn").click()
    related = page.get_by_role("region", name="Related workloads")
    link = related.get_by_role("link", name="train_churn_model")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")
    with page.context.expect_page() as opened:
        link.click()
    workload = opened.value
    expect(workload.get_by_role("heading", name="train_churn_model", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="customer_churn", level=1)).to_be_visible()

    workload.get_by_role("button", name="Related resources").click()
    dialog = workload.get_by_role("dialog", name="Related resources")
    expect(dialog.get_by_role("heading", name="Upstream")).to_be_visible()
    with workload.context.expect_page() as opened:
        dialog.get_by_role("link", name="churn_predictor").click()
    expect(opened.value.get_by_role("heading", name="churn_predictor", level=1)).to_be_visible()
    assert "/models/" in opened.value.url
    expect(dialog).to_be_visible()


def test_the_main_path_without_javascript(new_page, alice, cloud, demo):
    page = new_page(alice, java_script_enabled=False)
    page.goto("/datasets/")
    page.get_by_role("searchbox", name="Search").fill("churn")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="customer_churn").click()
    expect(page.get_by_role("region", name="Related workloads")).to_contain_text("train_churn_model")
    page.get_by_role("navigation", name="Tabs").get_by_role("link", name="Lineage").click()
    for name in ("train_churn_model", "churn_predictor", "deploy_churn_model"):
        page.get_by_role("button", name=f"Expand downstream of {name}", exact=True).click()
    table = page.get_by_role("table", name="Lineage table")
    expect(table.get_by_role("row")).to_have_count(7)
    page.get_by_role("button", name="Collapse train_churn_model", exact=True).click()
    expect(table.get_by_role("row")).to_have_count(4)
    page.get_by_role("navigation", name="Tabs").get_by_role("link", name="Versions").click()
    page.wait_for_url(lambda url: url.split("?")[0].endswith("/versions/"))


def test_the_workload_without_javascript(new_page, alice, demo):
    page = new_page(alice, java_script_enabled=False)
    page.goto("/workloads/?q=train_churn")
    page.get_by_role("link", name="train_churn_model").click()
    page.get_by_role("button", name="Related resources").click()
    dialog = page.get_by_role("dialog", name="Related resources")
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="churn_predictor").click()
    expect(opened.value.get_by_role("heading", name="churn_predictor", level=1)).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    page.get_by_role("navigation", name="Tabs").get_by_role("link", name="Runs").click()
    page.locator("main tbody a").first.click()
    expect(page.get_by_role("heading", name="Inputs and outputs")).to_be_visible()


def test_the_switch_and_the_theme_without_javascript(new_page, alice, cloud):
    page = new_page(alice, java_script_enabled=False)
    page.goto(f"/clouds/{cloud.pk}/settings/")
    section = page.get_by_role("region", name="Platform services")
    section.get_by_role("switch", name="Lineage tracking").click()
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("switch", name="Lineage tracking")).not_to_be_checked()
    page.get_by_label("Account and theme").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html[data-bs-theme=dark]")).to_have_count(1)
    page.get_by_label("Account and theme").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/datasets/")
    assert "/sign-in/" in page.url
    page.get_by_label("E-mail").fill(alice.email)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Datasets", level=1)).to_be_visible()
