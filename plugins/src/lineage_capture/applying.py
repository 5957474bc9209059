"""Patches one module of a library, where the library's version is one that we know."""

import functools
import importlib
import re

from . import ray_facts, settings
from .hooks import LIBRARIES, Hook
from .trouble import guarded, log, warn_once

# Libraries of which a module was not as we know it: nothing more of them is patched.
left_alone: set[str] = set()


def patch(hook: Hook, module) -> None:
    if not settings.enabled() or hook.library in left_alone or not supported(hook.library):
        return
    with guarded(f"patching {module.__name__}"):
        owner, _, function = hook.function.partition(":")
        apply = getattr(importlib.import_module(f"lineage_capture.hooks.{owner}"), function)
        try:
            apply(module)
        except AttributeError as error:
            leave_alone(hook.library, f"it has changed ({error})")
            if settings.errors_surface():
                raise
        else:
            log.debug("patched %s", module.__name__)


def leave_alone(library: str, why: str) -> None:
    """Ray shows what its many workers say: that the driver warns is enough."""
    left_alone.add(library)
    tell = log.debug if ray_facts.is_worker() else warn_once
    tell(f"Lineage of {library} {version_of(library)} is not captured (or not all of it): {why}.")


@functools.cache
def supported(library: str) -> bool:
    """Whether its version is new enough; warns once where it is not."""
    minimum = LIBRARIES[library]
    found = version_of(library)
    if not minimum or numbers(found) >= numbers(minimum):
        return True
    leave_alone(library, f"version {minimum} or newer is needed")
    return False


@functools.cache
def version_of(library: str) -> str:
    from importlib import metadata

    for name in (library, f"{library}-skinny", f"{library}-nightly"):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return ""


def numbers(version: str) -> tuple[int, ...]:
    """ "2.53.0rc1" -> (2, 53, 0)"""
    return tuple(int(number) for number in re.findall(r"\d+", version.split("+")[0])[:3])
