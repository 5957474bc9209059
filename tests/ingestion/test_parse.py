import json
import random
from datetime import UTC, datetime

import pytest

from ingestion.parse import Event, Invalid, Malformed, parse, parse_many, run_uuid
from tests.events import DATA, all_recorded, facet, make_dataset, make_dataset_event, make_event, spoil

MANIFEST = json.loads((DATA / "edge" / "manifest.json").read_text())
PRESENT = [case for case in MANIFEST if (DATA / "edge" / case["file"]).exists()]


def read(event) -> Event:
    return parse(event if isinstance(event, bytes) else json.dumps(event).encode())


def faults(event) -> list[str]:
    with pytest.raises(Invalid) as caught:
        read(event)
    return [path for path, _ in caught.value.errors]


def without(event: dict, key: str) -> dict:
    return {name: value for name, value in event.items() if name != key}


def with_text(text: str) -> bytes:
    """An event with JSON text as it is for the value of a facet's field."""
    return json.dumps(make_event(facets={"x": facet(value="HERE")})).replace('"HERE"', text).encode()


@pytest.mark.parametrize("case", PRESENT, ids=[case["file"] for case in PRESENT])
def test_edge_bodies_get_the_verdict_of_the_manifest(case):
    body = (DATA / "edge" / case["file"]).read_bytes()
    if case["expected"] == "reject":
        with pytest.raises((Malformed, Invalid)):
            parse(body)
    else:
        event = parse(body)
        assert bool(event.warnings) == (case["expected"] != "accept")


@pytest.mark.parametrize("body", all_recorded(), ids=lambda body: "")
def test_recorded_events_are_read(body):
    tree = json.loads(body)
    event = parse(body)
    assert (event.job_namespace, event.job_name) == (tree["job"]["namespace"], tree["job"]["name"])
    assert len(event.inputs) == len(tree.get("inputs") or [])
    assert json.loads(event.canonical) == tree


def test_four_megabytes_of_source_code_are_read():
    code = "x=1\n" * 1_000_000
    event = read(make_event(job_facets={"sourceCode": facet(language="python", sourceCode=code)}))
    assert event.job_facets["sourceCode"]["sourceCode"] == code


def test_run_event_has_all_its_parts():
    event = read(
        make_event(
            [make_dataset("in", schema=facet(fields=[]), inputFacets={"inputStatistics": facet(rowCount=3)})],
            ["out"],
            job="train",
            run="0197a000-0000-7000-8000-000000000001",
            facets={"parent": facet()},
            job_facets={"sql": facet(query="select 1")},
        )
    )
    assert (event.kind, event.event_type, event.at) == ("run", "COMPLETE", datetime(2026, 5, 1, 12, tzinfo=UTC))
    assert (event.run_id, event.external_run_id) == ("0197a000-0000-7000-8000-000000000001", "")
    assert list(event.run_facets) == ["parent"]
    assert list(event.job_facets) == ["sql"]
    assert event.inputs[0].more["inputStatistics"]["rowCount"] == 3
    assert event.outputs[0].name == "out"
    assert event.warnings == []


def test_dataset_event_has_a_dataset_only():
    event = read(make_dataset_event(make_dataset("table")))
    assert (event.kind, event.dataset.name, event.run_id, event.job_name) == ("dataset", "table", "", "")


def test_run_with_dataset_and_no_job_is_a_dataset_event():
    assert read(make_dataset_event(make_dataset("table")) | {"run": {"runId": "x"}}).kind == "dataset"


def test_run_job_and_dataset_is_a_run_event():
    assert read(make_event() | {"dataset": make_dataset("table")}).kind == "run"


def test_job_and_dataset_without_run_is_refused():
    assert faults(without(make_event(), "run") | {"dataset": make_dataset("table")}) == ["$"]


# The digest and the canonical text


def test_key_order_and_spaces_do_not_change_the_digest():
    event = make_event(["a"], run="0197a000-0000-7000-8000-000000000001")
    turned = json.dumps(dict(reversed(event.items())), indent=3).encode()
    assert read(event).digest == parse(turned).digest
    assert read(event).digest != read(event | {"eventType": "FAIL"}).digest


def test_the_last_of_two_equal_keys_wins():
    body = json.dumps(make_event(job="first")).replace('"name": "first"', '"name": "first", "name": "second"')
    assert parse(body.encode()).job_name == "second"


