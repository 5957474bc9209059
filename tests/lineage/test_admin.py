"""Django's admin looks at large tables without counting them."""

import pytest

from lineage import admin
from tests.events import make_event
from tests.pages import read, said


@pytest.mark.parametrize("table", ["node", "sighting", "run", "runio", "edge"])
def test_rows_are_counted_no_further_than_they_are_paged(admin_client, send, monkeypatch, table):
    send([make_event(["a"], ["b"]), make_event(["c"], ["d"])], "/api/v1/lineage/batch")
    monkeypatch.setattr(admin, "MOST", 1)
    page = read(admin_client.get(f"/admin/lineage/{table}/"))
    assert said(page.select_one(".paginator")).startswith("1 ")
