"""Events of files: JSON in any of its shapes, and large files by several processes."""

import gzip
import io
import json
import os

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ingestion import load
from ingestion.models import RawEvent, RejectedEvent
from lineage.models import Run
from tests.events import DATA, make_event

EVENTS = [make_event(["in"], ["out"]) for _ in range(3)]
LINES = "\n".join(map(json.dumps, EVENTS))


@pytest.fixture
def load_events(cloud, tmp_path):
    def load_events(*bodies: bytes | str) -> tuple[str, list[str]]:
        """What is told, and the faults."""
        names = []
        for number, body in enumerate(bodies):
            names.append(tmp_path / f"{number}.json")
            names[-1].write_bytes(body.encode() if isinstance(body, str) else body)
        out, err, code = io.StringIO(), io.StringIO(), 0
        try:
            call_command("load_events", *map(str, names), stdout=out, stderr=err)
        except SystemExit as ended:
            code = ended.code
        faults = err.getvalue().splitlines()
        assert code == bool(faults)
        return out.getvalue().strip(), [fault.removeprefix(f"{tmp_path}/") for fault in faults]

    return load_events


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        LINES,
        f"\n\n{LINES}\n\n",
        json.dumps(EVENTS),
        json.dumps(EVENTS, indent=2),
        gzip.compress(LINES.encode()),
        gzip.compress(json.dumps(EVENTS).encode()),
    ],
)
def test_events_are_loaded_whatever_the_shape_of_the_file(load_events, body):
    assert load_events(body) == ("3 accepted, 0 rejected, 0 duplicate", [])
    assert load_events(body) == ("0 accepted, 0 rejected, 3 duplicate", [])
    assert RawEvent.objects.count() == 3


@pytest.mark.django_db
def test_one_event_over_many_lines_is_loaded(load_events):
    assert load_events(json.dumps(EVENTS[0], indent=2)) == ("1 accepted, 0 rejected, 0 duplicate", [])


@pytest.mark.django_db
def test_events_of_standard_input_are_loaded(cloud, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(LINES.encode())))
    out = io.StringIO()
    call_command("load_events", "-", stdout=out)
    assert out.getvalue() == "3 accepted, 0 rejected, 0 duplicate\n"


@pytest.mark.django_db
def test_a_faulty_event_is_named_and_kept_and_its_neighbours_are_loaded(load_events):
    lines = LINES.splitlines()
    told, faults = load_events("\n".join([lines[0], '{"no": "event"}', lines[1], "{", lines[2]]))
    assert told == "3 accepted, 2 rejected, 0 duplicate"
    assert faults[0] == "0.json:2: $.job: missing"
    assert faults[-1].startswith("0.json:4: $: not JSON")
    assert list(RejectedEvent.objects.order_by("pk").values_list("body", flat=True)) == ['{"no": "event"}\n', "{\n"]


@pytest.mark.django_db
def test_a_faulty_item_of_an_array_is_named_and_kept_alone(load_events):
    told, faults = load_events(f'[{json.dumps(EVENTS[0])}, {{"no": "event"}}]')
    assert told == "1 accepted, 1 rejected, 0 duplicate"
    assert faults[0] == "0.json[1]: $.job: missing"
    assert RejectedEvent.objects.get().body == '{"no": "event"}'


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["[1", "no JSON", '{"a":'])
def test_a_file_that_is_no_json_is_refused(load_events, body):
    told, faults = load_events(body)
    assert told == "0 accepted, 1 rejected, 0 duplicate"
    assert faults[0].startswith("0.json")


@pytest.mark.django_db
def test_an_empty_file_holds_no_event(load_events):
    assert load_events("", " \n") == ("0 accepted, 0 rejected, 0 duplicate", [])


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_said_so(cloud):
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_events", "nowhere.json")
    with pytest.raises(CommandError, match="There is no cloud 'elsewhere'"):
        call_command("load_events", "nowhere.json", cloud="elsewhere")


@pytest.mark.django_db
def test_every_recorded_event_is_loaded(cloud):
    files = sorted(str(path) for folder in ("real", "compat") for path in (DATA / folder).rglob("*.*json"))
    out, err = io.StringIO(), io.StringIO()
    call_command("load_events", *files, stdout=out, stderr=err)
    accepted, rejected, duplicate = (int(part.split()[0]) for part in out.getvalue().split(", "))
    assert (rejected, err.getvalue()) == (0, "")
    assert accepted == RawEvent.objects.count()
    assert accepted + duplicate > 150


@pytest.mark.django_db
def test_a_stop_by_hand_says_how_to_go_on(load_events, monkeypatch):
    def stop(body):
        raise KeyboardInterrupt

    monkeypatch.setattr(load, "attempt", stop)
    with pytest.raises(CommandError, match="Load it again to go on: no event counts twice"):
        load_events(LINES)


def many(count: int) -> list[str]:
    return [json.dumps(make_event([f"in{n % 7}"], ["out"], job=f"job{n % 5}")) for n in range(count)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cores", [1, 3])
def test_a_large_file_is_loaded_by_all_cores_and_told_in_its_order(load_events, monkeypatch, cores):
    monkeypatch.setattr(load, "cores", lambda: cores)
    lines = many(1500)
    lines[300], lines[301], lines[900] = '{"no": "event"}', lines[302], "{"
    told, faults = load_events("\n".join(lines))
    assert told == "1497 accepted, 2 rejected, 1 duplicate"
    assert [fault.split(" ")[0] for fault in dict.fromkeys(faults)] == sorted(fault.split(" ")[0] for fault in faults)
    assert faults[0].startswith("0.json:301:")
    assert RawEvent.objects.count() == Run.objects.count() == 1497
    assert RejectedEvent.objects.count() == 2
    assert load_events("\n".join(lines))[0] == "0 accepted, 2 rejected, 1498 duplicate"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes one writer")
def test_a_process_that_ends_early_is_said_so(load_events, monkeypatch):
    own, attempt = os.getpid(), load.attempt
    monkeypatch.setattr(load, "cores", lambda: 2)
    monkeypatch.setattr(load, "attempt", lambda body: attempt(body) if os.getpid() == own else os._exit(1))
    with pytest.raises(CommandError, match="Load the file again: no event counts twice"):
        load_events("\n".join(many(600)))
    assert RawEvent.objects.count() == load.TOGETHER
