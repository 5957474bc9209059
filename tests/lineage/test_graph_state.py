import pytest

from lineage.graph_state import Step, closed, first, number, opened, parse, write


def test_no_text_is_one_level_around_the_root():
    assert parse(None, 7) == ([Step("upstream", 7, 8), Step("downstream", 7, 8)], 0)


def test_no_text_in_one_direction_is_one_level_on_that_side():
    assert first(7, "upstream") == [Step("upstream", 7, 8)]


@pytest.mark.parametrize("text", ["up:7:8,down:9:16", "none", "down:1:300"])
def test_what_is_written_is_read(text):
    steps, faults = parse(text, 7)
    assert (write(steps), faults) == (text, 0)


@pytest.mark.parametrize(
    "word", ["up", "up:0:8", "up:-1:8", "up:x:8", "left:7:8", "up:7:8:9", "up:7:0", f"up:{10**30}:8", "up:²:8", "\0"]
)
def test_what_is_no_step_is_counted_and_left_out(word):
    assert parse(f"up:7:8,{word}", 7) == ([Step("upstream", 7, 8)], 1)


def test_a_step_is_cut_to_the_most_that_is_drawn():
    assert parse("up:7:100000", 7)[0] == [Step("upstream", 7, 300)]


def test_steps_beyond_the_three_hundredth_are_counted_and_left_out():
    steps, faults = parse(",".join(f"up:{n}:8" for n in range(1, 341)), 7)
    assert (len(steps), faults) == (300, 40)


def test_a_step_that_shows_no_more_than_an_earlier_one_is_dropped():
    assert write(parse("up:7:16,up:7:8,down:7:8", 7)[0]) == "up:7:16,down:7:8"


def test_opening_again_shows_eight_more():
    assert write(opened(opened(first(7), 9, "upstream"), 9, "upstream")) == "up:7:8,down:7:8,up:9:8,up:9:16"


def test_closing_takes_the_steps_of_both_directions():
    assert write(closed(parse("up:7:8,up:9:8,down:9:8,up:9:16", 7)[0], 9)) == "up:7:8"


def test_number_is_an_id_that_a_database_holds():
    assert [number(text) for text in ("7", "0", "-7", "", None, str(2**63), "\u0667")] == [7] + [None] * 6
