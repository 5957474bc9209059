"""Column lineage: the tab, REST and CSV, and that both are what a plain walk over the raw events gives."""

import csv
import io
import json
import random
from collections import defaultdict, deque

import pytest

from clouds.operator import Operator
from ingestion.kept import texts
from ingestion.models import RawEvent
from lineage import columns, flows
from lineage.models import Node
from lineage.queries import DOWNSTREAM, UPSTREAM
from tests.corpus import compat
from tests.events import assert_golden, make_dataset, make_dataset_event, make_event
from tests.pages import column, read, said

from .test_walk import tell

pytestmark = pytest.mark.django_db
NONE = "\N{EN DASH}"


def made_of(*sources: tuple, **beside) -> dict:
    """A columnLineage facet: (output column, dataset, input column[, transformation]) each."""
    fields = defaultdict(lambda: {"inputFields": []})
    for output, name, field, *how in sources:
        fields[output]["inputFields"].append(source(name, field, *how))
    return {"fields": dict(fields), **beside}


def source(name: str, field: str, how: dict | None = None) -> dict:
    return {"namespace": "s3://bucket", "name": name, "field": field, **({"transformations": [how]} if how else {})}


SUM = {"type": "DIRECT", "subtype": "AGGREGATION", "description": "sum(amount)", "masking": True}


@pytest.fixture
def story(send):
    fields = [{"name": "total", "type": "DOUBLE", "description": "of all"}, {"name": "day", "type": "DATE"}]
    lineage = made_of(("total", "orders", "amount", SUM), ("total", "rates", "rate"), ("day", "orders", "at"))
    send(
        make_event(["orders", "rates"], [make_dataset("sums", schema={"fields": fields}, columnLineage=lineage)], "sum")
    )
    send(make_event(["sums"], [make_dataset("report", columnLineage=made_of(("shown", "sums", "total")))], "render"))


def address(name: str, query: str = "") -> str:
    node = Node.objects.get(name=name)
    return f"/{node.page}/{node.pk}/columns/{query}"


def reached(viewer, name: str, field: str, direction: str) -> dict[tuple[str, str], int]:
    start = columns.Column(Node.objects.get(name=name).root_id, field)
    found = columns.lineage(viewer, start, direction)
    return {(found.named[row.column.node].node.name, row.column.name): row.hops for row in found.rows}


def test_what_a_column_is_made_of_is_ordered_by_name_however_it_is_found(story, as_alice, monkeypatch):
    found = flows.mappings
    monkeypatch.setattr(flows, "mappings", lambda *asked: found(*asked)[::-1])
    assert column(read(as_alice.get(address("sums"))), "Made from") == ["amount orders , rate rates", "at orders"]


def test_the_tab_says_what_each_column_is_made_of_and_goes_into(story, as_alice):
    page = read(as_alice.get(address("sums")))
    assert column(page, "Column") == ["total", "day"]
    assert column(page, "Type") == ["DOUBLE", "DATE"]
    assert column(page, "Made from") == ["amount orders , rate rates", "at orders"]
    assert column(page, "Goes into") == ["shown report", NONE]


def test_a_columns_page_follows_it_both_ways(story, as_alice):
    page = read(as_alice.get(address("report", "?column=shown")))
    rows = [[said(cell) for cell in row.find_all(["td", "th"])] for row in page.select("tbody tr")]
    assert rows == [
        ["1", "total", "sums", NONE, "render", "shown report"],
        ["2", "amount", "orders", "Direct: aggregation masked sum(amount)", "sum", "total sums"],
        ["2", "rate", "rates", NONE, "sum", "total sums"],
    ]
    assert "No event says what is made of this column." in said(page)


