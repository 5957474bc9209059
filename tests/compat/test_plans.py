"""What stands in a namespace is read off an index, however much stands in others."""

import pytest
from django.db import connection

from clouds.access import Viewer
from lineage import inventory
from lineage.kinds import Entity
from tests.events import make_dataset

pytestmark = pytest.mark.django_db


def test_a_namespace_is_read_off_the_index(api, alice):
    api.send([make_dataset(f"d{n}", f"s3://bucket{n}") for n in range(500)], [], job="j")
    rows = inventory.nodes(Viewer(alice), Entity.DATASET, "s3://bucket")[:20]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by and by; it cannot here, inside the test's transaction
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        assert "Index Cond: ((organization_id = " in rows.explain()
        assert '"left"(namespace, 120) = ' in rows.explain()
    else:
        assert "USING INDEX node_by_namespace (organization_id=? AND <expr>=? AND entity=?)" in rows.explain()


def test_long_names_are_told_apart(api):
    names = ["n" * 119, "n" * 120, "n" * 120 + "a", "n" * 120 + "b"]
    for name in names:
        api.send([make_dataset("x", name)], [], job="j", namespace=name)
    assert [each["name"] for each in api.get("namespaces")["namespaces"]] == names
    for name in names:
        assert api.get(f"namespaces/{name}/jobs")["totalCount"] == 1
        assert api.get(f"namespaces/{name}/datasets")["datasets"][0]["namespace"] == name
        assert api.get(f"namespaces/{name}")["createdAt"] == "2026-05-01T12:00:00Z"
    assert api("GET", "namespaces/" + "n" * 121).status_code == 404
