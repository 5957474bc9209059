from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import connection
from django.test import Client

from catalogue import annotations
from clouds.keys import create_key
from clouds.models import Change, Cloud
from clouds.projects import project_for
from lineage.models import Node
from tests.events import make_dataset, make_event, post
from tests.pages import names, read, region, said

pytestmark = pytest.mark.django_db
TYPED = {"description": "All orders.\n\nSee https://wiki.example.org", "tags": "pii, gold", "owners": "ana@example.com"}
TYPED["columns"] = "email: pii\nplace.city: gdpr, pii"


@pytest.fixture
def orders(send):
    send(make_event(["orders"], ["report"]))
    return Node.objects.get(name="orders")


@pytest.fixture
def vault(organization, alice, orders, client):
    """A private cloud that has seen the orders, too."""
    vault = Cloud.objects.create(organization=organization, name="vault", private=True, lineage_enabled=True)
    post(client, make_event(["orders"], at="2026-06-01T12:00:00Z"), create_key(vault, alice)[1])
    return vault


def form_of(client, node) -> dict:
    form = read(client.get(f"/nodes/{node.pk}/edit/")).select_one("form.fields")
    return {field["name"]: field.get("value") or field.get_text() for field in form.select("[name]")}


def edit(client, node, **typed):
    return client.post(f"/nodes/{node.pk}/edit/", {**form_of(client, node), **typed})


def test_what_people_say_is_on_the_overview(as_bob, orders):
    answer = edit(as_bob, orders, **TYPED)
    assert answer.url == orders.get_absolute_url()
    card = region(read(as_bob.get(answer.url)), "Description")
    assert [said(each) for each in card.select(".said-text p")] == ["All orders.", "See https://wiki.example.org"]
    assert [each["href"] for each in card.select(".said-tags a")] == ["/datasets/?tag=gold", "/datasets/?tag=pii"]
    assert "email pii" in said(card)
    assert "Owners: ana@example.com" in said(card)
    assert "bob@example.org" in said(card)


def test_what_is_typed_is_shown_as_it_is(as_bob, orders):
    edit(as_bob, orders, description="<script>x</script>", tags="<b>", owners="<i>")
    page = str(read(as_bob.get(orders.get_absolute_url())))
    for tag in ("<script>x", "<b>&lt;", "<i>"):
        assert tag not in page
    assert "&lt;script&gt;" in page


def test_workloads_are_described_too(as_bob, orders):
    job = Node.objects.get(name="job")
    edit(as_bob, job, description="Runs at night.")
    assert "Runs at night." in said(region(read(as_bob.get(job.get_absolute_url())), "Description"))


def test_lists_are_filtered_by_tag(as_bob, orders):
    edit(as_bob, orders, tags="gold")
    assert names(read(as_bob.get("/datasets/?tag=gold"))) == ["orders"]
    assert as_bob.get("/api/datasets/?tag=gold").json()["results"][0]["name"] == "orders"
    assert as_bob.get("/api/datasets/?tag=silver").json()["results"] == []
    choices = read(as_bob.get("/datasets/")).select("select[name=tag] option")
    assert [said(each) for each in choices] == ["All tags", "gold"]


@pytest.mark.parametrize("text", ["quarterly", "silver", "dora@example.com", "gdpr"])
def test_search_finds_what_people_say(as_bob, orders, text):
    edit(as_bob, orders, description="x " * 80 + "The quarterly numbers.", tags="silver", owners="dora@example.com")
    edit(as_bob, orders, columns="email: gdpr")
    found = region(read(as_bob.get(f"/search/?q={text}")), "Datasets")
    assert "orders" in said(found)
    assert text in said(found)
    edit(as_bob, orders, description="", tags="", owners="", columns="")
    assert text not in str(read(as_bob.get(f"/search/?q={text}")).select(".badge"))


def test_history_has_who_when_before_and_after(as_bob, as_alice, orders):
    edit(as_bob, orders, description="First")
    edit(as_alice, orders, description="Second")
    rows = read(as_bob.get(f"/nodes/{orders.pk}/history/")).select("tbody tr")
    assert [[said(cell) for cell in row.select("td")] for row in rows] == [
        ["just now", "alice@example.org", "default / tests", "First", "Second"],
        ["just now", "bob@example.org", "default / tests", "\N{EN DASH}", "First"],
    ]


