"""Makes the virtual environment and puts in what the project needs. Standard library only: it runs before all else.

Each step leaves a stamp with the hash of what it read, so that the next start skips what has not changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
OLDEST = (3, 11)


def stop(message: str):
    """Ends the program with a message for people, without a traceback."""
    sys.exit(f"\nlineage console: {message}")


def say(message: str) -> None:
    print(f"==> {message}", flush=True)


def as_root() -> list[str] | None:
    """What stands before a command that only root may run; None where there is no way without a password."""
    if os.getuid() == 0:
        return []
    free = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    return ["sudo", "-n"] if free else None


def apt_install(package: str) -> bool:
    """Installs a Debian package where this machine has apt and lets us; says whether it is there now."""
    before = as_root()
    if before is None or not shutil.which("apt-get"):
        return False
    say(f"Installing {package} with apt-get")
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    env = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    subprocess.run([*env, "update", "-qq"], **quiet)
    return subprocess.run([*env, "install", "-y", "-qq", "--no-install-recommends", package], **quiet).returncode == 0


def make_venv() -> None:
    if sys.version_info < OLDEST:
        stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Choose one: make PYTHON=python3.11 …")
    if PYTHON.exists() and stamp("venv").exists():
        return
    if not has_pip(PYTHON):
        build_venv()
    stamp("venv").write_text(sys.version)


def has_pip(python: Path) -> bool:
    command = [python, "-m", "pip", "--version"]
    return python.exists() and subprocess.run(command, capture_output=True).returncode == 0


def build_venv() -> None:
    say("Making the virtual environment .venv")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode and apt_install(f"python3.{sys.version_info.minor}-venv"):
        made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode and shutil.which("uv"):
        command = ["uv", "venv", "--seed", "--clear", "--python", sys.executable, str(VENV)]
        made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode:
        print(made.stdout, made.stderr, file=sys.stderr)
        stop("the virtual environment could not be made. On Debian and Ubuntu: apt install python3-venv")


def stamp(step: str) -> Path:
    return VENV / f"lineage-{step}.stamp"


def digest(files: list[Path]) -> str:
    """Of the files' content and of the Python that they are installed for."""
    found = hashlib.sha256(sys.version.encode())
    for path in files:
        found.update(path.read_bytes())
    return found.hexdigest()


def up_to_date(step: str, files: list[Path]) -> bool:
    return stamp(step).exists() and stamp(step).read_text() == digest(files)


def pip_install(*what: str) -> None:
    command = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", *what]
    if subprocess.run(command, stdin=subprocess.DEVNULL).returncode:
        stop(f"pip could not install {' '.join(what)}: see above. Is a package index within reach?")


def install(name: str) -> None:
    """Installs requirements.txt, or requirements-dev.txt with it."""
    files = [ROOT / "requirements.txt"] + ([ROOT / name] if name != "requirements.txt" else [])
    if up_to_date(name, files):
        return
    say(f"Installing {name}")
    pip_install("-r", str(ROOT / name))
    stamp(name).write_text(digest(files))


def fetch_assets(needed: bool = True) -> None:
    """Fetches the front-end packages. Where they are not `needed`, pages go without them if that fails."""
    files = [ROOT / "package-lock.json", ROOT / "scripts/fetch_assets.py"]
    if up_to_date("assets", files) and (ROOT / "static/vendor/LICENSES.txt").exists():
        return
    say("Fetching front-end packages")
    if subprocess.run([PYTHON, ROOT / "scripts/fetch_assets.py"], stdin=subprocess.DEVNULL).returncode == 0:
        stamp("assets").write_text(digest(files))
    elif needed:
        stop("the front-end packages could not be fetched: see above.")
    else:
        say("Going on without them: pages are plain, and a table stands in the graph's place.")


def environment(name: str = "requirements.txt", assets_needed: bool = False) -> None:
    make_venv()
    install(name)
    fetch_assets(assets_needed)


if __name__ == "__main__":
    environment("requirements-dev.txt" if "--dev" in sys.argv else "requirements.txt")
