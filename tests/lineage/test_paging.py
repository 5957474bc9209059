import json
from base64 import urlsafe_b64encode

import pytest

from lineage.models import Sighting
from lineage.paging import encode, paginate
from tests.events import make_event


@pytest.mark.parametrize("field", ["sort_name", "created_at", "type", "kind", "last_run_stamp"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_pages_cover_every_row_once_in_both_directions(send, field, sign):
    for minute in range(4):
        send(make_event([f"d{minute}.csv", "same"], job=f"j{minute % 2}", at=f"2026-05-01T12:0{minute}:00Z"))
    expected = list(Sighting.objects.order_by(sign + field, f"{sign}pk").values_list("pk", flat=True))
    forth, page = [], paginate(Sighting.objects.all(), ordering=sign + field, limit=2)
    while page.next:
        forth += [row.pk for row in page.rows]
        page = paginate(Sighting.objects.all(), ordering=sign + field, limit=2, **page.next)
    forth += [row.pk for row in page.rows]
    assert forth == expected
    back = [row.pk for row in page.rows]
    while page.previous:
        page = paginate(Sighting.objects.all(), ordering=sign + field, limit=2, **page.previous)
        back = [row.pk for row in page.rows] + back
    assert back == expected


def test_page_at_the_end_leads_back(send):
    send(make_event(["a", "b"]))
    last = Sighting.objects.order_by("sort_name", "pk").last()
    page = paginate(Sighting.objects.all(), ordering="sort_name", after=encode(last.sort_name, last.pk))
    assert (page.rows, page.next, page.previous) == ([], None, None)


BROKEN = [
    *("x", "W10", "WyJxIiwiYSIsIjEiXQ", "🚀", "bnVsbA"),
    *(["d", "x", "1"], ["d", 5, "1"], ["d", "0001-01-01T00:00:00+14:00", "1"], ["u", 5, "1"], ["s", 5, "1"]),
    *(["s", "a\0b", "1"], ["s", "\ud800", "1"], ["i", "9" * 5000, "1"], ["i", float("inf"), "1"], ["s", "a", [1]]),
    *(["s", "a", {"a": 1}], ["s", "a", None], ["s", "a", "\0"], ["s", "a", "9" * 5000], [["s"], "a", "1"], {"a": 1}),
]


def written(cursor) -> str:
    return cursor if isinstance(cursor, str) else urlsafe_b64encode(json.dumps(cursor).encode()).decode().rstrip("=")


@pytest.mark.parametrize("cursor", [*map(written, BROKEN), urlsafe_b64encode(b"[" * 100_000).decode()])
@pytest.mark.parametrize("field", ["sort_name", "created_at", "kind", "last_run_stamp"])
def test_bad_cursor_is_refused(db, cursor, field):
    with pytest.raises(ValueError, match="not a cursor of ours"):
        paginate(Sighting.objects.all(), ordering=field, after=cursor)


@pytest.mark.parametrize("path", ["/workloads/", "/datasets/", "/api/runs/"])
@pytest.mark.parametrize(
    "cursor",
    [
        ["s", "abc", "1"],
        ["d", "2026-01-01T00:00:00+00:00", "x"],
        ["u", "0" * 32, "1"],
        ["i", 10**30, "1"],
        ["d", "2026-01-01T00:00:00+00:00", "9" * 30],
    ],
)
def test_cursor_of_another_list_is_no_server_error(as_alice, send, path, cursor):
    send(make_event(["a"]))
    assert as_alice.get(path, {"after": written(cursor)}).status_code in (200, 400)
