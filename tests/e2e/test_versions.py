"""From a service to the exact snapshot behind the model that it serves, and what differs between two versions."""

import pytest
from playwright.sync_api import expect

from lineage.models import Node
from tests import story

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def told(send):
    for event in story.story():
        assert send(event).status_code == 201


def test_from_a_service_to_the_data_and_back_to_what_differs(told, page):
    service = Node.objects.get(name="deployment://churn/predict/v1").pk
    page.goto(f"/workloads/{service}/")
    page.get_by_role("link", name="deploy_churn_model").first.click()
    opened = page.context.pages[-1]
    opened.get_by_role("link", name="Runs", exact=True).click()
    opened.get_by_role("table", name="Runs").get_by_role("row").last.get_by_role("link").first.click()
    opened.get_by_role("region", name="Inputs and outputs").get_by_role("link", name="1", exact=True).click()
    made = opened.get_by_role("region", name="Made from").first
    expect(made).to_contain_text(story.SNAPSHOTS[1])
    made.get_by_role("link", name=story.SNAPSHOTS[1]).click()
    expect(opened.get_by_role("region", name="Version", exact=True)).to_contain_text(story.SNAPSHOTS[1])
    expect(opened.get_by_role("region", name="Schema")).not_to_contain_text("has_internet")
    expect(opened.get_by_role("region", name="Services")).to_contain_text("churn/predict/v1")
    model = Node.objects.get(name="models:/churn_predictor").pk
    opened.goto(f"/models/{model}/versions/")
    opened.get_by_role("link", name="Compare 2 with 1").click()
    expect(opened.get_by_role("region", name="Hyperparameters").first).to_contain_text("max_depth")
    inputs = opened.get_by_role("region", name="Inputs, by version").first
    expect(inputs).to_contain_text(story.SNAPSHOTS[1])
    expect(inputs).to_contain_text(story.SNAPSHOTS[2])
    opened.set_viewport_size({"width": 390, "height": 844})
    table = opened.locator(".compare").first.bounding_box()
    assert table["x"] + table["width"] <= 390  # both sides, side by side


def test_the_graph_of_a_version_stays_its_own_when_it_is_opened_further(told, page):
    model = Node.objects.get(name="models:/churn_predictor").pk
    page.goto(f"/models/{model}/lineage/?version=1")
    page.wait_for_function("() => document.querySelector('#lineage-graph')?.dataset.ready > 0")
    page.get_by_role("button", name="Expand downstream of deploy_churn_model").click()
    table = page.get_by_role("table", name="Lineage table")
    expect(table).to_contain_text("churn/predict/v1")
    expect(table).not_to_contain_text("churn/predict/v2")
    page.get_by_role("link", name="Show everything").click()
    expect(page.locator(".past")).to_have_count(0)
