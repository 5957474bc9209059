import pytest

from lineage.models import Sighting
from lineage.paging import decode, encode, paginate
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


@pytest.mark.parametrize("cursor", ["x", "", "W10", "WyJxIiwiYSIsIjEiXQ", "🚀", "bnVsbA", "WyJkIiwieCIsIjEiXQ"])
def test_bad_cursor_is_refused(cursor):
    with pytest.raises(ValueError, match="not a cursor of ours"):
        decode(cursor)
