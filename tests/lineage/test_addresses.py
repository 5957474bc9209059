"""Addresses that are put together are those that Django reverses."""

from uuid import UUID

import pytest
from django.urls import reverse, set_script_prefix

from lineage.addresses import address

RUN = UUID("0197a000-0000-7000-8000-000000000001")


@pytest.mark.parametrize("prefix", ["/", "/lineage/", "/{0}/"])
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("datasets:overview", [7]),
        ("workloads:lineage", [10**15 + 1]),
        ("runs:run", [RUN]),
        ("lineage:graph-edge", [1, "Produced", 1]),
        ("lineage:graph-edge", [12, "ContributedTo", 3]),
    ],
)
def test_an_address_is_what_django_reverses(name, args, prefix):
    try:
        set_script_prefix(prefix)
        assert [address(name, *args) for _ in range(2)] == [reverse(name, args=args)] * 2
    finally:
        set_script_prefix("/")
