from uuid import UUID

import pytest

from lineage import naming, texts


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.9226666666666666, "0.922667"),
        ("0.170005664229393", "0.170006"),
        ("1.0.20240101", "1.0.20240101"),
        ("3.11", "3.11"),
        (4, 4),
        (None, None),
    ],
)
def test_a_number_shows_the_digits_that_tell(value, shown):
    assert texts.brief(value) == shown


def test_a_name_breaks_between_its_words_and_stays_text():
    assert texts.soft("a/b_c.<b>") == "a/<wbr>b_<wbr>c.&lt;b&gt;"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u200b", "U+200B"),
        ("\u200b \ufeff\u202e", "U+200B U+0020 U+FEFF U+202E"),
        ("\u3164\u2800\ufe0f\U000e0041", "U+3164 U+2800 U+FE0F U+E0041"),
        ("a\u200b", "a\u200b"),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
        ("<>", "<>"),
        ("", ""),
    ],
)
def test_a_name_of_which_nothing_can_be_seen_is_its_code_points(name, shown):
    assert texts.visible(name) == texts.middle(name) == naming.label(name) == shown


def test_ids_of_runs_that_began_together_are_told_apart():
    shown = {texts.short_id(UUID(f"01a1fde0-ba2b-7672-a83c-c2a4{number:08x}")) for number in range(3)}
    assert shown == {"01a1fd…0000000", "01a1fd…0000001", "01a1fd…0000002"}


def test_a_facet_in_a_few_words():
    assert texts.gist({"_producer": "x", "a": 1, "b": [1], "c": "d"}) == "a: 1, c: d"
    assert texts.gist([{"name": "hub", "facets": {}}, "plain", {"x": 1}]) == "hub, plain, …"
