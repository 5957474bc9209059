"""Reads settings from the environment; a value that makes no sense stops the start with a clear word."""

import os
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def env_bool(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value not in ("", "0", "1", "true", "false", "yes", "no"):
        raise ImproperlyConfigured(f"{name}={value!r}: use 1 or 0.")
    return value in ("1", "true", "yes") if value else default


def env_list(name: str, default: list[str]) -> list[str]:
    """Comma-separated values."""
    return [value.strip() for value in os.environ.get(name, "").split(",") if value.strip()] or default


def secret_key(folder: Path, make: bool) -> str:
    """SECRET_KEY, else the one kept in the data folder; with `make` a new one is kept there."""
    given = os.environ.get("SECRET_KEY", "")
    if given:
        return given
    path = folder / "secret_key"
    if make and not path.exists():
        keep(path, get_random_secret_key())
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to 50 or more random characters and keep it, or set LINEAGE_LOCAL=1 on "
            "your own machine."
        ) from None


def keep(path: Path, secret: str) -> None:
    """Writes the file whole and readable by its owner only; of two processes the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secret + "\n")
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