def test_two_editors_at_once_lose_nothing(as_bob, as_alice, orders):
    mine = form_of(as_bob, orders)
    edit(as_alice, orders, description="Hers", tags="gold")
    answer = as_bob.post(f"/nodes/{orders.pk}/edit/", {**mine, "description": "His", "owners": "bob"})
    page = read(answer, 409)
    assert "Someone else changed this" in said(page)
    assert said(page.select_one("textarea[name=description]")) == "His"
    assert "Hers" in said(region(page, "What is saved now"))
    again = {field["name"]: field.get("value") or field.get_text() for field in page.select("form.fields [name]")}
    as_bob.post(f"/nodes/{orders.pk}/edit/", again)
    assert Change.objects.filter(before="Hers", after="\nHis".strip()).exists()


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("tags", "x" * 101, "longer than 100"),
        ("owners", "y" * 321, "longer than 320"),
        ("columns", "email", "write a column, a colon"),
        ("description", "z" * 20_001, "at most 20000"),
    ],
)
def test_a_fault_is_named_at_its_field_and_nothing_is_lost(as_bob, orders, field, typed, fault):
    page = read(edit(as_bob, orders, **{"description": "Kept", field: typed}), 422)
    assert fault in said(page.find(id=f"id_{field}_error"))
    assert typed in str(page.select_one(f"[name={field}]"))
    assert "Kept" in str(page) or field == "description"


def test_what_is_said_in_a_private_cloud_stays_there(as_bob, as_alice, orders, vault):
    inner = project_for(vault, "tests")
    typed = {
        **form_of(as_alice, orders),
        "on": inner.pk,
        "description": "topsecret",
        "tags": "topsecret",
        "revision": "",
    }
    typed["revision"] = annotations.read(orders, inner).revision
    assert as_alice.post(f"/nodes/{orders.pk}/edit/", typed).status_code == 302
    for address in (
        orders.get_absolute_url(),
        f"/nodes/{orders.pk}/history/",
        f"/nodes/{orders.pk}/edit/",
        "/datasets/",
    ):
        assert "topsecret" in str(read(as_alice.get(address))) or "edit" in address
        assert "topsecret" not in str(read(as_bob.get(address)))
    assert names(read(as_alice.get("/datasets/?tag=topsecret"))) == ["orders"]
    assert not read(as_bob.get("/datasets/?tag=topsecret")).select("tbody tr")
    assert "orders" not in said(read(as_bob.get("/search/?q=topsecret")).select_one("main"))
    assert as_bob.get(f"/nodes/{orders.pk}/edit/?on={inner.pk}").status_code == 404


def test_nobody_else_may_describe(as_charlie, client, orders):
    assert as_charlie.post(f"/nodes/{orders.pk}/edit/", TYPED).status_code == 404
    assert client.post(f"/nodes/{orders.pk}/edit/", TYPED).status_code == 302
    assert not Change.objects.exclude(action="key").exists()


def test_what_was_said_under_two_names_is_one_after_they_are_joined(as_bob, send, orders):
    edit(as_bob, orders, description="By path", tags="gold")
    alias = {"identifiers": [{"namespace": "hive://h", "name": "db.orders", "type": "TABLE"}]}
    send(make_event([make_dataset("orders", symlinks=alias)]))
    edit(as_bob, orders_root := Node.objects.get(canonical=None, name__endswith="orders"), tags="silver")
    card = said(region(read(as_bob.get(orders_root.get_absolute_url())), "Description"))
    assert "By path" in card
    assert "silver" in card
    assert "gold" not in card


def patch(client, node, path="/api/nodes/", **body):
    return client.patch(f"{path}{node.pk}/", body, content_type="application/json")


def test_patch_says_the_same_as_the_page(as_bob, orders):
    answer = patch(
        as_bob, orders, description="Orders", tags=["pii", "gold"], fields={"email": ["pii"]}, owners=["ana"]
    )
    assert answer.status_code == 200, answer.json()
    (told,) = answer.json()["annotations"]
    assert (told["description"], told["tags"], told["owners"]) == ("Orders", ["gold", "pii"], ["ana"])
    assert told["fields"] == {"email": ["pii"]}
    assert form_of(as_bob, orders)["revision"] == told["revision"]
    assert as_bob.get(f"/api/datasets/{orders.pk}/").json()["annotations"] == [told]
    (told,) = patch(as_bob, orders, "/api/datasets/", tags=[]).json()["annotations"]
    assert (told["description"], told["tags"]) == ("Orders", [])


