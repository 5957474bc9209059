import pytest

from clouds.keys import create_key
from clouds.models import Cloud
from lineage import filters
from tests.events import make_dataset, make_event, make_workload, post
from tests.pages import column, names, read, region, said, under

AT = "2026-05-01T12:00:0{}Z"


def test_list_shows_the_promised_columns(as_alice, send):
    send(make_event(outputs=["raw/customers.csv"]))
    page = read(as_alice.get("/datasets/"))
    headers = [said(each) for each in page.select("thead th")]
    assert headers == ["Name", "Type", "URI", "Created at", "Created by"]
    assert names(page) == ["raw/customers.csv"]
    assert column(page, "Type") == ["CSV"]
    assert column(page, "URI") == ["s3://bucket/raw/customers.csv"]
    assert column(page, "Created by") == ["alice@example.org"]
    moment = page.select_one("tbody time")
    assert moment["datetime"] == "2026-05-01T12:00:00+00:00"


def test_list_holds_datasets_only(as_alice, send):
    send(make_event(inputs=["a.csv"], outputs=[make_dataset("model://churn", "mlflow")]))
    assert names(read(as_alice.get("/datasets/"))) == ["a.csv"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=CLEAN", ["clean.csv"]),
        ("q=s3://bucket/raw", ["raw.parquet"]),
        ("type=parquet", ["raw.parquet"]),
        ("created_by=alice@example.org", ["clean.csv", "raw.parquet"]),
        ("created_by=bob@example.org", []),
        ("project=tests", ["clean.csv", "raw.parquet"]),
        ("cloud=default&type=csv", ["clean.csv"]),
    ],
)
def test_list_filters(as_alice, send, query, expected):
    send(make_event(["raw.parquet"], ["clean.csv"]))
    page = read(as_alice.get(f"/datasets/?{query}&ordering=name"))
    assert (names(page) if page.select_one("table") else []) == expected


@pytest.fixture(params=[0, filters.FEW], ids=["many", "few"])
def few(request, monkeypatch):
    """A text that a list looks for is in many names, or in few."""
    monkeypatch.setattr(filters, "FEW", request.param)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hive:db.orders", ["db.orders"]),
        ("HIVE/db", ["db.orders"]),
        ("file:///data/a_b", ["/data/a_b.csv"]),
        ("file:/data/a_b", ["/data/a_b.csv"]),
        ("a_b", ["/data/a_b.csv"]),
        ("b:urn:x:100%", ["urn:x:100%"]),
        ("http://[", []),
        ("nothing", []),
    ],
)
def test_list_is_searched_by_what_a_uri_says(as_alice, send, few, text, expected):
    names_there = [("db.orders", "hive"), ("/data/a_b.csv", "file"), ("/data/aXb.csv", "file"), ("urn:x:100%", "b")]
    send(make_event([make_dataset(*each) for each in names_there]))
    page = read(as_alice.get("/datasets/", {"q": text}))
    assert [each["title"] for each in page.select("tbody a.name")] == expected


def test_list_is_searched_by_every_name_that_the_viewer_may_see(
    as_alice, as_bob, client, send, few, organization, alice
):
    symlinks = {"symlinks": {"identifiers": [{"namespace": "hive", "name": "db.table", "type": "TABLE"}]}}
    send(make_event(["other"], [make_dataset("warehouse/table", **symlinks)]))
    send(make_event([make_dataset("db.table", "hive")], job="reader"))
    vault = Cloud.objects.create(organization=organization, name="vault", private=True, lineage_enabled=True)
    secret = {"symlinks": {"identifiers": [{"namespace": "hive", "name": "secret.name", "type": "TABLE"}]}}
    event = make_event(["secret-other"], [make_dataset("warehouse/table", **secret)])
    assert post(client, event, create_key(vault, alice)[1]).status_code == 201
    assert (
        post(client, make_event([make_dataset("secret.name", "hive")]), create_key(vault, alice)[1]).status_code == 201
    )
    for person, text, count in (
        (as_alice, "db.table", 1),
        (as_alice, "secret.name", 1),
        (as_bob, "warehouse/table", 1),
        (as_bob, "db.table", 1),
        (as_bob, "secret.name", 0),
    ):
        assert len(read(person.get("/datasets/", {"q": text})).select("tbody a.name")) == count, (text, count)


