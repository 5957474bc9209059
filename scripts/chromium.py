"""Finds a Chromium for the browser tests, or installs one."""

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

from prepare import apt_install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def works(path: str) -> bool:
    """Ubuntu's chromium-browser may be a stub that only says how to install the real one."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def playwrights_own() -> list[str]:
    cache = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright"
    return sorted(glob.glob(f"{cache}/chromium-*/chrome-linux*/chrome"), reverse=True)


def find() -> str | None:
    asked = os.environ.get("CHROMIUM")
    on_path = [shutil.which(name) for name in NAMES]
    places = [asked] if asked else [*filter(None, on_path), *playwrights_own()]
    return next((path for path in places if works(path)), None)


def find_or_install() -> str:
    """Its path. Ends the program with advice where there is no way to get one."""
    found = find()
    if not found:
        print("==> No Chromium on this machine: trying Playwright's", flush=True)
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=600)
        found = find()
    if not found and apt_install("chromium"):
        found = find()
    if not found:
        sys.exit(
            "lineage console: the browser tests need Chromium, which is not here and could not be installed.\n"
            "On Debian and Ubuntu: sudo apt install chromium. Elsewhere: set CHROMIUM to its path."
        )
    return found
