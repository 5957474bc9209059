import pytest

from catalogue.models import SavedView
from clouds.models import Change
from tests.pages import read, region, said

pytestmark = pytest.mark.django_db
PATH = "/datasets/?tag=gold&ordering=name"


def save(client, name="Gold", path=PATH, **more):
    return client.post("/views/new/", {"name": name, "path": path, **more}, follow=True)


def test_a_page_is_kept_under_a_name(as_bob):
    form = read(as_bob.get("/views/new/", headers={"referer": "http://testserver" + PATH}))
    assert form.select_one("[name=path]")["value"] == PATH
    page = read(save(as_bob))
    link = region(page, "Your views").select_one("a")
    assert (said(link), link["href"]) == ("Gold", PATH)
    assert as_bob.get(link["href"]).status_code == 200


def test_others_see_what_is_shared(as_bob, as_alice, as_charlie):
    save(as_bob, "Mine")
    save(as_bob, "Ours", shared="on")
    page = read(as_alice.get("/views/"))
    assert "Ours" in said(region(page, "Shared by others"))
    assert "bob@example.org" in said(region(page, "Shared by others"))
    assert "Mine" not in said(page)
    assert "Ours" not in said(read(as_charlie.get("/views/")))
    assert Change.objects.get().subject == "Ours"


def test_a_view_is_changed_and_deleted_by_its_owner(as_bob, as_alice):
    save(as_bob, shared="on")
    row = SavedView.objects.get()
    for address in (f"/views/{row.pk}/", f"/views/{row.pk}/delete/"):
        assert as_alice.post(address, {"name": "x", "path": PATH}).status_code == 404
    as_bob.post(f"/views/{row.pk}/", {"name": "Golden", "path": PATH})
    assert "Golden" not in said(read(as_alice.get("/views/")))
    as_bob.post(f"/views/{row.pk}/delete/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["https://evil.example", "//evil.example/", "javascript:alert(1)", "/organization/", "/nowhere/", "", "/\\evil"],
)
def test_only_pages_of_the_console_are_kept(as_bob, path):
    page = read(as_bob.post("/views/new/", {"name": "x", "path": path}), 422)
    assert not SavedView.objects.exists()
    assert "cannot be kept" in said(page) or "There is no page to save" in said(page)
    form = read(as_bob.get("/views/new/", headers={"referer": path}))
    assert not form.select_one("main [name=path]")


def test_what_is_wrong_is_named(as_bob):
    save(as_bob)
    for name, fault in [("Gold", "of this name already"), ("", "required"), ("x" * 101, "at most 100")]:
        page = read(save(as_bob, name), 422)
        assert fault in said(page.find(id="id_name_error"))
        assert page.select_one("[name=path]")["value"] == PATH


def test_each_list_offers_to_keep_it(as_bob):
    for address in ("/datasets/", "/models/", "/workloads/", "/events/", "/search/?q=abc"):
        assert read(as_bob.get(address)).select_one("a[href='/views/new/']"), address
    assert not read(as_bob.get("/organization/")).select_one("a[href='/views/new/']")