def test_filter_offers_known_creators(as_alice, send):
    send(make_event(["a"]))
    page = read(as_alice.get("/datasets/"))
    choice = page.select_one("select[name=created_by]")
    assert choice["aria-label"] == "Created by"
    assert [each["value"] for each in choice.select("option")] == ["", "alice@example.org"]


def test_chip_takes_its_filter_away(as_alice, send):
    send(make_event(["a.csv", "b.csv"]))
    page = read(as_alice.get("/datasets/?q=a&type=csv"))
    chips = {said(each): each["href"] for each in page.select(".chip")}
    assert list(chips) == ["Search: a remove this filter", "Type: CSV remove this filter"]
    assert chips["Type: CSV remove this filter"] == "/datasets/?q=a"


def test_types_are_chosen_by_the_words_of_the_column(as_alice, send):
    send(make_event(["a.csv", make_dataset("b", storage={"storageLayer": "iceberg"})]))
    page = read(as_alice.get("/datasets/?ordering=name"))
    options = {said(each): each["value"] for each in page.select("select[name=type] option")}
    assert options == {"All types": "", "CSV": "csv", "Iceberg": "iceberg"}
    assert column(page, "Type") == ["CSV", "Iceberg"]


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [("name", ["a", "b", "c"]), ("-name", ["c", "b", "a"]), ("created_at", ["b", "a", "c"])],
)
def test_list_sorts(as_alice, send, ordering, expected):
    for index, name in enumerate(["b", "a", "c"]):
        send(make_event([name], at=AT.format(index)))
    page = read(as_alice.get(f"/datasets/?ordering={ordering}"))
    assert names(page) == expected
    label = "Created at" if ordering == "created_at" else "Name"
    header = next(each for each in page.select("thead th") if said(each) == label)
    assert header["aria-sort"] == ("descending" if ordering[0] == "-" else "ascending")


def test_list_turns_pages_forth_and_back(as_alice, send):
    send(make_event([f"d{number:02}" for number in range(60)]))
    address, seen, visited = "/datasets/?ordering=name", [], []
    while address:
        page = read(as_alice.get(address))
        visited.append(address)
        seen.append(names(page))
        link = page.select_one("a[rel=next]")
        address = f"/datasets/{link['href']}" if link else None
    assert [name for page in seen for name in page] == [f"d{number:02}" for number in range(60)]
    assert [len(page) for page in seen] == [25, 25, 10]
    back = read(as_alice.get(visited[-1])).select_one("a[rel=prev]")["href"]
    assert names(read(as_alice.get(f"/datasets/{back}"))) == seen[1]


def test_broken_cursor_gives_the_first_page_and_says_so(as_alice, send):
    send(make_event(["a"]))
    page = read(as_alice.get("/datasets/?after=nonsense"))
    assert names(page) == ["a"]
    assert "The link to that page was broken" in said(page)


def test_empty_list_says_how_to_send_a_first_event(as_alice, cloud):
    page = read(as_alice.get("/datasets/"))
    assert "http://testserver/api/v1/lineage" in page.select_one("#first-event").text
    form = page.select_one("form[action$='test-event/']")
    assert said(form.button) == "Send a test event"
    done = as_alice.post(form["action"], {"next": "/datasets/"}, follow=True)
    assert sorted(names(read(done))) == ["clean/customers.parquet", "raw/customers.csv"]
    assert "The test event has come in" in said(read(done))


def test_a_name_of_which_nothing_can_be_seen_is_a_link_all_the_same(as_alice, send):
    send(make_event(["\u200b"], job="\u2800\u3164"))
    (link,) = read(as_alice.get("/datasets/")).select("tbody a.name")
    assert said(link) == "U+200B"
    page = read(as_alice.get(link["href"]))
    assert said(page.h1) == "U+200B"
    assert "U+2800 U+3164" in said(region(page, "Related workloads"))


