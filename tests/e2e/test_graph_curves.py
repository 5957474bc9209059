"""The ways of edges: what leads back is seen on its whole way, and no two of them look like one."""

from itertools import combinations

import pytest

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
# Of each edge that leads back: its ends, and points along it as it is drawn, from the file that is drawn the same way.
WAYS = """async () => {
  const { svg } = await import('/static/js/graph/svg.js');
  const parsed = new DOMParser().parseFromString(svg(lineageGraph, 'white', null), 'image/svg+xml');
  return lineageGraph.edges('.back').map(edge => {
    const path = parsed.getElementById(edge.id()).querySelector('path');
    const points = [];
    for (let at = 0; at <= path.getTotalLength(); at += 3) {
      const { x, y } = path.getPointAtLength(at);
      points.push([x, y]);
    }
    return { ends: [edge.source().data('label'), edge.target().data('label')], points };
  });
}"""


@pytest.fixture
def graph(page, send):
    """A job that writes what it reads, below another job; and a dataset that goes back past its own column."""
    send(make_event(["a"], ["a", "b"], job="loop"))
    send(make_event(["b"], ["a"], job="back"))
    for number in range(3):
        send(make_event(["b"], [f"side-{number}"], job=f"reader-{number}"))
        send(make_event(["a"], [f"aside-{number}"], job=f"other-{number}"))
    send(make_event(["side-1"], ["side-0"], job="loop"))
    send(make_event(["side-0"], ["a"], job="far"))
    graph = Graph(page).open(Node.objects.get(name="a").get_lineage_url())
    return graph.after(page.locator(".graph-toolbar").get_by_role("button", name="Expand everything").click)


def ways(graph) -> dict:
    return {tuple(way["ends"]): way["points"] for way in graph.page.evaluate(WAYS)}


def inside(point: list, node: dict) -> bool:
    return abs(point[0] - node["position"]["x"]) < 97 and abs(point[1] - node["position"]["y"]) < 23


@pytest.mark.parametrize("tidy", [False, True])
def test_what_leads_back_runs_behind_no_node(graph, tidy):
    if tidy:
        graph.after(graph.page.get_by_role("button", name="Tidy").click)
    found = ways(graph)
    assert len(found) >= 3
    nodes = graph.nodes.values()
    hidden = {ends: sum(inside(point, node) for point in points for node in nodes) for ends, points in found.items()}
    assert hidden == dict.fromkeys(found, 0)


def test_two_that_lead_back_share_no_stretch_of_their_way(graph):
    for (ends, points), (others, beside) in combinations(ways(graph).items(), 2):
        near = [one for one in points if any(abs(one[0] - x) + abs(one[1] - y) < 4 for x, y in beside)]
        # They may cross, and meet where they have an end in common.
        assert len(near) < 20, (ends, others)
