"""Search over everything: what it finds, in which order, and what it keeps from whom."""

import pytest
from django.db import connection

from clouds.keys import create_key
from clouds.models import Cloud
from lineage import search, texts, words
from lineage.models import NodeWords
from tests.events import facet, make_dataset, make_event, make_workload, post
from tests.pages import read, region, said

RUN = "0196a3f0-0000-7000-8000-000000000009"
POSTGRESQL = connection.vendor == "postgresql"


def columns(*names: str) -> dict:
    return {"schema": facet(fields=[{"name": name, "type": "int"} for name in names])}


def found(client, text: str, section: str = "Datasets") -> list[str]:
    page = read(client.get("/search/", {"q": text}))
    if not page.find("section", attrs={"aria-label": section}):
        return []
    return [said(each) for each in region(page, section).select("li a")]


@pytest.mark.parametrize("text", ["", "a", "ab", "  ab "])
def test_search_asks_for_three_letters(as_alice, send, text):
    send(make_event(["abc"]))
    page = read(as_alice.get("/search/", {"q": text}))
    assert page.select("main section") == []
    assert ("3 letters or more" in said(page.main)) == bool(text.strip())


def test_the_name_itself_comes_first(as_alice, send):
    send(make_event(["x/my-orders", "x/orders-2026", "deep/down/orders", "orders/of/others"]))
    assert found(as_alice, "orders") == ["deep/down/orders", "x/orders-2026", "x/my-orders", "orders/of/others"]


@pytest.mark.parametrize("text", ["s3://lake/raw/orders.csv", "LAKE/raw", "raw/ord", "s3://lake"])
def test_search_finds_by_uri(as_alice, send, text):
    send(make_event([make_dataset("raw/orders.csv", "s3://lake")]))
    assert found(as_alice, text) == ["raw/orders.csv"]


@pytest.mark.parametrize("text", ["100%_sure", "back\\slash"])
def test_wildcards_stand_for_themselves(as_alice, send, text):
    send(make_event(["100%_sure", "back\\slash", "100 other sure"]))
    assert found(as_alice, text) == [text]


def test_search_tells_an_endpoint_from_its_service(as_alice, send):
    service = make_workload("churn_v1", "service", "s1")
    send(make_event([], [make_dataset("deployment://churn_v1", "ray-serve")], facets=service))
    rows = region(read(as_alice.get("/search/?q=churn")), "Workloads").select("li")
    assert sorted(" ".join(said(row).split()[:2]) for row in rows) == ["churn_v1 Endpoint", "churn_v1 Service"]


def test_search_finds_by_column_and_owner(as_alice, send):
    owned = {"ownership": facet(owners=[{"name": "team:payments", "type": "OWNER"}])}
    nested = {"schema": facet(fields=[{"name": "address", "fields": [{"name": "postcode"}]}])}
    send(make_event([make_dataset("a.csv", **columns("customer_id"), **owned), make_dataset("b.csv", **nested)]))
    assert found(as_alice, "Customer_ID") == ["a.csv"]
    assert found(as_alice, "payments") == ["a.csv"]
    assert found(as_alice, "address.post") == ["b.csv"]
    page = read(as_alice.get("/search/?q=customer"))
    assert said(region(page, "Datasets").select_one(".badge")) == "Column customer_id"


def test_the_same_columns_again_write_nothing(send):
    for run in range(3):
        send(make_event([make_dataset("a.csv", **columns("x"))], job=f"job{run}"))
    assert NodeWords.objects.count() == 1
    send(make_event([make_dataset("a.csv", **columns("x", "y"))]))
    assert NodeWords.objects.count() == 2


def test_words_are_cut_at_a_whole_word():
    fields = [{"name": f"column_{number}"} for number in range(5000)]
    _digest, text = words.words_of({"schema": {"fields": fields}})
    assert len(text) <= words.LONGEST
    assert text.split("\n")[-1] in {f"column column_{number}" for number in range(5000)}


SHORTENED = [texts.short_id(RUN), "0196A3F0…0009", "0196a3f0-00...009"]


@pytest.mark.parametrize("text", [RUN, RUN[:8], *SHORTENED, "job_77", "manual__2026"])
def test_search_finds_runs_by_id(as_alice, send, text):
    run = "manual__2026" if text.startswith("manual") else RUN
    send(make_event(["a"], run=run, facets=make_workload("nightly", id="job_77")))
    page = read(as_alice.get("/search/", {"q": text}))
    assert "nightly" in said(region(page, "Runs").li)


