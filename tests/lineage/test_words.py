"""The words that a node is found by are read from facets of any shape."""

import pytest

from lineage.words import DEEPEST, LONGEST, found_in


def fields(*fields) -> dict:
    return {"schema": {"fields": list(fields)}}


def nest(levels: int) -> dict:
    return {"name": "x", "fields": [nest(levels - 1)]} if levels > 1 else {"name": "x"}


@pytest.mark.parametrize(
    ("facets", "lines"),
    [
        (fields({"name": "id"}, {"name": "a  b\n c "}), ["column id", "column a b c"]),
        (
            fields({"name": "address", "fields": [{"name": "code"}, {"fields": [{"name": "lost"}]}]}, {"name": "id"}),
            ["column address", "column address.code", "column id"],
        ),
        (fields(None, 7, "text", {}, {"name": 7}, {"name": " "}, {"name": "id", "fields": "none"}), ["column id"]),
        (fields({"name": "id"}, {"name": "id"}), ["column id"]),
        ({"ownership": {"owners": [{"name": "ana@x.io"}, {"type": "team"}]}}, ["owner ana@x.io"]),
        ({"schema": {"fields": {}}, "ownership": "nobody"}, None),
        ({"schema": None}, None),
    ],
)
def test_columns_and_owners_are_found(facets, lines):
    found = found_in(facets)
    assert (found and found[1].split("\n")) == lines


def test_fields_are_followed_so_deep_and_no_deeper():
    assert len(found_in(fields(nest(DEEPEST + 5)))[1].split("\n")) == DEEPEST


def test_a_long_text_is_cut_at_a_whole_word():
    text = found_in(fields(*[{"name": f"column_{n}"} for n in range(5000)]))[1]
    assert LONGEST - 30 < len(text) <= LONGEST
    assert text.split("\n")[-1].startswith("column column_")
