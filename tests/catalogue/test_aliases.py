import pytest
from django.core.management import call_command

from catalogue.models import Decision, Suggestion
from clouds.access import Viewer
from clouds.keys import create_key
from clouds.models import Change, Cloud, CloudMembership
from lineage.closure import closure
from lineage.dump import lines
from lineage.models import Node
from tests.events import make_dataset, make_event, post
from tests.pages import column, names, read, region, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def spellings(send):
    send(make_event([make_dataset('"Shop"."Orders"', "postgres://db:5432")], job="one"))
    send(make_event([make_dataset("shop.orders", "postgres://db:5432")], ["report"], job="two"))
    send(make_event(["raw/"], [make_dataset("Raw", "s3://bucket")], job="three"))
    send(make_event(["apart"], job="four"))


def suggestions(client) -> list[str]:
    page = read(client.get("/aliases/"))
    table = page.select_one("table[aria-label=Suggestions]")
    return [said(row) for row in table.select("tbody tr")] if table else []


def decide(client, decision: str, **query):
    row = Suggestion.objects.get(**query)
    return client.post(f"/aliases/{row.pk}/", {"decision": decision}, follow=True)


def test_spellings_of_one_thing_are_suggested_with_a_reason(as_alice, spellings):
    one, other = suggestions(as_alice)
    assert "Raw" in one
    assert "raw/" in one
    assert "trailing slash, upper and lower case" in one
    assert '"Shop"."Orders"' in other
    assert "quotes, upper and lower case" in other
    assert "slash" not in other


def test_accepted_they_are_one(as_alice, alice, spellings):
    suggestions(as_alice)
    page = read(decide(as_alice, "accepted", other__name="shop.orders"))
    assert "are one resource now" in said(page)
    assert len(suggestions(as_alice)) == 1
    orders = Node.objects.get(name="shop.orders").root_id
    found = {row.sighting.node.name for row in closure(Viewer(alice), orders, "downstream").rows}
    assert found == {"one", "two", "report"}
    assert len([name for name in names(read(as_alice.get("/datasets/"))) if "rders" in name]) == 1
    assert Change.objects.get(action="alias").after == "Accepted"


def test_refused_it_is_remembered(as_alice, send, spellings):
    suggestions(as_alice)
    decide(as_alice, "refused", other__name="shop.orders")
    send(make_event([make_dataset("shop.orders", "postgres://db:5432")], job="again"))
    assert len(suggestions(as_alice)) == 1
    assert "Refused" in column(read(as_alice.get("/aliases/")).select("section")[-1], "Decision")[0]


def test_an_acceptance_is_taken_back(as_alice, spellings):
    suggestions(as_alice)
    before = list(lines())
    decide(as_alice, "accepted", other__name="shop.orders")
    assert list(lines()) != before
    decide(as_alice, "open", other__name="shop.orders")
    assert list(lines()) == before
    assert len(suggestions(as_alice)) == 2


def test_what_an_event_has_joined_stays_joined(as_alice, send, spellings):
    suggestions(as_alice)
    alias = {"identifiers": [{"namespace": "postgres://db:5432", "name": '"Shop"."Orders"', "type": "TABLE"}]}
    send(make_event([make_dataset("shop.orders", "postgres://db:5432", symlinks=alias)], job="two"))
    assert len(suggestions(as_alice)) == 1
    decide(as_alice, "accepted", other__name="shop.orders")
    decide(as_alice, "open", other__name="shop.orders")
    orders = Node.objects.filter(name__icontains="orders")
    assert len({node.root_id for node in orders}) == 1


def test_three_names_part_into_those_that_are_still_joined(as_alice, send, spellings):
    alias = {"identifiers": [{"namespace": "hive://h", "name": "third", "type": "TABLE"}]}
    send(make_event([make_dataset("shop.orders", "postgres://db:5432", symlinks=alias)], ["x"], job="two"))
    suggestions(as_alice)
    before = list(lines())
    decide(as_alice, "accepted", other__name="shop.orders")
    decide(as_alice, "open", other__name="shop.orders")
    assert list(lines()) == before


def test_only_owners_decide(as_bob, bob, as_alice, cloud, spellings):
    assert len(suggestions(as_bob)) == 2
    assert not read(as_bob.get("/aliases/")).select("main button")
    assert decide(as_bob, "accepted", other__name="shop.orders").status_code == 403
    CloudMembership.objects.create(cloud=cloud, user=bob, role="owner")
    assert decide(as_bob, "accepted", other__name="shop.orders").status_code == 200
    assert Suggestion.objects.get(other__name="shop.orders").decision == Decision.ACCEPTED


def test_what_one_may_not_see_is_not_suggested(as_alice, as_bob, as_charlie, organization, alice, client, send):
    vault = Cloud.objects.create(organization=organization, name="vault", private=True, lineage_enabled=True)
    send(make_event(["orders"]))
    post(client, make_event(["ORDERS"]), create_key(vault, alice)[1])
    assert len(suggestions(as_alice)) == 1
    assert suggestions(as_bob) == []
    assert suggestions(as_charlie) == []
    row = Suggestion.objects.get()
    assert as_bob.post(f"/aliases/{row.pk}/", {"decision": "accepted"}).status_code == 404
    decide(as_alice, "accepted", pk=row.pk)
    page = read(as_bob.get("/datasets/"))
    assert names(page) == ["orders"]
    assert "ORDERS" not in str(read(as_bob.get(page.select_one("main a.name")["href"])))


def test_the_log_of_a_decision_tells_no_private_name(as_alice, as_bob, organization, alice, client, send):
    vault = Cloud.objects.create(organization=organization, name="vault", private=True, lineage_enabled=True)
    send(make_event(["orders"]))
    post(client, make_event(["ORDERS"]), create_key(vault, alice)[1])
    suggestions(as_alice)
    decide(as_alice, "accepted")
    decide(as_alice, "open")
    for path in ("/activity/", f"/nodes/{Node.objects.get(name='orders').pk}/history/"):
        assert "ORDERS" not in str(read(as_bob.get(path)))
    assert "ORDERS" in said(region(read(as_alice.get("/activity/")), "Changed by people"))


def test_the_command_looks_at_everything(capsys, spellings, monkeypatch):
    monkeypatch.setattr("catalogue.suggest.TOGETHER", 2)
    call_command("suggest_aliases")
    assert "2 new suggestions" in capsys.readouterr().out
    call_command("suggest_aliases")
    assert "0 new suggestions" in capsys.readouterr().out


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_a_constant_number_of_queries(as_alice, send, count, django_assert_num_queries):
    for number in range(count):
        send(make_event([f"table-{number}", f"TABLE-{number}"]))
    as_alice.get("/aliases/")
    with django_assert_num_queries(10):
        as_alice.get("/aliases/")


def test_names_of_two_private_clouds_are_not_joined(as_alice, organization, alice, client, cloud):
    for name, dataset in [("one", "orders"), ("two", "ORDERS")]:
        vault = Cloud.objects.create(organization=organization, name=name, private=True, lineage_enabled=True)
        post(client, make_event([dataset]), create_key(vault, alice)[1])
    assert len(suggestions(as_alice)) == 1
    assert decide(as_alice, "accepted").status_code == 403