@pytest.mark.parametrize("text", ["9223372036854775808", "-1" + "0" * 40, "9" * 400])
def test_integers_beyond_64_bits_survive(text):
    event = parse(with_text(text))
    assert event.run_facets["x"]["value"] == int(text)
    assert f'"value":{text}' in event.canonical


@pytest.mark.parametrize("escape", [r"\u0000", r"\ud800", r"\uDFFF", r"\ud83d", r"\ude00\ud83d"])
def test_what_no_database_stores_is_replaced(escape):
    event = parse(with_text(f'"a{escape}b"'))
    assert set(event.run_facets["x"]["value"]) == {"a", "\ufffd", "b"}
    assert event.warnings == ["$: NUL characters or lone surrogates are replaced by U+FFFD"]
    event.canonical.encode()
    assert "\0" not in event.canonical


def test_escaped_backslash_before_u_is_no_escape():
    event = parse(with_text(r'"\\u0000 \\ud800 \ud83d\ude00"'))
    assert event.run_facets["x"]["value"] == "\\u0000 \\ud800 😀"
    assert event.warnings == []


def test_nul_in_a_key_is_replaced():
    body = json.dumps(make_event(facets={"x": facet(key=1)})).replace('"key"', r'"k\u0000y"')
    assert parse(body.encode()).run_facets["x"]["k\ufffdy"] == 1


def test_passwords_are_removed_from_uris():
    event = read(
        make_event(
            [
                make_dataset(
                    "db.t", "postgres://me:s3cr3t@host:5432", dataSource=facet(uri="jdbc:db2://u:s3cr3t@h/db")
                ),
                make_dataset("a", "abfss://container@account.dfs.core.windows.net", note=facet(mail="a:b@example.com")),
            ]
        )
    )
    assert event.inputs[0].namespace == "postgres://host:5432"
    assert event.inputs[0].facets["dataSource"]["uri"] == "jdbc:db2://h/db"
    assert event.inputs[1].namespace == "abfss://container@account.dfs.core.windows.net"
    assert event.inputs[1].facets["note"]["mail"] == "a:b@example.com"
    assert "s3cr3t" not in event.canonical
    assert event.warnings == ["$: user names and passwords are removed from URIs"]


# What is no JSON


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"a": 1,}',
        b"\xff\xfe{\x00}\x00",
        b"{} {}",
        b"[" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        with_text("NaN"),
        with_text("-Infinity"),
        with_text("1e400"),
        with_text("9" * 5000),
        with_text("01"),
        with_text("'x'"),
        with_text('"\x00"'),
        with_text('"\t"'),
        with_text('"x"').replace(b'"x"', b'"\xe9"'),
        with_text('"x"').replace(b'"x"', b'"\xed\xa0\x80"'),
    ],
    ids=lambda body: repr(body[:20]) + str(len(body)),
)
def test_what_is_no_json_is_malformed(body):
    with pytest.raises(Malformed) as caught:
        parse(body)
    assert caught.value.path == "$"


def test_nesting_is_read_up_to_500_levels():
    assert parse(with_text("[" * 490 + "]" * 490)).kind == "run"
    with pytest.raises(Malformed, match="nested more than 500 levels deep"):
        parse(with_text("[" * 500 + "]" * 500))


def test_byte_order_mark_is_skipped():
    assert parse(b"\xef\xbb\xbf" + json.dumps(make_event()).encode()).kind == "run"


# What is no event


@pytest.mark.parametrize("tree", [1, "x", None, True, []])
def test_what_is_no_object_is_invalid(tree):
    assert faults(tree) == ["$"]


def test_all_faults_are_listed_with_their_paths():
    event = make_event([make_dataset(""), "fine", 7], [{"namespace": "n"}]) | {"eventTime": "now", "eventType": "DONE"}
    event["job"] = {"name": 3}
    event["run"] = {}
    assert faults(event) == [
        "$.eventTime",
        "$.eventType",
        "$.run.runId",
        "$.job.namespace",
        "$.job.name",
        "$.inputs[0].name",
        "$.inputs[2]",
        "$.outputs[0].name",
    ]


