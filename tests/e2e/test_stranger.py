"""A stranger's first use: find a model, say what trained it, export who depends on a dataset. Three ways."""

import csv
import io
from pathlib import Path

import pytest

from tests.e2e.graph import Graph
from tests.events import recorded

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
FOCUS = """() => { const at = document.activeElement;
    return (at.getAttribute('aria-label') || at.textContent || '').replace(/\\s+/g, ' ').trim(); }"""


@pytest.fixture(autouse=True)
def demo(send):
    for event in recorded("ray_iceberg_demo"):
        assert send(event).status_code == 201


def depends(download) -> set[str]:
    rows = csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig")))
    return {row["name"].rpartition("/")[2] for row in rows}


EXPECTED = {"train_churn_model", "churn_predictor", "deploy_churn_model"}


def test_by_mouse(page):
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Models").click()
    page.get_by_role("link", name="churn_predictor").click()
    page.get_by_role("navigation", name="Tabs").get_by_role("link", name="Lineage").click()
    graph = Graph(page).wait(1)
    graph.click("train_churn_model")
    page.locator("#lineage-details").get_by_text("Last runs").wait_for()

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Datasets").click()
    page.locator("main tbody").get_by_role("link", name="customer_churn", exact=True).click()
    page.get_by_role("navigation", name="Tabs").get_by_role("link", name="Impact").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert depends(download) >= EXPECTED


def tab_to(page, name: str) -> None:
    """Presses Tab until what has the focus is called so."""
    reached = []
    while len(reached) < 90:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUS))
        if reached[-1] == name:
            return
    raise AssertionError(f"Tab does not reach {name}, but {reached}")


def search(page, text: str) -> None:
    page.keyboard.press("Control+k")
    page.wait_for_function("() => document.activeElement?.matches('.console-search [data-search]')")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")


def test_by_keyboard_alone(page):
    page.goto("/")
    press = page.keyboard.press
    search(page, "churn_pred")
    tab_to(page, "churn_predictor")
    press("Enter")
    page.wait_for_url("**/models/**")
    tab_to(page, "Lineage")
    press("Enter")
    page.wait_for_url("**/lineage/**")
    graph = Graph(page).wait(1)
    tab_to(page, "Lineage of churn_predictor")
    press("Enter")
    press("ArrowLeft")
    status = page.locator("#lineage-status")
    assert status.text_content() == "train_churn_model, Job, Workload. 0 upstream and 1 downstream shown."
    press("Enter")
    page.locator("#lineage-details").get_by_text("Last runs").wait_for()
    press("Escape")
    # The same from the table, and back to where one was in it.
    tab_to(page, "Details of train_churn_model")
    press("Enter")
    assert page.evaluate("document.querySelector('#lineage-details').contains(document.activeElement)")
    press("Escape")
    assert page.evaluate(FOCUS) == "Details of train_churn_model"
    count = graph.drawn
    press("Shift+Tab")
    assert page.evaluate(FOCUS) == "Expand upstream of train_churn_model"
    press("Enter")
    graph.wait(count + 1)
    assert "customer_churn" in graph.names

    search(page, "customer_churn")
    tab_to(page, "customer_churn")
    press("Enter")
    page.wait_for_url("**/datasets/**")
    tab_to(page, "Impact")
    press("Enter")
    page.wait_for_url("**/impact/**")
    tab_to(page, "Download CSV")
    with page.expect_download() as download:
        press("Enter")
    assert depends(download) >= EXPECTED


def test_without_javascript(new_page, alice):
    page = new_page(alice, java_script_enabled=False)
    page.goto("/models/")
    page.get_by_role("searchbox", name="Search").fill("churn")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="churn_predictor").click()
    page.get_by_role("navigation", name="Tabs").get_by_role("link", name="Lineage").click()
    rows = page.locator("#lineage-table tbody tr")
    assert rows.filter(has_text="train_churn_model").filter(has_text="1 upstream").count() == 1
    page.get_by_role("link", name="Details of train_churn_model").click()
    assert page.get_by_role("heading", level=1).text_content().strip() == "train_churn_model"

    page.goto("/datasets/?q=customer_churn")
    page.locator("main tbody").get_by_role("link", name="customer_churn", exact=True).click()
    page.get_by_role("navigation", name="Tabs").get_by_role("link", name="Impact").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert depends(download) >= EXPECTED