@pytest.mark.parametrize("section", ["datasets", "models", "workloads"])
def test_empty_cloud_says_how_to_send_its_first_event(as_alice, send, organization, settings, section):
    settings.LINEAGE_LOCAL = True
    send(make_event(["a"], [make_dataset("model://churn", "mlflow")]))
    cloud = Cloud.objects.create(organization=organization, name="research", lineage_enabled=True)
    page = read(as_alice.get(f"/{section}/?cloud={cloud.pk}"))
    assert "Nothing matches" not in said(page)
    assert "Authorization: Bearer" in page.select_one("#first-event").text
    assert page.find("a", string="Make an API key of this cloud")["href"] == f"/clouds/{cloud.pk}/settings/keys/"
    form = page.select_one("form[action$='test-event/']")
    sent = {each["name"]: each["value"] for each in form.select("input[name=cloud], input[name=next]")}
    as_alice.post(form["action"], sent)
    assert "raw/customers.csv" in names(read(as_alice.get("/datasets/?cloud=research")))
    assert "Nothing matches" in said(read(as_alice.get("/datasets/?cloud=research&q=zzz")))


@pytest.mark.parametrize("path", ["/datasets/", "/workloads/", "/events/"])
def test_empty_cloud_says_that_its_lineage_is_off(as_alice, send, organization, path):
    send(make_event(["a"]))
    cloud = Cloud.objects.create(organization=organization, name="research")
    page = read(as_alice.get(f"{path}?cloud=research"))
    assert said(page.select_one(".empty h2")) == "Lineage tracking is off in research"
    assert page.select_one(".empty-actions a")["href"] == f"/clouds/{cloud.pk}/settings/"
    assert page.select(".empty form") == []


def test_no_match_offers_to_clear_the_filters(as_alice, send):
    send(make_event(["a"]))
    page = read(as_alice.get("/datasets/?q=zzz"))
    assert page.find("a", string="Clear filters")["href"] == "/datasets/"


def test_private_cloud_is_absent_for_a_member(as_alice, as_bob, send, organization):
    send(make_event(["secret.csv"]))
    Cloud.objects.filter(organization=organization).update(private=True)
    page = read(as_bob.get("/datasets/"))
    assert "secret.csv" not in page.text
    assert "alice@example.org" not in page.text
    assert as_bob.get("/datasets/?cloud=default").status_code == 404
    address = read(as_alice.get("/datasets/")).select_one("tbody a")["href"]
    assert as_bob.get(address).status_code == 404


def test_other_organization_sees_nothing(as_alice, as_charlie, send):
    send(make_event(["secret.csv"]))
    address = read(as_alice.get("/datasets/")).select_one("tbody a")["href"]
    assert "secret" not in read(as_charlie.get("/datasets/")).text
    assert as_charlie.get(address).status_code == 404


def first_page(client, name: str):
    rows = read(client.get("/datasets/?ordering=name")).select("tbody a.name")
    return next(row["href"] for row in rows if said(row) == name)


def test_overview_splits_related_workloads(as_alice, send):
    send(make_event(outputs=["d"], job="maker", facets=make_workload("maker")))
    send(make_event(inputs=["d"], facets=make_workload("api", "service", "svc_1"), at=AT.format(1), type="FAIL"))
    page = read(as_alice.get(first_page(as_alice, "d")))
    related = region(page, "Related workloads")
    upstream, downstream = under(related, "Upstream"), under(related, "Downstream")
    assert said(upstream.select_one("a.name")) == "maker (opens in new tab)"
    assert said(downstream.select_one("a.name")) == "api (opens in new tab)"
    assert "Job" in said(upstream)
    assert "Completed" in said(upstream)
    assert "Service" in said(downstream)
    assert "Failed" in said(downstream)
    for link in related.select("a.name"):
        assert (link["target"], link["rel"]) == ("_blank", ["noopener"])


def test_overview_shows_all_related_on_demand(as_alice, send):
    for number in range(12):
        send(make_event(inputs=["d"], job=f"reader-{number:02}"))
    address = first_page(as_alice, "d")
    page = read(as_alice.get(address))
    assert len(region(page, "Related workloads").select("li")) == 10
    more = page.find("a", string="Show all 12")["href"].partition("#")[0]
    assert len(region(read(as_alice.get(address + more)), "Related workloads").select("li")) == 12


