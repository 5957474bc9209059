"""What a viewer may not see is absent everywhere, also where it is joined with what they may see."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from clouds.keys import create_key
from clouds.models import Cloud
from clouds.projects import project_for
from lineage.models import Node, Run
from tests.events import facet, make_dataset, make_event, make_workload, post

pytestmark = pytest.mark.django_db
SECRET = "topsecret"
CHILD = "0197a000-0000-7000-8000-00000000dddd"
# Of both clouds: no UUID, so that others choose the same.
RUN = "run-1"


def public_events() -> list[dict]:
    parent = {"parent": {"run": {"runId": RUN}, "job": {"namespace": "tests", "name": "job"}}}
    shared = make_dataset("shared", version={"datasetVersion": "1"})
    return [
        make_event([shared], ["open"], run=RUN, type="START"),
        make_event(["shared"], ["open"], run=CHILD, job="child", facets=parent),
        make_event(["shared"], ["open"], facets=make_workload("nightly", projectName="team")),
    ]


def private_events() -> list[dict]:
    marked = {
        f"{SECRET}Facet": facet(value=SECRET),
        "ownership": {"owners": [{"name": f"{SECRET}@example.org"}]},
        "storage": {"fileFormat": SECRET},
        "version": {"datasetVersion": SECRET},
        "symlinks": {"identifiers": [{"namespace": "hive://h", "name": f"{SECRET}.alias", "type": "TABLE"}]},
    }
    error = {"errorMessage": {"message": SECRET, "programmingLanguage": "x"}}
    late = "2026-06-01T12:00:00Z"
    inside = make_workload("nightly", projectName=f"{SECRET}-project", ownerEmail=f"{SECRET}@example.org")
    return [
        make_event([make_dataset("shared", **marked)], [f"{SECRET}-out"], run=RUN, type="FAIL", at=late, facets=error),
        make_event(["shared", f"{SECRET}-in"], ["open"], job=f"{SECRET}-job", at=late, facets=error),
        make_event(["shared"], [f"{SECRET}-out"], at=late, facets=inside),
        make_event([make_dataset(f"{SECRET}-out", **marked)], ["open"], job="child", run=CHILD, type="FAIL", at=late),
    ]


@pytest.fixture
def vault(organization, alice, client, key):
    """A private cloud that Bob is no member of; its events come before and after those of the other cloud."""
    vault = Cloud.objects.create(organization=organization, name=f"{SECRET}-cloud", private=True, lineage_enabled=True)
    inside = create_key(vault, alice)[1]
    first, *rest = private_events()
    for event, sender in [(first, inside), *((e, key) for e in public_events()), *((e, inside) for e in rest)]:
        assert post(client, event, sender).status_code == 201
    return vault


LISTS = ["/datasets/", "/models/", "/workloads/", "/clouds/", "/organization/"]
LISTS += ["/api/datasets/", "/api/models/", "/api/workloads/?hidden=1", "/api/runs/", "/api/v1/clouds"]


def addresses() -> list[str]:
    found = [*LISTS, f"/search/?q={SECRET}", "/search/?q=shared", f"/datasets/?q={SECRET}"]
    for node in Node.objects.all():
        found += [node.get_absolute_url(), node.get_lineage_url(), f"/api/nodes/{node.pk}/"]
        found += [
            f"/api/nodes/{node.pk}/neighbours",
            f"/{node.page}/{node.pk}/versions/",
            f"/workloads/{node.pk}/runs/",
        ]
        for direction in ("upstream", "downstream"):
            found.append(f"/api/nodes/{node.pk}/closure?direction={direction}")
            found.append(f"/api/nodes/{node.pk}/closure?direction={direction}&format=csv")
    for uuid in Run.objects.values_list("uuid", flat=True):
        found += [f"/runs/{uuid}/", f"/api/runs/{uuid}/"]
    return found


def leaks(client, address: str, **headers) -> list[str]:
    """Where the answer says what is secret, besides repeating the question."""
    answer = client.get(address, follow=True, headers=headers)
    assert answer.status_code in (200, 401, 403, 404), address
    text = answer.content.decode()
    if "q=" in address:
        text = re.sub(rf'(value="|q=|“|class="name">){SECRET}', "", text)
    return re.findall(rf".{{0,60}}{SECRET}.{{0,60}}", text)


def test_pages_and_apis_say_nothing_of_a_private_cloud(vault, as_bob, as_alice):
    assert {address: found for address in addresses() if (found := leaks(as_bob, address))} == {}
    assert any(leaks(as_alice, address) for address in addresses())


def test_a_key_of_another_cloud_or_project_reads_nothing_of_it(vault, cloud, alice):
    client = Client()
    for project in (None, project_for(cloud, "team")):
        raw = create_key(cloud, alice, project=project)[1]
        bearer = {"Authorization": f"Bearer {raw}"}
        asked = [address for address in addresses() if address.startswith("/api/")]
        assert {address: found for address in asked if (found := leaks(client, address, **bearer))} == {}


@pytest.mark.parametrize(
    "query",
    [
        {"entity": "dataset", "namespace": "hive://h", "name": f"{SECRET}.alias"},
        {"entity": "dataset", "namespace": "s3://bucket", "name": f"{SECRET}-out"},
        {"entity": "job", "namespace": "tests", "name": f"{SECRET}-job"},
    ],
)
def test_a_private_name_is_not_found_even_if_guessed(vault, as_bob, as_alice, query):
    assert as_alice.get("/api/nodes/", query).status_code == 200
    assert as_bob.get("/api/nodes/", query).status_code == 404


def test_the_same_run_id_in_two_clouds_is_two_runs(vault, as_bob):
    states = {run["id"]: run["state"] for run in as_bob.get("/api/runs/").json()["results"]}
    assert sorted(states.values()) == ["COMPLETE", "COMPLETE", "START"]
    (job,) = (row for row in as_bob.get("/api/workloads/").json()["results"] if row["name"] == "job")
    assert job["last_run"]["state"] == "START"


def test_counts_leave_out_what_is_private(vault, as_bob):
    node = Node.objects.get(name="shared")
    more = as_bob.get(f"/api/nodes/{node.root_id}/neighbours?direction=both").json()["more"]
    assert (more["upstream"]["count"], more["downstream"]["count"]) == (0, 3)
    closure = as_bob.get(f"/api/nodes/{node.root_id}/closure").json()
    assert {row["name"] for row in closure["results"]} == {"job", "child", "nightly", "open"}


@pytest.mark.parametrize("path", ["/datasets/", "/api/datasets/", "/search/"])
@pytest.mark.parametrize("choice", ["cloud", "project"])
def test_a_private_place_is_like_one_that_is_not_there(vault, as_bob, path, choice):
    secret, other = f"{SECRET}-{choice}", str(uuid4())
    one, two = (as_bob.get(path, {choice: name, "q": "x"}) for name in (secret, other))
    assert one.status_code == two.status_code
    assert plain(one).replace(secret, "?") == plain(two).replace(other, "?")


def plain(answer) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|csrf[^=]*)="[^"]*"', "", answer.content.decode())
