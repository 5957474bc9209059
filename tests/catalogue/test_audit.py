import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clouds import capture, keys
from clouds.models import Change, Cloud, CloudMembership, Membership
from lineage.models import Node
from tests.events import make_event
from tests.pages import column, read, said

pytestmark = pytest.mark.django_db


def log(client, **query) -> list[tuple]:
    """(what and about what, who, before, after), oldest first."""
    page = read(client.get("/organization/changes/", query))
    columns = [column(page, name) for name in ("What", "Who", "Before", "After")] if page.table else []
    return list(zip(*columns, strict=True))[::-1]


def test_switches_members_keys_and_clouds_are_logged(as_alice, alice, bob, cloud, organization):
    who, none = "alice@example.org", "\N{EN DASH}"
    as_alice.post(f"/clouds/{cloud.pk}/settings/lineage/", {"enabled": "0"})
    as_alice.post("/organization/members/add/", {"email": "dora@example.org", "role": "member"})
    as_alice.post("/organization/members/add/", {"email": "dora@example.org", "role": "member"})
    dora = Membership.objects.get(user__email="dora@example.org")
    as_alice.post(f"/organization/members/{dora.pk}/role/", {"role": "owner"})
    as_alice.post(f"/organization/members/{dora.pk}/remove/")
    as_alice.post(f"/clouds/{cloud.pk}/settings/members/add/", {"email": "bob@example.org", "role": "owner"})
    as_alice.post(f"/clouds/{cloud.pk}/settings/general/", {"private": "on"})
    as_alice.post(f"/clouds/{cloud.pk}/settings/general/", {"private": "on"})
    as_alice.post(f"/clouds/{cloud.pk}/settings/keys/create/", {"name": "etl", "scopes": ["read"]})
    key = cloud.api_keys.get()
    as_alice.post(f"/clouds/{cloud.pk}/settings/keys/{key.pk}/revoke/")
    secret = f"{key.prefix}… etl (alice@example.org)"
    assert log(as_alice) == [
        ("Lineage tracking default", who, "on", "off"),
        ("Member of the organization dora@example.org", who, none, "member"),
        ("Member of the organization dora@example.org", who, "member", "owner"),
        ("Member of the organization dora@example.org", who, "owner", none),
        ("Member of a cloud bob@example.org", who, none, "owner"),
        ("Cloud default", who, "open", "private"),
        (f"API key {secret}", who, none, "read"),
        (f"API key {secret}", who, "read", none),
    ]


def test_commands_are_logged_as_such(as_alice, organization, cloud):
    call_command("create_cloud", "prod", private=True)
    call_command("add_member", "eve@example.org", role="member", cloud="prod")
    call_command("create_api_key", cloud="prod", owner="eve@example.org", scope="read")
    assert {who for _what, who, _before, _after in log(as_alice)} == {"a command"}
    assert len(log(as_alice)) == 4


@pytest.fixture
def changes(send, as_alice, alice, cloud, organization):
    send(make_event(["orders"]))
    secret = Cloud.objects.create(organization=organization, name="secret", private=True)
    capture.switch(secret, True, alice)
    capture.switch(cloud, False, alice)
    as_alice.post(f"/nodes/{Node.objects.get(name='orders').pk}/hide/")
    return secret


def test_members_see_only_the_switches_of_their_clouds(as_bob, as_charlie, changes):
    assert [what for what, *_ in log(as_bob)] == ["Lineage tracking default"]
    assert log(as_charlie) == []
    assert "secret" not in as_bob.get("/organization/changes/?format=csv").content.decode()


def test_what_happened_in_a_cloud_stays_there_after_it_is_deleted(as_bob, as_alice, alice, organization, changes):
    capture.switch_organization(organization, False, alice)
    capture.switch_organization(organization, True, alice)
    seen, all_seen = log(as_bob), log(as_alice)
    changes.delete()
    assert log(as_bob) == seen
    assert log(as_alice) == all_seen
    for path in ("/organization/", "/activity/", "/organization/changes/?format=csv"):
        assert "secret" not in as_bob.get(path).content.decode()
    page = read(as_alice.get("/organization/changes/"))
    assert set(column(page, "Where")) == {"default", "The organization", "A deleted cloud"}


def test_an_owner_of_a_cloud_sees_all_of_it(as_bob, bob, cloud, changes):
    CloudMembership.objects.create(cloud=cloud, user=bob, role="owner")
    assert "Hidden orders" in [what for what, *_ in log(as_bob)]
    assert "secret" not in str(log(as_bob))


def test_the_log_is_filtered(as_alice, changes):
    assert [what for what, *_ in log(as_alice, what="hide")] == ["Hidden orders"]
    assert len(log(as_alice, q="default")) == 1
    assert log(as_alice, who="bob") == []
    today = timezone.now().date()
    assert len(log(as_alice, since=today, until=today)) == len(log(as_alice)) == 4
    assert log(as_alice, until=today - timedelta(days=1)) == []
    page = read(as_alice.get("/organization/changes/?since=nonsense"))
    assert "since: Enter a valid date" in said(page)


def test_days_are_looked_up_in_the_index(as_alice):
    with CaptureQueriesContext(connection) as asked:
        as_alice.get("/organization/changes/?since=2026-05-01&until=2026-05-02")
    (sql,) = [each["sql"] for each in asked if 'FROM "clouds_change"' in each["sql"]]
    assert '"at" >= ' in sql
    assert '"at" <= ' in sql


def test_the_log_has_pages(as_alice, alice, cloud, organization):
    for number in range(120):
        keys.create_key(cloud, alice, name=f"key {number}")
    seen, address = [], "/organization/changes/"
    while address:
        page = read(as_alice.get(address))
        seen += column(page, "What")
        more = page.select_one("a[rel=next]")
        address = "/organization/changes/" + more["href"] if more else None
    assert len(seen) == len(set(seen)) == 120


def test_csv_has_the_same_and_no_formulas(as_alice, alice, cloud, changes):
    keys.create_key(cloud, alice, name="=1+1")
    Change.objects.create(organization=cloud.organization, action="tag", subject="=cmd()", after="@x")
    answer = as_alice.get("/organization/changes/?format=csv")
    assert (answer["Content-Type"], answer["X-Truncated"]) == ("text/csv; charset=utf-8", "false")
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert len(rows) == Change.objects.count()
    assert (rows[0]["subject"], rows[0]["after"]) == ("'=cmd()", "'@x")
    assert [
        row["action"]
        for row in csv.DictReader(
            StringIO(as_alice.get("/organization/changes/?format=csv&what=hide").content.decode())
        )
    ] == ["hide"]


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_a_constant_number_of_queries(as_alice, alice, cloud, count, django_assert_num_queries):
    for number in range(count):
        keys.create_key(cloud, alice, name=f"key {number}")
    with django_assert_num_queries(4):  # session, user, memberships, rows
        as_alice.get("/organization/changes/")
