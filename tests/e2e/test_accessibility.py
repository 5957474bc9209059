"""No page breaks a rule of WCAG 2.2 A or AA that axe-core can tell, in either theme, wide or narrow."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from catalogue.annotations import Said, change
from catalogue.models import SavedView
from clouds.keys import create_key
from clouds.models import Project
from ingestion.models import RawEvent
from lineage.models import Node, Run, Version
from lineage.retract import hide
from tests import story
from tests.e2e.graph import READY
from tests.events import facet, make_dataset, make_event, make_workload

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
WIDTHS = (1360, 390)
THEMES = ("light", "dark")


@pytest.fixture
def sample(send, cloud, bob):
    """Names of 200 letters, nested columns, a failed run, keys and members."""
    fields = [{"name": "a", "type": "int"}, {"name": "s", "type": "struct", "fields": [{"name": "x", "type": "text"}]}]
    table = make_dataset("l" * 200, schema=facet(fields=fields), documentation=facet(description="Orders."))
    model = make_dataset("model://churn", "mlflow", lc_model=facet(flavor="sklearn", metrics={"auc": 0.9}))
    send(make_event(["raw.csv"], [table], facets=make_workload("w" * 200, owner="ana@example.com")))
    send(make_event([table], [model], facets=make_workload("train", "service"), type="FAIL"))
    send(make_event([model], [f"scores-{number}" for number in range(10)], job="score"))
    create_key(cloud, bob)


def faults(page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    return [f"{page.url} {each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


def check(page, addresses, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            page.goto(address)
            if "/lineage/?x=" in address:
                page.wait_for_function(READY, arg=1)
            if "&sel=" in address:
                page.locator("#lineage-details h2").first.wait_for()
            found += faults(page)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{page.url} is wider than {width} pixels")
    assert found == []


@pytest.mark.parametrize("theme", THEMES)
def test_lists_and_details_are_accessible(sample, page, theme):
    model = Node.objects.get(name="model://churn").pk
    dataset = Node.objects.get(name__startswith="lll").pk
    workload = Node.objects.get(name="train").pk
    run = Run.objects.filter(state="FAIL").get().uuid
    addresses = [
        "/datasets/",
        "/models/",
        "/workloads/?type=service&q=train",
        "/datasets/?q=nothing",
        "/search/?q=r",
        "/search/?q=raw",
    ]
    tabs = ("", "lineage/", "impact/", "columns/", "columns/?column=id", "versions/")
    addresses += [f"/datasets/{dataset}/{tab}" for tab in tabs]
    addresses += [f"/models/{model}/", f"/models/{model}/lineage/?x=up:{model}:8,down:{model}:8"]
    addresses += [f"/workloads/{workload}/{tab}" for tab in ("", "?related=1", "lineage/", "runs/")] + [f"/runs/{run}/"]
    check(page, addresses, theme)


@pytest.mark.parametrize("theme", THEMES)
def test_events_and_panels_are_accessible(sample, page, send, theme):
    send({"nonsense": 1})
    model, workload = Node.objects.get(name="model://churn").pk, Node.objects.get(name="train").pk
    event = RawEvent.objects.order_by("pk").values_list("pk", flat=True)[0]
    addresses = [
        "/events/",
        f"/events/{event}/",
        "/events/rejected/",
        "/events/producers/",
        "/welcome/",
        f"/workloads/{workload}/events/",
        f"/workloads/{workload}/impact/",
    ]
    addresses += [
        f"/models/{model}/lineage/?x=up:{model}:8&sel={chosen}" for chosen in (model, f"{workload}-Produced-{model}")
    ]
    addresses += [f"/graph/edges/{workload}/Produced/{model}/"]
    check(page, addresses, theme)


@pytest.fixture
def described(sample, alice, cloud):
    """A dataset that people said much of."""
    dataset = Node.objects.get(name__startswith="lll")
    said = Said("Orders.\n\nSee https://example.org", ["ana@example.com"], ["gold", "t" * 100], {"f" * 200: ["pii"]})
    change(dataset, Project.objects.get(name="tests"), said, alice)
    return dataset


@pytest.mark.parametrize("theme", THEMES)
def test_pages_of_care_are_accessible(described, alice, cloud, send, page, theme):
    node = f"/nodes/{described.pk}/"
    hide(described, [cloud])
    send(make_event(["RAW.csv"], job="again"))
    kept = {"path": "/datasets/?q=" + "x" * 200, "name": "n" * 100, "shared": True}
    view = SavedView.objects.create(organization=cloud.organization, owner=alice, **kept)
    addresses = [
        f"/datasets/{described.pk}/",
        "/datasets/?hidden=true",
        node + "delete/",
        "/organization/changes/?what=describe",
        "/aliases/",
        "/activity/",
        "/views/",
        f"/views/{view.pk}/",
        "/datasets/?tag=gold",
        "/search/?q=ana@",
        node + "edit/",
        node + "history/",
    ]
    check(page, addresses, theme)


@pytest.mark.parametrize("theme", THEMES)
def test_settings_are_accessible(sample, page, cloud, theme):
    settings = f"/clouds/{cloud.pk}/settings/"
    addresses = [
        "/clouds/",
        f"/clouds/{cloud.pk}/",
        "/organization/",
        "/help/",
        "/api/docs/#runs_list",
    ]
    addresses += [settings + part for part in ("", "general/", "members/", "keys/", "lineage/?enabled=0")]
    check(page, addresses, theme)


@pytest.mark.parametrize("theme", THEMES)
def test_the_first_pages_are_accessible(new_page, alice, cloud, theme):
    check(new_page(), ["/sign-in/"], theme)
    check(new_page(alice), ["/datasets/", "/models/", "/workloads/", "/welcome/", "/events/producers/"], theme)


@pytest.mark.parametrize("theme", THEMES)
def test_the_locked_switch_is_accessible(new_page, bob, cloud, theme):
    check(new_page(bob), [f"/clouds/{cloud.pk}/settings/", "/organization/"], theme)


@pytest.mark.parametrize("theme", THEMES)
def test_the_pages_of_errors_are_accessible(page, cloud, theme):
    check(page, ["/datasets/999999/"], theme)
    page.faults.clear()  # the browser's own line about the 404


@pytest.mark.parametrize("theme", THEMES)
def test_runs_and_versions_are_accessible(page, send, theme):
    for event in story.story():
        send(event)
    model, table = (Node.objects.get(name=name).pk for name in ("models:/churn_predictor", "customer_churn"))
    workload = Node.objects.get(name="train_churn_model").pk
    made = Version.objects.get(node=model, label="2").pk
    pair = "a={}&b={}".format(*(story.RUNS["train", version] for version in (1, 2)))
    addresses = [f"/models/{model}/{tab}" for tab in ("versions/", "runs/", f"versions/{made}/", "lineage/?version=2")]
    addresses += [f"/datasets/{table}/{tab}" for tab in ("versions/", "runs/", "?as_of=2026-05-01T12:00:00Z")]
    addresses += [
        f"/workloads/{workload}/versions/",
        f"/runs/{story.RUNS['train', 2]}/",
        f"/runs/compare/?{pair}&all=1",
    ]
    check(page, addresses, theme)
