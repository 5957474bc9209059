"""What the environment says. Read anew each time: a test, or a user before `ray.init()`, may set it late."""

import os

FALSE = {"false", "0", "no", "off"}
TRUE = {"true", "1", "yes", "on"}
# Settings that hold no secret, by the beginning of their names.
OPEN = ("ANYSCALE_LINEAGE_", "LINEAGE_CAPTURE_")
# In workers whose driver handed them its settings (handover.py): the key that they are under.
HANDED_OVER = "OPENLINEAGE_HANDED_OVER"


def text(name: str) -> str:
    return os.environ.get(name, "").strip()


def said(name: str, default: bool) -> bool:
    word = text(name).lower()
    return word in TRUE if word in TRUE | FALSE else default


def enabled() -> bool:
    """Whether anything is captured: a destination is configured, and nobody switched it off."""
    if not said("ANYSCALE_LINEAGE_TRACKING_ENABLED", True) or said("OPENLINEAGE_DISABLED", False):
        return False
    return any(name.startswith("OPENLINEAGE_") and name != "OPENLINEAGE_DISABLED" for name in os.environ)


def errors_surface() -> bool:
    """Whether our own errors reach the user; else they are swallowed, and logged once."""
    return not said("ANYSCALE_LINEAGE_IGNORE_ERRORS", True)


def log_level() -> str:
    """A name of the logging module, or "" """
    level = text("ANYSCALE_LINEAGE_LOG_LEVEL").upper()
    return level if level in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"} else ""


def local_paths() -> bool:
    """Whether paths of a machine's own disks are captured, besides those of cluster and shared storage."""
    return said("LINEAGE_CAPTURE_LOCAL_PATHS", False)


def flush_seconds() -> float:
    """How long the program's end waits for events that are still to be sent."""
    try:
        return min(max(0.0, float(text("LINEAGE_CAPTURE_FLUSH_SECONDS"))), 3600.0)
    except ValueError:
        return 2.5


def starting_with(beginnings: tuple[str, ...]) -> dict[str, str]:
    """Variables whose names begin so; not that of a driver before us."""
    return {name: value for name, value in os.environ.items() if name.startswith(beginnings) and name != HANDED_OVER}