def test_patch_names_what_is_wrong(as_bob, orders):
    for body, path in [
        ({"tags": ["a,b"]}, "tags.0"),
        ({"tags": "a"}, "tags"),
        ({"fields": {"x": "y"}}, "fields.x"),
        ({"fields": {"": ["y"]}}, "fields"),
        ({"project": "nowhere"}, "project"),
    ]:
        answer = patch(as_bob, orders, **body)
        assert answer.status_code == 400, body
        assert answer.json()["errors"][0]["path"].startswith(path), answer.json()
    assert patch(as_bob, orders, "/api/models/", tags=["a"]).status_code == 404
    assert not Change.objects.exclude(action="key").exists()


def test_patch_of_an_old_state_is_refused(as_bob, orders):
    old = annotations.read(orders, project_for(Cloud.objects.get(), "tests")).revision
    patch(as_bob, orders, description="New", revision=old)
    answer = patch(as_bob, orders, description="Other", revision=old)
    assert answer.status_code == 409
    assert "read it again" in answer.json()["detail"]


def test_patch_does_all_or_nothing(as_alice, orders):
    for body, status in [({"project": "nowhere"}, 400), ({"revision": "old"}, 409)]:
        assert patch(as_alice, orders, hidden=True, description="New", **body).status_code == status
        assert names(read(as_alice.get("/datasets/"))) == ["report", "orders"]
    assert not Change.objects.exclude(action="key").exists()


MARQUEZ = "/api/v1/namespaces/s3%3A%2F%2Fbucket/datasets/orders/tags/"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("method", "path", "tags"),
    [
        ("patch", "/api/nodes/{}/", ["bronze", "gold"]),
        ("post", MARQUEZ + "silver", ["bronze", "gold", "silver"]),
        ("delete", MARQUEZ + "bronze", ["gold"]),
    ],
)
def test_a_tag_given_while_another_change_is_made_stays(orders, key, send, monkeypatch, method, path, tags):
    send({}, MARQUEZ + "bronze")
    found, first, others = annotations.read, iter([True]), []

    def tag_gold():
        try:
            return send({}, MARQUEZ + "gold")
        finally:
            connection.close()

    def read_while_another_tags(*args):
        said = found(*args)
        if next(first, False):
            others.append(pool.submit(tag_gold))
            wait(others, timeout=0.5)
        return said

    monkeypatch.setattr(annotations, "read", read_while_another_tags)
    client = Client(headers={"Authorization": f"Bearer {key}"})
    with ThreadPoolExecutor(1) as pool:
        change = getattr(client, method)
        answer = change(path.format(orders.pk), {"description": "All orders"}, content_type="application/json")
    assert (answer.status_code, others[0].result().status_code) == (200, 200)
    (told,) = client.get(f"/api/nodes/{orders.pk}/").json()["annotations"]
    assert sorted(told["tags"]) == tags


def test_a_key_that_only_reads_says_nothing(client, cloud, alice, orders):
    for scopes, status in [(["read"], 403), (["read", "ingest"], 200)]:
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {create_key(cloud, alice, scopes=scopes)[1]}"
        assert patch(client, orders, description="By a key").status_code == status
    assert Change.objects.exclude(action="key").get().who == "alice@example.org"


def test_a_node_of_several_projects_needs_one(as_alice, as_bob, orders, vault):
    answer = patch(as_alice, orders, description="x")
    assert answer.status_code == 400
    assert f"vault/tests ({project_for(vault, 'tests').pk})" in answer.json()["detail"]
    assert patch(as_alice, orders, description="x", project=str(project_for(vault, "tests").pk)).status_code == 200
    assert patch(as_bob, orders, description="y").status_code == 200
    assert as_bob.get(f"/api/nodes/{orders.pk}/").json()["annotations"][0]["description"] == "y"


def test_the_panel_beside_a_graph_says_it_too(as_bob, orders):
    edit(as_bob, orders, **TYPED)
    panel = said(read(as_bob.get(f"/graph/nodes/{orders.pk}/", headers={"HX-Request": "true"})))
    assert "All orders." in panel
    assert "Tags gold pii" in panel
    assert "Owners: ana@example.com" in panel