def test_a_wide_table_is_searched_and_paged(send, as_alice):
    fields = [{"name": f"c{at:04}"} for at in range(1000)]
    lineage = made_of(*((f"c{at:04}", "wide", f"c{at:04}") for at in range(1000)))
    send(make_event([make_dataset("wide", schema={"fields": fields})], [make_dataset("next", columnLineage=lineage)]))
    page = read(as_alice.get(address("wide")))
    assert len(column(page, "Column")) == 100
    assert column(page, "Goes into")[7] == "c0007 next"
    assert column(read(as_alice.get(address("wide", page.select_one("a[rel=next]")["href"]))), "Column")[0] == "c0100"
    assert column(read(as_alice.get(address("next", "?q=C099"))), "Column") == [f"c099{at}" for at in range(10)]
    assert "No column has this in its name" in said(read(as_alice.get(address("next", "?q=nothing"))))


def test_a_whole_dataset_stands_for_all_of_its_columns(send, as_alice, organization):
    condition = [{**source("orders", "country"), "transformations": [{"type": "INDIRECT", "subtype": "FILTER"}]}]
    lineage = made_of(("total", "orders", "amount"), dataset=condition)
    send(make_event(["orders"], [make_dataset("sums", columnLineage=lineage)], "sum"))
    send(make_event(["sums"], [make_dataset("report", columnLineage=made_of(("shown", "sums", "total")))], "render"))
    viewer = Operator(organization)
    assert reached(viewer, "report", "shown", UPSTREAM) == {
        ("sums", "total"): 1,
        ("orders", "amount"): 2,
        ("orders", "country"): 2,
    }
    assert reached(viewer, "orders", "country", DOWNSTREAM) == {("sums", ""): 1, ("report", "shown"): 2}
    assert "made from country orders" in said(read(as_alice.get(address("sums"))))


def test_nested_columns_are_named_by_their_way(send, as_alice):
    fields = [{"name": "person", "type": "struct", "fields": [{"name": "name", "type": "string"}]}]
    send(make_event([make_dataset("nested", schema={"fields": fields})], ["out"]))
    assert column(read(as_alice.get(address("nested"))), "Column") == ["person", "person.name"]


def test_a_run_that_repeats_a_mapping_is_read_once(send, as_alice, organization, django_assert_num_queries):
    for _ in range(30):
        send(make_event(["a"], [make_dataset("b", columnLineage=made_of(("y", "a", "x")))], "copy"))
    walk = columns.around(Operator(organization), Node.objects.get(name="b").pk, UPSTREAM)
    assert [len(maps) for maps in walk.maps.values()] == [1]
    with django_assert_num_queries(8):
        assert reached(Operator(organization), "b", "y", UPSTREAM) == {("a", "x"): 1}


def test_what_a_viewer_may_not_see_is_not_walked(send, as_bob, cloud, story):
    cloud.private = True
    cloud.save()
    assert as_bob.get(address("sums")).status_code == 404
    node = Node.objects.get(name="sums")
    assert as_bob.get(f"/api/nodes/{node.pk}/column-lineage?column=total").status_code == 404


def test_a_workload_has_no_columns(story, as_alice):
    node = Node.objects.get(name="sum")
    assert as_alice.get(f"/datasets/{node.pk}/columns/")["Location"] == f"/workloads/{node.pk}/"


def test_rest_and_csv(story, as_alice):
    node = Node.objects.get(name="report")
    answer = as_alice.get(f"/api/nodes/{node.pk}/column-lineage", {"column": "shown"}).json()
    for row in answer["results"]:
        del row["id"]
        for way in row["ways"]:
            del way["from"]["id"], way["workload"]["id"]
    assert_golden("columns.json", answer)
    query = {"column": "shown", "format": "csv"}
    lines = list(
        csv.DictReader(io.StringIO(as_alice.get(f"/api/nodes/{node.pk}/column-lineage", query).content.decode()))
    )
    assert [(line["column"], line["masked"], line["from_column"]) for line in lines] == [
        ("total", "False", "shown"),
        ("amount", "True", "total"),
        ("rate", "False", "total"),
    ]