def test_overview_shows_nested_schema_and_facets(as_alice, send):
    inner = [{"name": "city", "type": "string", "description": "Town"}]
    fields = [{"name": "id", "type": "long"}, {"name": "address", "type": "struct", "fields": inner}]
    facets = {
        "schema": {"fields": fields},
        "documentation": {"description": "All customers"},
        "ownership": {"owners": [{"name": "team:growth", "type": "OWNER"}]},
        "custom_thing": {"level": 7},
    }
    send(make_event(outputs=[make_dataset("d", **facets)]))
    page = read(as_alice.get(first_page(as_alice, "d")))
    nested = region(page, "Schema").select_one("details .fields")
    assert said(nested) == "city string Town"
    assert "All customers" in said(region(page, "Documentation"))
    assert "team:growth OWNER" in said(region(page, "Details"))
    assert '"level": 7' in region(page, "Facets").text


@pytest.mark.parametrize("facet", [None, 3, "text", [], {"fields": 3}, {"fields": [None, "x", {"name": ["y"]}]}])
def test_overview_survives_odd_facets(as_alice, send, facet):
    odd = {"schema": facet, "ownership": facet, "documentation": facet, "storage": facet, "dataSource": facet}
    send(make_event(outputs=[make_dataset("d", **odd)]))
    read(as_alice.get(first_page(as_alice, "d")))


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "بيانات/العملاء", "🚀 & \"quotes\" 'too'", "n" * 200, "x/" * 2000, "{{ 7|add:7 }}"],
)
def test_names_are_escaped_and_cut(as_alice, send, name):
    send(make_event([name], ["out"]))
    page = read(as_alice.get("/datasets/?ordering=-name"))
    link = next(each for each in page.select("tbody a.name") if each["title"] == name)
    assert len(said(link)) <= 64
    assert not page.select("tbody script")
    overview = read(as_alice.get(link["href"]))
    assert overview.select_one("h1 bdi")["title"] == name
    assert [script for script in overview.select("script") if not script.get("src")] == []


def test_alias_leads_to_the_one_page(as_alice, send):
    symlinks = {"symlinks": {"identifiers": [{"namespace": "hive", "name": "db.table", "type": "TABLE"}]}}
    send(make_event(["other"], [make_dataset("warehouse/table", **symlinks)]))
    send(make_event([make_dataset("db.table", "hive")], job="reader"))
    page = read(as_alice.get("/datasets/?ordering=name"))
    assert len(names(page)) == 2
    found = [each["href"] for each in read(as_alice.get("/datasets/?q=db.table")).select("tbody a.name")]
    assert len(found) == 1
    overview = read(as_alice.get(found[0]))
    assert "reader" in said(region(overview, "Related workloads"))
    assert "Also known as" in said(region(overview, "Seen in"))


def test_dataset_that_turned_out_a_model_moves(as_alice, send):
    send(make_event([make_dataset("churn", "mlops")]))
    address = first_page(as_alice, "churn")
    send(make_event([make_dataset("churn", "mlops", datasetType={"datasetType": "MODEL"})], at=AT.format(1)))
    assert as_alice.get(address).url == address.replace("/datasets/", "/models/")


def test_versions_are_listed(as_alice, send):
    version = {"version": {"datasetVersion": "snapshot-9"}}
    send(make_event(outputs=[make_dataset("d", **version)]))
    page = read(as_alice.get(first_page(as_alice, "d") + "versions/"))
    assert column(page, "Version") == ["snapshot-9"]


@pytest.mark.parametrize("items", [1, 30])
def test_list_queries_are_constant(as_alice, send, django_assert_num_queries, items):
    send(make_event([f"d{number}" for number in range(items)]))
    with django_assert_num_queries(LIST_QUERIES):
        as_alice.get("/datasets/")


@pytest.mark.parametrize("items", [1, 30])
def test_overview_queries_are_constant(as_alice, send, django_assert_num_queries, items):
    for number in range(items):
        send(make_event(["d"], [f"out{number}"], job=f"reader-{number}"))
    address = first_page(as_alice, "d")
    with django_assert_num_queries(OVERVIEW_QUERIES if items == 1 else OVERVIEW_QUERIES + 1):
        as_alice.get(address)


# session, user, memberships, clouds | projects for the breadcrumb | creators, types, tags, rows, tags of the rows
LIST_QUERIES = 10
# session, user, memberships, clouds | projects for the breadcrumb | node, sighting | facets, bodies |
# edges, their ends | places, aliases | what people say, tags. Edges are counted where there are more than shown.
OVERVIEW_QUERIES = 14
