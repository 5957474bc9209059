from benchmarks.results import Row, load, save, table


def row(figure: float, goal: float, at_most: bool = False) -> Row:
    return Row("a case", "sqlite", figure, "events/s", 100.0, "the limit", goal, at_most)


def test_a_goal_is_met_from_its_ratio_on():
    assert row(35, 0.35).met
    assert not row(34, 0.35).met
    assert row(250, 2.5, at_most=True).met
    assert not row(251, 2.5, at_most=True).met


def test_the_table_tells_figure_limit_ratio_and_goal():
    line = table([row(34, 0.35)]).splitlines()[2]

    assert line.split("  ")[0] == "a case"
    assert "34.00 events/s" in line
    assert "100 events/s: the limit" in line
    assert line.endswith(">= 0.35  NOT MET")


def test_results_are_read_back_as_they_were_saved(tmp_path):
    rows = [row(35, 0.35), row(3, 2.5, at_most=True)]
    save(rows, tmp_path / "folder/results.json")

    assert load(tmp_path / "folder/results.json") == rows
