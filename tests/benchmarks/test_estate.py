"""The data that the reading benchmarks are measured on."""

import pytest

from benchmarks import estate
from benchmarks.console import Console
from lineage.models import Edge, RunIO, Sighting

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_estate_is_a_graph_that_the_pages_show(cloud, as_alice):
    drawn = estate.load(Console(cloud, "", ""), estate.Estate(200, 50, 1000))
    assert (Sighting.objects.count(), RunIO.objects.count()) == (250, 1000)
    assert Edge.objects.filter(source_root=drawn.hub).count() == 100
    level = as_alice.get(f"/api/nodes/{drawn.hub}/neighbours", {"direction": "downstream"}).json()
    assert (len(level["elements"]["edges"]), level["more"]["downstream"]["count"]) == (8, 100)
