"""What a screen reader finds on each page, by role and accessible name."""

import re

import pytest
from playwright.sync_api import expect

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import facet, make_dataset, make_event, make_workload

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RESOURCES = ["Name", "Type", "URI", "Created at", "Created by"]
WORKLOADS = ["Name", "Type", "ID", "Project", "Last run", "Created by"]


@pytest.fixture
def story(send):
    """raw.csv -> cleaning (Job) -> clean.parquet -> training (Workspace) -> churn, a plot -> serving (Service)."""
    model = make_dataset("model://churn", "mlflow", lc_model=facet(flavor="sklearn"))
    plot = make_dataset("runs:/1/roc.png", "mlflow", lc_model=facet(artifact=True))
    versions = {"rayVersion": "2.53.0", "pythonVersion": "3.11.9", "osVersion": "Ubuntu 22.04"}
    known = versions | {"ownerEmail": "ana@example.com", "projectName": "sales", "clusterId": "ses_1"}
    send(make_event(["raw.csv"], ["clean.parquet"], facets=make_workload("cleaning", "job", "job_7", **known)))
    send(make_event(["clean.parquet"], [model, plot], facets=make_workload("training", "workspace", "ws_8")))
    send(make_event([model], facets=make_workload("serving", "service", "srv_9")))


def page_of(name: str) -> str:
    return Node.objects.get(name=name, canonical=None).get_absolute_url()


def headers(page) -> list[str]:
    return [text.strip() for text in page.get_by_role("columnheader").all_inner_texts()]


@pytest.mark.parametrize(
    ("section", "columns"), [("Datasets", RESOURCES), ("Models", RESOURCES), ("Workloads", WORKLOADS)]
)
def test_list(page, story, section, columns):
    page.goto(f"/{section.lower()}/")
    assert headers(page) == columns
    expect(page.get_by_role("table", name=section)).to_be_visible()
    expect(page.get_by_role("combobox", name="Created by")).to_be_visible()
    expect(page.get_by_role("combobox", name="Type")).to_be_visible()
    assert page.get_by_role("searchbox", name="Search").count() == 1
    where = page.get_by_role("navigation", name="Breadcrumb")
    expect(where.get_by_role("combobox", name="Cloud")).to_be_visible()
    expect(where.get_by_role("combobox", name="Project")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("row").nth(1).get_by_role("link").first).to_have_attribute(
        "href", re.compile(rf"^/{section.lower()}/\d+/$")
    )


def test_models_and_artifacts_are_told_apart_by_type(page, story):
    page.goto("/models/")
    rows = page.get_by_role("table", name="Models").get_by_role("row")
    expect(rows.filter(has_text="churn")).to_contain_text("Model")
    expect(rows.filter(has_text="roc.png")).to_contain_text("Artifact")
    page.get_by_role("combobox", name="Type").select_option(label="Model")
    page.wait_for_url("**type=*")
    expect(page.get_by_role("link", name="roc.png")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "up", "down"),
    [
        ("clean.parquet", ("cleaning", "Job"), ("training", "Workspace")),
        ("model://churn", None, ("serving", "Service")),
    ],
)
def test_related_workloads(page, story, name, up, down):
    page.goto(page_of(name))
    region = page.get_by_role("region", name="Related workloads")
    expect(region.get_by_role("heading", name="Upstream")).to_be_visible()
    expect(region.get_by_role("heading", name="Downstream")).to_be_visible()
    for workload, type in filter(None, (up, down)):
        link = region.get_by_role("link", name=re.compile(f"^{workload}"))
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener")
        expect(region.get_by_role("listitem").filter(has=page.get_by_text(workload))).to_contain_text(type)


def test_what_is_tracked_of_a_workload(page, story):
    page.goto(page_of("cleaning"))
    told = dict(
        zip(page.locator("main dt").all_inner_texts(), page.locator("main dd").all_inner_texts(), strict=True),
    )
    for label, value in {
        "Workload type": "Job",
        "Workload name": "cleaning",
        "Workload ID": "job_7",
        "Organization ID": "default",
        "Cloud ID": "default",
        "Project ID": "sales",
        "Owner email": "ana@example.com",
        "Ray version": "2.53.0",
        "Python version": "3.11.9",
        "Operating system version": "Ubuntu 22.04",
    }.items():
        assert value in told[label], label


def test_related_resources(page, story):
    page.goto(page_of("training"))
    page.get_by_role("button", name="Related resources").click()
    dialog = page.get_by_role("dialog", name="Related resources")
    expect(dialog.get_by_role("heading", name="Upstream")).to_be_visible()
    expect(dialog.get_by_role("heading", name="Downstream")).to_contain_text("2")
    for name in ("clean.parquet", "churn", "roc.png"):
        link = dialog.get_by_role("link", name=re.compile(re.escape(name))).first
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener")


def test_tabs_have_addresses(page, story):
    for name, tabs in [
        ("raw.csv", ["", "lineage/", "impact/", "versions/", "runs/", "events/"]),
        ("model://churn", ["", "lineage/", "impact/", "versions/", "runs/", "events/"]),
        ("training", ["", "lineage/", "impact/", "runs/", "events/"]),
    ]:
        for tab in tabs:
            page.goto(page_of(name) + tab)
            chosen = page.get_by_role("navigation", name="Tabs").locator("[aria-current=page]")
            expect(chosen).to_have_text(re.compile(tab.strip("/").capitalize() or "Overview"))


def test_lineage(page, story):
    graph = Graph(page).open(page_of("clean.parquet") + "lineage/")
    assert graph.names == {"cleaning", "clean.parquet", "training"}
    assert page.evaluate("window.lineageGraph.nodes().length") == 3
    assert page.evaluate("document.querySelector('#lineage-graph').contains(lineageGraph.container())")
    table = page.get_by_role("table", name="Lineage table")
    expect(table.get_by_role("button", name="Expand upstream of cleaning", exact=True)).to_be_visible()
    expect(table.get_by_role("button", name="Collapse clean.parquet", exact=True)).to_be_visible()
    graph.press("Expand downstream of training")
    expect(table.get_by_role("button", name="Collapse training", exact=True)).to_be_visible()


def test_the_switch(page, story, cloud):
    page.goto(f"/clouds/{cloud.pk}/settings/")
    section = page.get_by_role("region", name="Platform services")
    expect(section.get_by_role("switch", name="Lineage tracking")).to_be_checked()