@pytest.mark.parametrize("name", ["", " ", "\t\n", 3, True, ["a"], {"a": 1}, None])
def test_names_must_be_texts_that_say_something(name):
    assert faults(make_event([{"namespace": "n", "name": name}])) == ["$.inputs[0].name"]
    assert faults(make_event([{"namespace": name, "name": "n"}])) == ["$.inputs[0].namespace"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"run": []}, "$.run"),
        ({"run": "id"}, "$.run"),
        ({"job": "job"}, "$.job"),
        ({"job": None}, "$.job"),
        ({"inputs": {}}, "$.inputs"),
        ({"outputs": "s3://bucket/a"}, "$.outputs"),
        ({"inputs": [None]}, "$.inputs[0]"),
        ({"inputs": [[]]}, "$.inputs[0]"),
        ({"inputs": [make_dataset("a") | {"facets": []}]}, "$.inputs[0].facets"),
        ({"inputs": [make_dataset("a") | {"inputFacets": 3}]}, "$.inputs[0].inputFacets"),
        ({"run": {"runId": "a", "facets": "x"}}, "$.run.facets"),
        ({"run": {"runId": 5}}, "$.run.runId"),
        ({"run": {"runId": ""}}, "$.run.runId"),
        ({"eventTime": 1714557600}, "$.eventTime"),
        ({"eventTime": None}, "$.eventTime"),
        ({"eventType": ""}, "$.eventType"),
        ({"eventType": ["START"]}, "$.eventType"),
    ],
)
def test_wrong_containers_are_refused_by_path(change, path):
    assert faults(make_event() | change) == [path]


def test_dataset_of_a_dataset_event_is_checked():
    assert faults(make_dataset_event({"namespace": "n"})) == ["$.dataset.name"]
    assert faults(make_dataset_event([])) == ["$.dataset"]


def test_a_thousand_faults_are_cut():
    with pytest.raises(Invalid) as caught:
        read(make_event([{}] * 500))
    assert caught.value.errors[-1] == ("$", "and 950 more")


# What is odd


def job_with(facets) -> dict:
    return {"job": {"namespace": "n", "name": "j", "facets": facets}}


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"producer": None}, "$.producer: missing"),
        ({"producer": "feast"}, "$.producer: not a URI"),
        ({"producer": 7}, "$.producer: not a text"),
        ({"schemaURL": None}, "$.schemaURL: missing"),
        ({"eventTime": "2026-05-01T10:00:00"}, "$.eventTime: no time zone: read as UTC"),
        ({"eventType": "complete"}, "$.eventType: not in upper case"),
        ({"inputs": None}, "$.inputs: null, read as an empty array"),
        ({"run": {"runId": "nightly-7"}}, "$.run.runId: not a UUID"),
        (job_with(None), "$.job.facets: null, read as an empty object"),
        (job_with({"a": 5}), "$.job.facets.a: not an object"),
        (job_with({"a": None}), "$.job.facets.a: null, left out"),
        (
            {"job": {"namespace": "n", "name": "j", "facets": {"a": {}}}},
            "$.job.facets.a: no _producer or no _schemaURL",
        ),
    ],
)
def test_odd_events_are_read_with_a_warning(change, warning):
    assert read(make_event() | change).warnings == [warning]


def test_scalar_facets_are_kept_as_they_are():
    event = read(make_event([make_dataset("a", version="1.0.0", feature_count=5, tags=["x"], none=None)]))
    assert event.inputs[0].facets == {"version": "1.0.0", "feature_count": 5, "tags": ["x"]}


def test_deleted_facets_are_tombstones_on_jobs_and_datasets_only():
    gone = facet(_deleted=True, description="old")
    event = read(make_event([make_dataset("a", documentation=gone)], job_facets={"sql": gone}, facets={"x": gone}))
    assert event.inputs[0].facets == {"documentation": {"_deleted": True}}
    assert event.job_facets == {"sql": {"_deleted": True}}
    assert event.run_facets == {"x": gone}


def test_names_end_somewhere():
    assert faults(make_event(["a" * 65_537])) == ["$.inputs[0].name"]


def test_a_row_of_colons_takes_linear_time():
    assert parse(with_text('"@://' + ":" * 2_000_000 + '"')).kind == "run"


def test_long_and_strange_names_survive():
    name = "ünï/" * 2000 + "\u202eevil<script>?x#y%2F\"'"
    assert read(make_event([name])).inputs[0].name == name


