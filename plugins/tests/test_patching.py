"""A hook sees the user's call and cannot break it."""

import types

import pytest
from lineage_capture.patching import wrap


@pytest.fixture(autouse=True)
def switched_on(monkeypatch):
    monkeypatch.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")


class Broken(Exception):
    """A hook's."""


class Users(Exception):
    """The user's."""


def module():
    made = types.ModuleType("library")

    def double(number):
        if number < 0:
            raise Users(number)
        return number * 2

    made.double = double
    return made


def recording(seen):
    def hook(call):
        seen.append(("before", call.get(0, "number"), call.nested))
        yield
        seen.append(("after", call.result, call.error))

    return hook


def test_runs_before_and_after():
    library, seen = module(), []
    assert wrap(library, "double", recording(seen))
    assert library.double(number=4) == 8
    assert seen == [("before", 4, False), ("after", 8, None)]
    assert library.double.__name__ == "double"


def test_switched_off_while_the_program_runs(monkeypatch):
    library, seen = module(), []
    wrap(library, "double", recording(seen))
    monkeypatch.setenv("ANYSCALE_LINEAGE_TRACKING_ENABLED", "false")
    assert library.double(4) == 8
    assert seen == []


def test_wraps_once():
    library = module()
    assert wrap(library, "double", recording([]))
    assert not wrap(library, "double", recording([]))


def test_the_users_error_is_raised_unchanged():
    library, seen = module(), []
    wrap(library, "double", recording(seen))
    with pytest.raises(Users) as caught:
        library.double(-1)
    assert seen[1] == ("after", None, caught.value)


def breaks_before(call):
    raise Broken
    yield


def breaks_after(call):
    yield
    raise Broken


@pytest.mark.parametrize("hook", [breaks_before, breaks_after])
def test_own_errors_are_swallowed(hook, caplog):
    library = module()
    wrap(library, "double", hook)
    assert library.double(2) == 4
    assert library.double(3) == 6
    with pytest.raises(Users):
        library.double(-1)


@pytest.mark.parametrize("hook", [breaks_before, breaks_after])
def test_own_errors_surface_if_asked(hook, monkeypatch):
    monkeypatch.setenv("ANYSCALE_LINEAGE_IGNORE_ERRORS", "false")
    library = module()
    wrap(library, "double", hook)
    with pytest.raises(Broken):
        library.double(2)


def test_a_hook_that_is_not_interested():
    library = module()

    def passes(call):
        return
        yield

    wrap(library, "double", passes)
    assert library.double(2) == 4


def test_knows_calls_inside_of_calls():
    library, seen = module(), []
    library.four_times = lambda number: library.double(library.double(number))
    for name in ("double", "four_times"):
        wrap(library, name, recording(seen))
    assert library.four_times(1) == 4
    assert [each[2] for each in seen if each[0] == "before"] == [False, True, True]


def test_methods_stay_what_they_are():
    class Thing:
        @classmethod
        def made(cls, number):
            return cls, number

        @staticmethod
        def plain(number):
            return number

    for name in ("made", "plain"):
        wrap(Thing, name, recording([]))
    assert Thing.made(1) == (Thing, 1)
    assert Thing().plain(2) == 2


def test_a_missing_function_is_an_attribute_error():
    with pytest.raises(AttributeError):
        wrap(module(), "gone", recording([]))