@pytest.mark.parametrize("text", [RUN, RUN[:13], *SHORTENED])
def test_the_filter_of_runs_finds_them_by_an_id_that_pages_shorten(as_alice, send, text):
    send(make_event(["a"], run=RUN))
    send(make_event(["a"], run=RUN[:-1] + "8"))
    send(make_event(["a"], run="f" + RUN[1:]))
    found = {row["id"] for row in as_alice.get("/api/runs/", {"q": text}).json()["results"]}
    assert found == ({RUN[:-1] + "8", RUN} if text == RUN[:13] else {RUN})


@pytest.mark.parametrize("text", ["0196a…9", "0196a3f0…", "…0000009", "0196a3f0…x", "0196a3f0…0008", "0196a3f1…0009"])
def test_other_shortened_ids_find_no_run(as_alice, send, text):
    send(make_event(["a"], run=RUN))
    assert as_alice.get("/api/runs/", {"q": text}).json()["results"] == []


def test_search_shows_what_the_viewer_may_see_only(as_alice, as_bob, as_charlie, send, organization, alice):
    send(make_event(["shared.csv"], job="open-job"))
    closed = Cloud.objects.create(organization=organization, name="secret", private=True, lineage_enabled=True)
    secret = create_key(closed, alice)[1]
    shared = make_dataset("shared.csv", **columns("hidden_column"))
    hidden = make_event([shared, "hidden.csv"], job="hidden-job", run=RUN, facets=make_workload("w", id="job_hidden"))
    post(as_alice, hidden, secret)
    for text in ("hidden.csv", "hidden_column", "job_hidden", RUN, SHORTENED[0], "hidden.csw"):
        for client in (as_bob, as_charlie):
            shown = read(client.get("/search/", {"q": text})).select("main section")
            assert "hidden" not in " ".join(said(each) for each in shown)
    assert found(as_alice, "hidden_column") == ["shared.csv"]
    assert found(as_alice, "hidden.csv") == ["hidden.csv"]
    assert found(as_bob, "shared") == ["shared.csv"]
    assert found(as_charlie, "shared") == []


def test_search_forgives_a_slip_where_the_database_can(as_alice, send):
    send(make_event(["warehouse/customers.parquet"]))
    page = read(as_alice.get("/search/?q=custommers"))
    assert ("spelt much like it" in said(page.main)) == POSTGRESQL
    assert found(as_alice, "custommers") == (["warehouse/customers.parquet"] if POSTGRESQL else [])


def test_search_looks_at_a_bounded_number(as_alice, send, monkeypatch):
    monkeypatch.setattr(search, "MOST", 10)
    send(make_event([f"events-{number:02}" for number in range(30)] + ["events"]))
    page = read(as_alice.get("/search/?q=events"))
    links = [said(each) for each in region(page, "Datasets").select("li a")]
    assert links[0] == "events"
    assert len(links) == search.FOUND
    assert "type more" in said(region(page, "Datasets"))


def test_search_escapes_what_it_shows(as_alice, send):
    hostile = "<script>alert(1)</script>"
    send(make_event([make_dataset(hostile, **columns(hostile))]))
    answer = as_alice.get("/search/", {"q": hostile})
    assert hostile not in answer.text
    assert "alert" in said(region(read(answer), "Datasets"))


@pytest.mark.parametrize("count", [1, 30])
def test_search_takes_a_constant_number_of_queries(as_alice, send, django_assert_num_queries, count):
    names = [make_dataset(f"orders{number}", **columns("orders_id")) for number in range(count)]
    send(make_event([*names, make_dataset("model://orders", "mlflow")], job="orders"))
    as_alice.get("/search/?q=orders")
    with django_assert_num_queries(15):
        as_alice.get("/search/?q=orders")


@pytest.mark.skipif(not POSTGRESQL, reason="SQLite suggests nothing")
def test_the_patience_of_a_suggestion_ends_with_it(as_alice, send):
    """Else what follows in one transaction is cancelled as soon as a suggestion would be."""
    send(make_event(["customers"]))

    def patience() -> str:
        with connection.cursor() as cursor:
            return cursor.execute("SHOW statement_timeout").fetchone()[0]

    before = patience()
    assert "customers" in said(read(as_alice.get("/search/", {"q": "custmoers"})))
    assert patience() == before