def test_run_ids_that_are_no_uuid_get_one():
    made, external = run_uuid("nightly-7")
    assert (made, external) == run_uuid("nightly-7")
    assert external == "nightly-7"
    assert run_uuid("0197A000-0000-7000-8000-00000000000F") == ("0197a000-0000-7000-8000-00000000000f", "")
    bare = "5b1f7c1f2f9e4f0d9f3f5b1f7c1f2f9e"
    assert run_uuid(bare) == ("5b1f7c1f-2f9e-4f0d-9f3f-5b1f7c1f2f9e", bare)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-05-01T10:00:00.123456789Z", datetime(2026, 5, 1, 10, 0, 0, 123456, UTC)),
        ("2026-05-01T10:00:00.1Z", datetime(2026, 5, 1, 10, 0, 0, 100000, UTC)),
        ("2026-05-01T10:00:00+05:30", datetime(2026, 5, 1, 4, 30, tzinfo=UTC)),
        ("2026-05-01t10:00:00z", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("2026-05-01 10:00:00-0100", datetime(2026, 5, 1, 11, tzinfo=UTC)),
        ("2026-05-01T10:00Z", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, 999999, UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("9999-12-31T23:59:59-05:00", datetime.max.replace(tzinfo=UTC)),
        ("0001-01-01T00:00:00+05:00", datetime.min.replace(tzinfo=UTC)),
    ],
)
def test_event_times_are_read(text, at):
    assert read(make_event(at=text)).at == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-05-01",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-05-01T24:00:00Z",
        "2026-05-01T10:61:00Z",
        "2026-05-01T10:00:00+25:00",
        "0000-01-01T00:00:00Z",
        "2026-W18-5T10:00:00Z",
        "1714557600",
        "2026-05-01T10:00:00Z\n",
        "٢٠٢٦-05-01T10:00:00Z",
    ],
)
def test_other_event_times_are_refused(text):
    assert faults(make_event(at=text)) == ["$.eventTime"]


# Batches


def kinds(body: bytes) -> list[str]:
    return [type(item).__name__ for item in parse_many(body)]


@pytest.mark.parametrize(
    "bad",
    [
        rb'"\ud800"',
        b"NaN",
        b"1e400",
        b"[" * 100_000 + b"]" * 100_000,
        b"\xff",
        b'{"a" 1}',
        b"",
        b"{}",
    ],
    ids=lambda bad: repr(bad[:8]),
)
def test_a_bad_item_does_not_sink_its_neighbours(bad):
    good = json.dumps(make_event(['a,b[{\\"'])).encode()
    assert kinds(b"[" + good + b", " + bad + b" , " + good + b"]") == [
        "Event",
        "Invalid" if bad in (b"{}", rb'"\ud800"') else "Malformed",
        "Event",
    ]


def test_a_lone_surrogate_in_an_item_is_replaced_there():
    good = json.dumps(make_event()).encode()
    first, second = parse_many(b"[" + with_text(r'"\ud800"') + b"," + good + b"]")
    assert first.run_facets["x"]["value"] == "\ufffd"
    assert second.warnings == []


def test_items_have_the_digest_of_the_single_event():
    event = make_event(["b"])
    assert parse_many(json.dumps([event]).encode())[0].digest == read(event).digest


def test_an_empty_array_has_no_items():
    assert parse_many(b" [ ] ") == []


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"[{}", b"[1]]", b"[]x", b"]["])
def test_a_batch_must_be_an_array(body):
    with pytest.raises(Malformed):
        parse_many(body)


# Whatever comes


def test_mutations_of_real_events_are_read_or_refused():
    chance = random.Random(7)
    bodies = all_recorded()
    values = [
        b"null",
        b"true",
        b"[]",
        b"{}",
        b'""',
        b"0",
        b"-1e9",
        b'"\\ud800"',
        b'"x"',
        b"}",
        b'"',
        b",",
        b"\\",
        b"\0",
    ]
    for _ in range(600):
        body = bytearray(chance.choice(bodies))
        for _ in range(chance.randint(1, 4)):
            start = chance.randrange(len(body))
            body[start : start + chance.randint(0, 12)] = chance.choice(values)
        assert_read_or_refused(bytes(body))


def test_swapped_values_of_real_events_are_read_or_refused():
    chance = random.Random(8)
    trees = [json.loads(body) for body in all_recorded()]
    for _ in range(600):
        tree = json.loads(json.dumps(chance.choice(trees)))
        spoil(tree, chance)
        assert_read_or_refused(json.dumps(tree).encode())


def assert_read_or_refused(body: bytes) -> None:
    try:
        result = parse(body)
    except (Malformed, Invalid) as error:
        result = error
    assert isinstance(result, Event) or result.errors
