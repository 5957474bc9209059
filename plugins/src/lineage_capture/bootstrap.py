"""What `lineage_capture.pth` imports at each start of the interpreter: costs next to nothing until Ray, MLflow or
another library of `hooks.TARGETS` is imported. Then its module is patched, right after it ran, before anyone copies
a function out of it.
"""

import atexit
import os
import sys

from .settings import enabled


class Watcher:
    """A finder of sys.meta_path that finds nothing itself. It lets others find, and follows the modules in TARGETS."""

    def __init__(self, targets: dict):
        self.targets = targets

    def find_spec(self, name, path=None, target=None):
        if name not in self.targets:
            return None
        spec = first_spec(self, name, path, target)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            follow(spec.loader, self.targets[name])
        return spec


def first_spec(watcher, name, path, target):
    for finder in sys.meta_path:
        find = None if finder is watcher else getattr(finder, "find_spec", None)
        spec = find(name, path, target) if find else None
        if spec is not None:
            return spec
    return None


def follow(loader, hooks) -> None:
    """The loader stays the module's own, for those who ask it for source or resources."""
    execute = loader.exec_module

    def exec_module(module):
        execute(module)
        apply(hooks, module)

    loader.exec_module = exec_module


def apply(hooks, module) -> None:
    from .applying import patch

    for hook in hooks:
        patch(hook, module)


def is_ours(argv: list[str]) -> bool:
    """Whether this process is a workload's, not one of the helpers that Ray and MLflow start for themselves."""
    own = ("_capture_modules.py", "/dashboard/agent.py", "/dashboard/dashboard.py", "/log_monitor.py", "/monitor.py")
    return not any(argument.endswith(own) for argument in argv[:3])


def install() -> None:
    """Once for each process. Modules that are there already are patched at once."""
    if any(isinstance(finder, Watcher) for finder in sys.meta_path):
        return
    from .hooks import TARGETS

    # What is registered first runs last: MLflow, for one, ends its runs at exit.
    atexit.register(at_exit)
    sys.meta_path.insert(0, Watcher(TARGETS))
    for name, hooks in TARGETS.items():
        if name in sys.modules:
            apply(hooks, sys.modules[name])


def at_exit() -> None:
    if session := sys.modules.get("lineage_capture.session"):
        session.end()


def start() -> None:
    # When a .pth file runs, sys.argv may not be there yet.
    if enabled() and is_ours(list(getattr(sys, "orig_argv", []))):
        install()


try:
    start()
except Exception as error:  # an interpreter must start whatever happens here
    if os.environ.get("ANYSCALE_LINEAGE_IGNORE_ERRORS", "").lower() == "false":
        raise
    print(f"lineage_capture did not start: {error!r}", file=sys.stderr)  # noqa: T201
