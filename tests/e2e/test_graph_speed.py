"""A picture of 300 resources opens further at once."""

import pytest

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
# How many resources each drawing had, and how many milliseconds it took.
DRAWN = "() => performance.getEntriesByName('lineage-draw').map(entry => [entry.detail, entry.duration])"


def test_a_picture_of_300_opens_within_a_tenth_of_a_second(page, send):
    for number in range(7):
        send(make_event(["hub"], [f"out-{number}-{n:02}" for n in range(40)], job=f"job-{number}"))
    send(make_event(["hub"], [f"late-{n}" for n in range(8)], job="late"))
    graph = Graph(page)
    graph.open(Node.objects.get(name="hub").get_lineage_url())
    graph.after(page.locator(".graph-toolbar").get_by_role("button", name="Expand everything").click)
    for _ in range(4):
        graph.press("Collapse late").press("Expand downstream of late")
    expansions = [took for size, took in page.evaluate(DRAWN)[1:] if size > 290]
    assert len(expansions) >= 4
    # The best of them: the others are the machine's other business.
    assert min(expansions) < 100