def test_the_columns_by_rest(story, as_alice):
    node = Node.objects.get(name="sums")
    told = as_alice.get(f"/api/nodes/{node.pk}/columns", {"limit": 1}).json()
    row = {"name": "total", "type": "DOUBLE", "description": "of all", "upstream": 2, "downstream": 1}
    assert told == {"count": 2, "cut": False, "results": [row]}
    assert as_alice.get(f"/api/nodes/{node.pk}/columns", {"limit": 0}).status_code == 400
    assert as_alice.get(f"/api/nodes/{node.pk}/column-lineage").status_code == 400


class Plain:
    """Column lineage read off raw events: (dataset, column) pairs, "" for a whole dataset. What a dataset itself says
    of another holds until it says otherwise; what a run says, for good."""

    def __init__(self, events: list[dict]):
        self.pairs, last = set(), {}
        for event in sorted(events, key=lambda event: event["eventTime"]):
            if event.get("job", {}).get("facets", {}).get("lineage", {}).get("entries"):
                continue
            for made in event.get("outputs", []):
                self.pairs |= self.told(made)
            if "dataset" in event:
                name, pairs = event["dataset"]["name"], self.told(event["dataset"])
                for one in {near[0] for near, _far in pairs}:
                    last[one, name] = {pair for pair in pairs if pair[0][0] == one}
        self.pairs |= set().union(*last.values())

    def told(self, made: dict) -> set:
        facet, pairs = made["facets"].get("columnLineage", {}), set()
        for name, each in facet.get("fields", {}).items():
            pairs |= {((one["name"], one["field"]), (made["name"], name)) for one in each["inputFields"]}
        return pairs | {((one["name"], one["field"]), (made["name"], "")) for one in facet.get("dataset", [])}

    def hops(self, start: tuple[str, str], direction: str) -> dict[tuple[str, str], int]:
        found, queue = {start: 0}, deque([start])
        while queue:
            here = queue.popleft()
            for pair in self.pairs:
                near, far = pair if direction == DOWNSTREAM else pair[::-1]
                same = near[0] == here[0] and (near[1] == here[1] or not near[1] or not here[1])
                if same and far not in found:
                    found[far] = found[here] + 1
                    queue.append(far)
        del found[start]
        return found


def random_event(chance: random.Random, number: int) -> dict:
    made = made_of(*((chance.choice("xyz"), f"d{chance.randrange(8)}", chance.choice("xyz")) for _ in range(3)))
    if chance.random() < 0.2:
        made["dataset"] = [source(f"d{chance.randrange(8)}", chance.choice("xyz"))]
    target = make_dataset(f"d{chance.randrange(8)}", columnLineage=made)
    if chance.random() < 0.2:
        return make_dataset_event(target, at=f"2026-05-01T12:00:{number:02}Z")
    return make_event([], [target], f"j{chance.randrange(4)}")


@pytest.mark.parametrize("seed", range(8))
def test_the_lineage_of_every_column_is_what_the_events_tell(seed, cloud, organization):
    chance = random.Random(seed)
    tell(cloud, [random_event(chance, at) for at in range(chance.randrange(4, 25))])
    plain = Plain([json.loads(text) for _, text in texts(RawEvent.objects.all())])
    starts, sizes = {end for pair in plain.pairs for end in pair if end[1]}, []
    for name, field in starts:
        for side in (UPSTREAM, DOWNSTREAM):
            found = reached(Operator(organization), name, field, side)
            assert found == plain.hops((name, field), side)
            sizes.append(len(found))
    assert max(sizes) > 2


def test_columns_of_real_spark_events(send, as_alice):
    for body in compat():
        send(body.decode())
    name = Node.objects.filter(name__endswith="/outputs/1729097570970").get().name
    page = read(as_alice.get(address(name, "?column=sum(word_count)")))
    assert column(page, "Column") == ["word", "word_count"]
