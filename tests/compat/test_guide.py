"""docs/marquez.md names every endpoint, and its way of moving works."""

import pytest
from django.conf import settings

from compat.marquez.endpoints import ENDPOINTS
from tests.events import all_recorded, post

GUIDE = (settings.BASE_DIR / "docs/marquez.md").read_text()
ROWS = [line for line in GUIDE.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: f"{each.method} {each.template}")
def test_every_endpoint_is_in_the_guide(endpoint):
    template = endpoint.template
    names = [f"`{template}`"]
    if template.endswith(("/versions/{version}", "/datasets/{dataset}/versions", "/jobs/{job}/versions")):
        names.append(f"`{template.removesuffix('/{version}')}`")
    assert any(f"`{endpoint.method}`" in row and any(name in row for name in names) for row in ROWS)


def test_events_come_back_as_they_were_sent(api):
    """So whoever moves on takes them along, and here they are known."""
    bodies = all_recorded()[:40]
    sent = [post(api.client, body).json().get("status") for body in bodies]
    assert "stored" in sent
    total = api.get("events/lineage")["totalCount"]
    moved = []
    for offset in range(0, total, 7):
        moved += api.get("events/lineage", limit=7, offset=offset, sortDirection="asc")["events"]
    assert len(moved) == total > 20
    assert {post(api.client, event).json()["status"] for event in moved} == {"duplicate"}
