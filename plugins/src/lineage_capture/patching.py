"""Wraps functions of other libraries. A hook is a generator: what is before its `yield` runs before the function
that it wraps, what is after it runs afterwards. It gets a Call and can see, but not break, the user's call.

    def save(call):
        operation = begin(call.args[1])     # before
        yield
        if call.error: operation.fail(call.error)     # after: call.result or call.error is there
        else: operation.complete()
"""

import functools
import threading
from collections.abc import Callable, Generator
from typing import Any

from . import settings
from .trouble import guarded

MISSING = object()
inside = threading.local()


class Call:
    """One call of a wrapped function. A hook may put other `args` and `kwargs`, before, and another `result`, after."""

    __slots__ = ("args", "error", "kwargs", "nested", "result")

    def __init__(self, args: tuple, kwargs: dict[str, Any]):
        self.args = args
        self.kwargs = kwargs
        self.result: Any = None
        self.error: BaseException | None = None
        # Whether a wrapped function of the same library called this one, in this thread.
        self.nested = False

    def get(self, place: int, name: str, default: Any = None) -> Any:
        """An argument, by its place (of a method, `self` is 0) or its name."""
        return self.args[place] if len(self.args) > place else self.kwargs.get(name, default)


Hook = Callable[[Call], Generator[None, None, None]]


class Recent:
    """A set that forgets its oldest: a program may run for months."""

    def __init__(self, capacity: int = 10_000):
        self.capacity = capacity
        self.items: dict[Any, None] = {}

    def __contains__(self, item: Any) -> bool:
        return item in self.items

    def __iter__(self):
        return iter(list(self.items))

    def add(self, item: Any) -> None:
        self.items[item] = None
        if len(self.items) > self.capacity:
            self.items.pop(next(iter(self.items)), None)

    def discard(self, item: Any) -> None:
        self.items.pop(item, None)


def wrap(owner: Any, name: str, hook: Hook, library: str = "") -> bool:
    """Puts `hook` around a function of a module or a class, once; class and static methods stay what they are.

    Returns whether it did. AttributeError where there is no such function. `library` is that of `Call.nested`.
    """
    raw = vars(owner).get(name, MISSING)
    raw = getattr(owner, name) if raw is MISSING else raw
    kind = type(raw) if isinstance(raw, classmethod | staticmethod) else None
    function = raw.__func__ if kind else raw
    if getattr(function, "__lineage_capture__", None):
        return False
    around = surround(function, hook, library or hook.__module__)
    setattr(owner, name, kind(around) if kind else around)
    return True


def surround(function: Callable, hook: Hook, library: str) -> Callable:
    where = f"capturing {getattr(function, '__qualname__', function)}"

    @functools.wraps(function)
    def around(*args, **kwargs):
        if not settings.enabled():
            return function(*args, **kwargs)
        call = Call(args, kwargs)
        depths = inside.__dict__
        depth = depths.get(library, 0)
        call.nested = depth > 0
        steps = begin(hook, call, where)
        depths[library] = depth + 1
        try:
            call.result = function(*call.args, **call.kwargs)
        except BaseException as error:
            call.error = error
            finish(steps, call, where)
            raise
        finally:
            depths[library] = depth
        finish(steps, call, where)
        return call.result

    around.__lineage_capture__ = True
    return around


def begin(hook: Hook, call: Call, where: str):
    """The hook, stopped at its `yield`; None where it is not interested (returned) or failed."""
    with guarded(where):
        steps = hook(call)
        try:
            next(steps)
            return steps
        except StopIteration:
            return None
    return None


def finish(steps, call: Call, where: str) -> None:
    if steps is None:
        return
    try:
        with guarded(where):
            next(steps, None)
    except Exception:
        # Errors surface; but the user's own goes first.
        if call.error is None:
            raise
