import pytest

from lineage.models import Node
from lineage.sections import SECTIONS, TABS
from tests.events import facet, make_dataset, make_event
from tests.pages import read, region, said

RUN = "0196a3f0-0000-7000-8000-000000000009"


def test_search_looks_through_every_section(as_alice, send):
    send(make_event(["churn.csv"], [make_dataset("model://churn", "mlflow")], job="churn-training"))
    page = read(as_alice.get("/search/?q=churn"))
    assert [said(each.h2) for each in page.select("main section")] == ["Datasets", "Models", "Workloads"]
    assert "Nothing found" in said(read(as_alice.get("/search/?q=zebra")))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_is_kept_and_drawn_by_the_server(as_alice, cloud, theme):
    answer = as_alice.post("/theme/", {"theme": theme, "next": "/models/"})
    assert answer.url == "/models/"
    assert read(as_alice.get("/datasets/")).html["data-bs-theme"] == theme


def test_theme_leads_nowhere_else(as_alice, cloud):
    assert as_alice.post("/theme/", {"theme": "dark", "next": "https://evil.example"}).url == "/"


def test_breadcrumb_offers_clouds_and_projects(as_alice, send):
    send(make_event(["a"], namespace="research"))
    page = read(as_alice.get("/datasets/?cloud=default&q=a&after=x"))
    form = region(page, "Breadcrumb").form
    assert form["action"] == "/datasets/"
    assert [said(each) for each in form.select("[aria-label=Cloud] option")] == ["All clouds", "default"]
    assert [said(each) for each in form.select("[aria-label=Project] option")] == ["All projects", "research"]
    assert {each["name"]: each["value"] for each in form.select("input")} == {"q": "a"}
    assert form.select_one("option[selected]")["value"] == "default"


def test_breadcrumb_offers_two_hundred_projects_and_says_that_there_are_more(as_alice, send):
    send([make_event(["a"], namespace=f"p{number}") for number in range(200, 401)], "/api/v1/lineage/batch")
    options = region(read(as_alice.get("/datasets/?project=p400")), "Breadcrumb").select("[aria-label=Project] option")
    offered = ["All projects", *(f"p{number}" for number in range(200, 400)), "p400", "… and more"]
    assert [said(each) for each in options] == offered
    assert [said(each) for each in options if each.has_attr("selected")] == ["p400"]
    assert [said(each) for each in options if each.has_attr("disabled")] == ["… and more"]


def test_navigation_keeps_the_chosen_cloud(as_alice, send):
    send(make_event(["a"]))
    page = read(as_alice.get("/datasets/?cloud=default"))
    links = {said(each): each["href"] for each in region(page, "Main").select("a")}
    assert links["Models"] == "/models/?cloud=default"


@pytest.mark.parametrize("path", ["/datasets/", "/models/", "/workloads/", "/search/", f"/runs/{RUN}/"])
def test_pages_ask_to_sign_in(client, db, path):
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("path", ["/datasets/", "/models/", "/workloads/", "/search/"])
def test_pages_are_not_there_while_lineage_is_off(as_alice, organization, path):
    organization.lineage_enabled = False
    organization.save()
    page = read(as_alice.get(path), 404)
    assert not page.find("a", string="Datasets")


def test_every_tab_has_a_title_of_its_own(as_alice, send, cloud):
    fields = facet(fields=[{"name": "plan", "type": "string"}])
    send(make_event([make_dataset("raw.csv", schema=fields)], job="train"))
    for node in Node.objects.all():
        tabs = [f"{name}/" for name in SECTIONS[node.page].tabs if name != "overview"]
        address = f"/{node.page}/{node.pk}/"
        titles = [title(as_alice, address + tab) for tab in ("", *tabs)]
        label = node.label
        words = [TABS[name][0] for name in SECTIONS[node.page].tabs]
        assert titles == [f"{word} · {label} · Lineage Console" for word in words]
        for page in ("edit", "history", "delete"):
            titles.append(title(as_alice, f"/nodes/{node.pk}/{page}/"))
        assert len(set(titles)) == len(titles)
    dataset = Node.objects.get(name="raw.csv")
    one = title(as_alice, f"/datasets/{dataset.pk}/columns/?column=plan")
    assert one == "plan · Columns · raw.csv · Lineage Console"


def test_every_page_of_a_clouds_settings_has_a_title_of_its_own(as_alice, cloud):
    pages = ["general/", "", "members/", "keys/", "lineage/?enabled=0"]
    titles = [title(as_alice, f"/clouds/{cloud.pk}/settings/{page}") for page in pages]
    assert titles[2] == "Members · Settings of default · Lineage Console"
    assert len(set(titles)) == len(titles)


def title(client, address: str) -> str:
    return said(read(client.get(address)).title)


def test_pages_hold_nothing_inline(as_alice, send):
    send(make_event(["a"], ["b"], run=RUN))
    for path in ["/datasets/", "/models/", "/workloads/", "/search/?q=a", f"/runs/{RUN}/", "/api/docs/"]:
        page = read(as_alice.get(path))
        assert page.select("style, [style], [onclick], [onchange]") == []
        assert [each for each in page.select("script") if not each.get("src")] == []
        for each in page.select("[src], link[href]"):
            assert (each.get("src") or each["href"]).startswith("/")
