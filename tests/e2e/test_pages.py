"""What pages do with JavaScript, and that they do without it."""

import pytest

from tests.events import make_dataset, make_event, make_workload

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sample(send):
    send(make_event(["raw.csv"], ["clean.parquet"], facets=make_workload("cleaning")))
    send(make_event(["clean.parquet"], [make_dataset("model://churn", "mlflow")], facets=make_workload("training")))


def test_browse_datasets_with_filters(sample, new_page, alice):
    page = new_page(alice)
    page.goto("/datasets/")
    rows = page.get_by_role("table", name="Datasets").get_by_role("row")
    assert rows.count() == 3
    page.get_by_role("searchbox", name="Search").fill("clean")
    page.wait_for_url("**/datasets/?q=clean*")
    assert page.get_by_role("link", name="raw.csv").count() == 0
    page.get_by_role("link", name="remove this filter").click()
    page.get_by_label("Created by").select_option("alice@example.org")
    page.wait_for_url("**/datasets/?created_by=alice*")
    page.get_by_role("navigation", name="Breadcrumb").get_by_label("Project").select_option("default")
    page.wait_for_url("**project=default*")
    assert "created_by=alice" in page.url
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    page.wait_for_url("**ordering=name*")
    assert page.locator("th[aria-sort=ascending]").inner_text() == "Name"


def test_back_and_forward_fill_the_filters_as_the_address_says(sample, new_page, alice):
    page = new_page(alice)
    page.goto("/datasets/")
    search, hidden = page.get_by_role("searchbox", name="Search"), page.get_by_label("Show hidden")
    search.fill("clean")
    page.wait_for_url("**/datasets/?q=clean")
    search.fill("raw")
    page.wait_for_url("**/datasets/?q=raw")
    hidden.check()
    page.wait_for_url("**/datasets/?q=raw&hidden=true")
    page.get_by_label("Type").select_option("csv")
    page.wait_for_url("**/datasets/?q=raw&type=csv&hidden=true")
    for _ in range(3):
        page.go_back()
    page.wait_for_url("**/datasets/?q=clean")
    assert (search.input_value(), hidden.is_checked(), page.get_by_label("Type").input_value()) == ("clean", False, "")
    for _ in range(3):
        page.go_forward()
    page.wait_for_url("**/datasets/?q=raw&type=csv&hidden=true")
    assert (search.input_value(), hidden.is_checked(), page.get_by_label("Type").input_value()) == ("raw", True, "csv")
    page.go_back()
    page.wait_for_url("**/datasets/?q=raw&hidden=true")
    page.get_by_label("Created by").select_option("alice@example.org")
    page.wait_for_url("**/datasets/?q=raw&created_by=alice%40example.org&hidden=true")


@pytest.mark.parametrize(
    ("path", "box", "text", "found"),
    [("/datasets/", "Search", "raw", "1 shown"), ("/events/", "Job or dataset", "job", "2 shown")],
)
def test_what_a_filter_found_is_told_aloud(sample, new_page, alice, path, box, text, found):
    page = new_page(alice)
    page.goto(path)
    told = page.locator("#told[role=status]")
    assert told.text_content() == ""
    region = told.element_handle()
    page.get_by_role("searchbox", name=box, exact=True).fill(text)
    told.get_by_text(found).wait_for(state="attached")
    page.get_by_role("searchbox", name=box, exact=True).fill("zebra")
    told.get_by_text("Nothing matches").wait_for(state="attached")
    assert region.evaluate("element => element.isConnected")


def test_related_workload_opens_in_a_new_tab(sample, new_page, alice):
    page = new_page(alice)
    page.goto("/models/")
    page.get_by_role("link", name="churn").click()
    related = page.get_by_role("region", name="Related workloads")
    assert related.get_by_role("heading", name="Upstream").is_visible()
    with page.context.expect_page() as opened:
        related.get_by_role("link", name="training").click()
    opened.value.wait_for_load_state()
    assert "/workloads/" in opened.value.url
    assert opened.value.get_by_role("heading", name="training", level=1).is_visible()


def test_related_resources_open_in_place_and_close(sample, new_page, alice):
    page = new_page(alice)
    page.goto("/workloads/")
    page.get_by_role("link", name="cleaning").click()
    page.get_by_role("button", name="Related resources").click()
    dialog = page.get_by_role("dialog", name="Related resources")
    assert dialog.get_by_role("heading", name="Downstream").is_visible()
    assert page.url.endswith("?related=1")
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    page.wait_for_url(lambda url: "related" not in url)
    page.goto(page.url + "?related=1")
    dialog.get_by_role("button", name="Close").click()
    dialog.wait_for(state="hidden")


def test_related_resources_without_javascript(sample, new_page, alice):
    page = new_page(alice, java_script_enabled=False)
    page.goto("/workloads/")
    page.get_by_role("link", name="cleaning").click()
    page.get_by_role("button", name="Related resources").click()
    dialog = page.get_by_role("dialog", name="Related resources")
    assert dialog.get_by_role("link", name="raw.csv").is_visible()
    dialog.get_by_role("button", name="Close").click()
    assert not dialog.is_visible()


def test_filters_without_javascript(sample, new_page, alice):
    page = new_page(alice, java_script_enabled=False)
    page.goto("/datasets/")
    page.get_by_label("Type").select_option("csv")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="raw.csv").wait_for()
    assert page.get_by_role("link", name="clean.parquet").count() == 0
    page.get_by_role("navigation", name="Breadcrumb").get_by_label("Cloud").select_option("default")
    page.get_by_role("button", name="Show").click()
    assert "cloud=default" in page.url


def test_theme_changes_at_once_and_stays(sample, new_page, alice):
    page = new_page(alice)
    page.goto("/datasets/")
    page.get_by_label("Account and theme").click()
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html[data-bs-theme=dark]").count() == 1
    page.reload()
    assert page.locator("html[data-bs-theme=dark]").count() == 1


def test_uri_is_copied(sample, new_page, alice):
    page = new_page(alice, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/datasets/?q=raw")
    page.get_by_role("button", name="Copy URI").click()
    page.get_by_role("status").get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "s3://bucket/raw.csv"


@pytest.mark.parametrize("path", ["/datasets/", "/models/", "/workloads/", "/search/?q=raw"])
def test_pages_fit_a_telephone(sample, new_page, alice, path):
    page = new_page(alice, screen={"width": 390, "height": 844})
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_navigation():
        page.locator("main a.name").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("script", [True, False])
def test_lists_are_sorted_on_a_telephone(sample, new_page, alice, script):
    page = new_page(alice, java_script_enabled=script)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/datasets/?q=a")
    sorts = page.locator("thead a")
    assert sorts.all_inner_texts() == ["Name", "Type", "Created at", "Created by"]
    for link in sorts.all():
        assert link.bounding_box()["height"] >= 24
    assert not page.get_by_text("URI", exact=True).is_visible()
    for expected in (["clean.parquet", "raw.csv"], ["raw.csv", "clean.parquet"]):
        with page.expect_navigation():
            page.locator("thead").get_by_role("link", name="Name").click()
        assert page.locator("tbody a.name").all_inner_texts() == expected
    assert "q=a" in page.url
