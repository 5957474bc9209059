"""What the environment says. Read anew each time: a test, or a user before `ray.init()`, may set it late."""

import os

FALSE = {"false", "0", "no", "off"}
TRUE = {"true", "1", "yes", "on"}
# Which variables a worker on another machine needs to capture as its driver does.
PASSED_ON = ("OPENLINEAGE_", "ANYSCALE_LINEAGE_", "LINEAGE_CAPTURE_", "LINEAGE_WORKLOAD_", "LINEAGE_OWNER_")
PASSED_ON += ("LINEAGE_ORGANIZATION_", "LINEAGE_CLOUD_", "LINEAGE_PROJECT_")


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


def passed_on() -> dict[str, str]:
    """What a driver gives to workers of a cluster that others started; nothing if that is not wanted: the Ray
    dashboard shows it, an API key included."""
    if not said("LINEAGE_CAPTURE_PASS_ON", True):
        return {}
    return {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
