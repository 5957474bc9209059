import pytest
from django.test import Client

from clouds import keys
from clouds.models import Cloud, CloudMembership, Cluster, Project, SwitchChange
from clouds.projects import project_for


@pytest.fixture
def secret(organization):
    return Cloud.objects.create(organization=organization, name="secret", private=True)


def bearer(raw) -> Client:
    return Client(headers={"Authorization": f"Bearer {raw}"})


def patch(client, cloud, body=None):
    body = {"lineage_enabled": False} if body is None else body
    return client.patch(f"/api/clouds/{cloud.pk}/", body, content_type="application/json")


def test_lists_the_clouds_that_a_member_may_see(as_bob, cloud, secret):
    answer = as_bob.get("/api/clouds/").json()
    assert answer == {
        "results": [{"id": cloud.pk, "name": "default", "private": False, "lineage_enabled": True, "owned": False}],
        "next": None,
    }


def test_hidden_cloud_is_not_there(as_bob, as_charlie, cloud, secret):
    assert as_bob.get(f"/api/clouds/{secret.pk}/").status_code == 404
    assert patch(as_bob, secret).status_code == 404
    assert as_charlie.get(f"/api/clouds/{cloud.pk}/").status_code == 404
    assert patch(as_charlie, cloud).status_code == 404


def test_owner_turns_the_switch(as_alice, alice, cloud):
    answer = patch(as_alice, cloud)
    assert answer.status_code == 200
    assert answer.json()["lineage_enabled"] is False
    assert SwitchChange.objects.get().changed_by == alice


def test_owner_of_the_cloud_turns_the_switch(as_bob, bob, cloud):
    CloudMembership.objects.create(cloud=cloud, user=bob, role="owner")
    assert patch(as_bob, cloud).status_code == 200


def test_member_is_refused(as_bob, cloud):
    answer = patch(as_bob, cloud)
    assert answer.status_code == 403
    assert "owners" in answer.json()["detail"]
    cloud.refresh_from_db()
    assert cloud.lineage_enabled
    assert not SwitchChange.objects.exists()


def test_key_turns_no_switch_even_an_owners(key, cloud):
    assert patch(bearer(key), cloud).status_code == 403
    assert not SwitchChange.objects.exists()


def test_session_needs_the_csrf_token(alice, cloud):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert patch(client, cloud).status_code == 403


@pytest.mark.parametrize("body", [{}, {"lineage_enabled": "perhaps"}, {"lineage_enabled": None}, []])
def test_bad_switch_is_explained(as_alice, cloud, body):
    answer = patch(as_alice, cloud, body)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_switch_is_locked_while_the_organization_is_off(as_alice, cloud, organization):
    organization.lineage_enabled = False
    organization.save()
    answer = patch(as_alice, cloud)
    assert answer.status_code == 403
    assert "administrator" in answer.json()["detail"]


def test_clouds_need_a_sign_in(cloud):
    assert Client().get("/api/clouds/").status_code == 401
    assert bearer("lc_wrong").get("/api/clouds/").status_code == 401


def test_key_reads_its_own_cloud_only(key, cloud, secret):
    names = [row["name"] for row in bearer(key).get("/api/clouds/").json()["results"]]
    assert names == ["default"]
    assert bearer(key).get(f"/api/clouds/{secret.pk}/").status_code == 404


def test_key_without_the_scope_reads_nothing(alice, cloud):
    _key, raw = keys.create_key(cloud, alice, scopes=["ingest"])
    assert bearer(raw).get("/api/clouds/").status_code == 403


STARTED = {
    "cloud": "default",
    "project": "plans",
    "workload": {"type": "workspace", "id": "ws_1", "name": "notebook"},
    "owner_email": "dora@example.org",
    "cluster_id": "ses_1",
    "started_at": "2026-03-01T12:00:00Z",
}


def start(client, path="/api/v1/clusters", **changes):
    return client.post(path, STARTED | changes, content_type="application/json")


def test_cluster_starts_and_ends(key, cloud):
    assert start(bearer(key)).json() == {"lineage_enabled": True}
    cluster = Cluster.objects.get()
    assert (cluster.project.name, cluster.owner_email) == ("plans", "dora@example.org")
    assert cluster.workload == {"type": "workspace", "id": "ws_1", "name": "notebook"}
    told = {"ended_at": "2026-03-01T13:00:00Z"}
    answer = bearer(key).post("/api/v1/clusters/ses_1/terminate", told, content_type="application/json")
    assert answer.status_code == 200
    cluster.refresh_from_db()
    assert cluster.ended_at.isoformat() == "2026-03-01T13:00:00+00:00"


def test_cluster_paths_take_a_slash_or_none(key, cloud):
    assert start(bearer(key), "/api/v1/clusters/", cluster_id="a/b").status_code == 201
    assert bearer(key).post("/api/v1/clusters/a/b/terminate/").status_code == 200
    assert Cluster.objects.get().ended_at


