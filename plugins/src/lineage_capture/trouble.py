"""Our own errors: they never become the user's, unless ANYSCALE_LINEAGE_IGNORE_ERRORS=false asks for that."""

import logging
import sys
from contextlib import contextmanager

from . import settings

told: set[str] = set()


def make_logger() -> logging.Logger:
    """Warnings go where the user's do. With a level asked for, to standard error, each line marked as ours."""
    made = logging.getLogger("lineage_capture")
    if (level := settings.log_level()) and not made.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s lineage_capture %(process)d %(levelname)s %(message)s"))
        made.addHandler(handler)
        made.propagate = False
        made.setLevel(level)
    return made


log = make_logger()


def warn_once(message: str) -> None:
    if message not in told:
        told.add(message)
        log.warning(message)


def report(where: str, error: BaseException) -> None:
    """Logged the first time for each place and type of error, later ones at DEBUG; raised where errors surface."""
    if settings.errors_surface():
        raise error
    key = f"{where} {type(error).__name__}"
    if key in told:
        log.debug("%s failed again: %s", where, error)
        return
    told.add(key)
    log.warning(
        "%s failed and is left out of lineage; your program is not affected. %s: %s",
        where,
        type(error).__name__,
        error,
        exc_info=log.isEnabledFor(logging.DEBUG),
    )


@contextmanager
def guarded(where: str):
    """What runs inside may fail. `where` names it for people, e.g. "capturing read_parquet"."""
    try:
        yield
    except Exception as error:
        report(where, error)
