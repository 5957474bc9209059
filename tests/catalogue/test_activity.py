import pytest

from catalogue import annotations
from clouds.keys import create_key
from clouds.models import Change, Cloud
from clouds.projects import project_for
from lineage.models import Node
from tests.events import make_dataset, make_event, make_workload, post
from tests.pages import read, region, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(send):
    model = make_dataset("model://churn", "mlflow", lc_model={"flavor": "sklearn"})
    send(make_event(["raw"], [model], job="train", at="2026-05-01T12:00:00Z"))
    send(make_event(["raw"], job="broken", type="FAIL", at="2026-05-02T12:00:00Z"))


def test_what_is_new(as_bob, bob, cloud, events):
    annotations.tag(Node.objects.get(name="raw"), project_for(cloud, "tests"), "gold", bob)
    page = read(as_bob.get("/activity/"))
    assert "raw" in said(region(page, "New: Datasets"))
    assert "churn" in said(region(page, "New: Models"))
    assert "train" in said(region(page, "New: Workloads"))
    assert "broken" in said(region(page, "Failures"))
    assert "train" not in said(region(page, "Failures"))
    assert [said(each).split(",")[0].strip() for each in region(page, "Last runs").select("a")] == ["broken", "train"]
    changed = region(page, "Changed by people")
    assert "Tags raw bob@example.org" in said(changed)
    assert as_bob.get(changed.select_one("a")["href"]).status_code == 302


def test_an_empty_console(as_bob):
    page = said(read(as_bob.get("/activity/")).select_one("main"))
    assert "None yet" in page
    assert "No run has failed lately" in page


def test_a_private_cloud_is_absent(as_bob, as_alice, alice, organization, client, events):
    vault = Cloud.objects.create(organization=organization, name="vault", private=True, lineage_enabled=True)
    key = create_key(vault, alice)[1]
    post(client, make_event(["secret-in"], ["secret-out"], job="secret", type="FAIL"), key)
    annotations.tag(Node.objects.get(name="secret-in"), project_for(vault, "tests"), "secret-tag", alice)
    assert "secret" in said(read(as_alice.get("/activity/")))
    assert "secret" not in str(read(as_bob.get("/activity/")))
    assert "secret" not in said(read(as_alice.get("/activity/?cloud=default")))


def test_other_organizations_are_absent(as_charlie, events):
    assert "raw" not in said(read(as_charlie.get("/activity/")))


@pytest.mark.parametrize("items", [1, 30])
def test_the_page_takes_a_constant_number_of_queries(as_alice, alice, send, cloud, items, django_assert_num_queries):
    for number in range(items):
        model = make_dataset(f"model://m{number}", "mlflow", lc_model={"flavor": "sklearn"})
        send(make_event([f"in{number}"], [model], job=f"job{number}", type="FAIL", facets=make_workload()))
        Change.objects.create(organization=cloud.organization, cloud=cloud, node=1, action="tag", subject="x")
    with django_assert_num_queries(12):
        as_alice.get("/activity/")