def test_repeated_start_keeps_its_decision(key, cloud, as_alice):
    start(bearer(key), started_at=None)
    patch(as_alice, cloud)
    assert start(bearer(key), started_at=None).json() == {"lineage_enabled": True}
    assert Cluster.objects.count() == 1


def test_restarted_workspace_is_decided_anew(key, cloud, as_alice):
    patch(as_alice, cloud)
    assert start(bearer(key)).json() == {"lineage_enabled": True}
    assert start(bearer(key), started_at="2999-01-01T00:00:00Z").json() == {"lineage_enabled": False}
    assert Cluster.objects.count() == 1


def test_uncaptured_cluster_leaves_no_details(alice, secret):
    _key, raw = keys.create_key(secret, alice)
    assert start(bearer(raw), cloud="").json() == {"lineage_enabled": False}
    cluster = Cluster.objects.get()
    assert (cluster.workload, cluster.owner_email, cluster.project) == ({}, "", None)
    assert not Project.objects.exists()


def test_key_speaks_for_its_own_cloud_and_project(alice, cloud, secret):
    _key, raw = keys.create_key(cloud, alice, project=project_for(cloud, "mine"))
    assert start(bearer(raw), cloud="secret").status_code == 403
    assert start(bearer(raw), cloud=str(secret.pk)).status_code == 403
    assert start(bearer(raw), project="others").status_code == 403
    assert start(bearer(raw), project="").status_code == 201
    assert Cluster.objects.get().project.name == "mine"


def test_cluster_needs_a_key_to_send(alice, cloud, settings):
    settings.LINEAGE_LOCAL = False
    _key, raw = keys.create_key(cloud, alice, scopes=["read"])
    assert start(Client()).status_code == 401
    assert start(bearer("lc_wrong")).status_code == 401
    assert start(bearer(raw)).status_code == 403
    assert not Cluster.objects.exists()


def test_cluster_needs_no_key_on_ones_own_machine(cloud, settings):
    settings.LINEAGE_LOCAL = True
    assert start(Client()).json() == {"lineage_enabled": True}
    assert start(Client(headers={"Origin": "https://evil.example"})).status_code == 403


def test_cluster_of_an_organization_that_is_off(key, cloud, organization):
    organization.lineage_enabled = False
    organization.save()
    assert start(bearer(key)).json() == {"lineage_enabled": False}


@pytest.mark.parametrize(
    "changes",
    [
        {"cluster_id": ""},
        {"cluster_id": "a\0b"},
        {"cluster_id": ["x"]},
        {"started_at": "yesterday"},
        {"workload": "job"},
        {"workload": {"type": "holiday"}},
        {"owner_email": "x" * 400},
    ],
)
def test_bad_start_is_explained(key, cloud, changes):
    answer = start(bearer(key), **changes)
    assert answer.status_code == 400
    assert next(iter(changes)) in str(answer.json())
    assert not Cluster.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff", b"[" * 100_000])
def test_body_that_is_no_object_is_a_clients_mistake(key, cloud, body):
    answer = bearer(key).post("/api/v1/clusters", body, content_type="application/json")
    assert answer.status_code == 400


def test_end_of_an_unknown_cluster_is_not_found(key, cloud):
    assert bearer(key).post("/api/v1/clusters/none/terminate").status_code == 404


def test_end_of_a_cluster_of_another_cloud_is_not_found(key, alice, cloud, secret):
    start(bearer(key))
    _key, other = keys.create_key(secret, alice)
    assert bearer(other).post("/api/v1/clusters/ses_1/terminate").status_code == 404
    assert Cluster.objects.get().ended_at is None


def test_first_end_counts(key, cloud):
    start(bearer(key))
    for hour in (13, 15):
        told = {"ended_at": f"2026-03-01T{hour}:00:00Z"}
        bearer(key).post("/api/v1/clusters/ses_1/terminate", told, content_type="application/json")
    assert Cluster.objects.get().ended_at.hour == 13


def test_description_names_api_keys(db, client):
    described = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    assert described["components"]["securitySchemes"]["ApiKey"] == {"type": "http", "scheme": "bearer"}
    assert {"ApiKeyThatSends": []} in described["paths"]["/api/v1/clusters/"]["post"]["security"]


def test_an_object_that_is_none_is_named_by_its_path(as_alice, key, cloud):
    told = patch(as_alice, cloud, [1]).json()
    assert [error["path"] for error in told["errors"]] == ["$"]
    assert told["detail"] == f"$: {told['errors'][0]['message']}"
    refused = start(bearer(key), workload="train")
    assert [error["path"] for error in refused.json()["errors"]] == ["workload"]
